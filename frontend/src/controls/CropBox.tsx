/** CropBox: a picture with a square over it that is dragged, turned larger or smaller by the wheel, or by keys. */

import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import styles from "./CropBox.module.css";

/** Left and top edge and side, in shares of the picture's shorter side. */
export type Square = readonly [left: number, top: number, side: number];

export interface CropBoxProps {
  readonly label: string;
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly crop: Square;
  readonly onMove: (by: readonly [right: number, down: number]) => void;
  readonly onResize: (side: number) => void;
}

const KEY_STEP = 0.02;
const WHEEL_STEP = 1.05;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

export function CropBox({ label, src, width, height, crop, onMove, onResize }: CropBoxProps) {
  const room = useRef<HTMLDivElement>(null);
  const held = useRef<readonly [number, number] | null>(null);
  const [left, top, side] = crop;
  const short = Math.min(width, height);
  const percent = (share: number, length: number) => `${(100 * share * short) / length}%`;
  const perPixel = () => width / short / (room.current?.clientWidth || 1);

  const resize = useRef(onResize);
  resize.current = onResize;
  const sideNow = useRef(side);
  sideNow.current = side;
  useEffect(() => {
    const element = room.current;
    // React listens to wheels passively: the page would scroll along.
    const turn = (event: WheelEvent) => {
      event.preventDefault();
      resize.current(sideNow.current * (event.deltaY > 0 ? WHEEL_STEP : 1 / WHEEL_STEP));
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, []);

  const press = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = [event.clientX, event.clientY];
  };
  const drag = (event: PointerEvent<HTMLButtonElement>) => {
    if (!held.current) return;
    const [x, y] = held.current;
    held.current = [event.clientX, event.clientY];
    onMove([(event.clientX - x) * perPixel(), (event.clientY - y) * perPixel()]);
  };
  const key = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const factor = event.key === "+" ? WHEEL_STEP : event.key === "-" ? 1 / WHEEL_STEP : null;
    if (!arrow && factor === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (arrow) onMove(arrow);
    if (factor !== null) onResize(side * factor);
  };
  return (
    <div ref={room} className={styles.room} style={{ aspectRatio: `${width} / ${height}` }}>
      <img className={styles.picture} src={src} alt="" />
      <button
        type="button"
        className={styles.square}
        aria-label={label}
        style={{
          left: percent(left, width),
          top: percent(top, height),
          width: percent(side, width),
          height: percent(side, height),
        }}
        onPointerDown={press}
        onPointerMove={drag}
        onPointerUp={() => {
          held.current = null;
        }}
        onPointerCancel={() => {
          held.current = null;
        }}
        onKeyDown={key}
      />
    </div>
  );
}
