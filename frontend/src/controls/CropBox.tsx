/** CropBox: a picture with a square over it that is dragged, sized by the wheel, turned, and all of it by keys. */

import { type KeyboardEvent, type PointerEvent, useEffect, useRef } from "react";
import styles from "./CropBox.module.css";

/** In pixels of the picture; turn: in degrees clockwise. */
export interface CropSquare {
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly turn: number;
}

export interface CropBoxProps {
  readonly label: string;
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly square: CropSquare;
  /** In pixels of the picture. */
  readonly onMove: (by: readonly [right: number, down: number]) => void;
  readonly onResize: (side: number) => void;
  readonly onTurn: (turn: number) => void;
}

/** Of the shorter side. */
const KEY_STEP = 0.02;
const WHEEL_STEP = 1.05;
const SIZES: Readonly<Record<string, number>> = { "+": WHEEL_STEP, "-": 1 / WHEEL_STEP };
/** In degrees clockwise. */
const TURNS: Readonly<Record<string, number>> = { ".": 1, ",": -1 };
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-KEY_STEP, 0],
  ArrowRight: [KEY_STEP, 0],
  ArrowUp: [0, -KEY_STEP],
  ArrowDown: [0, KEY_STEP],
};

export function CropBox(props: CropBoxProps) {
  const { label, src, width, height, square, onMove, onResize, onTurn } = props;
  const room = useRef<HTMLDivElement>(null);
  const held = useRef<readonly [number, number] | null>(null);
  const { side, turn } = square;
  const short = Math.min(width, height);
  const perPixel = () => width / (room.current?.clientWidth || 1);

  const resize = useRef(onResize);
  resize.current = onResize;
  const sideNow = useRef(side);
  sideNow.current = side;
  useEffect(() => {
    const element = room.current;
    // React listens to wheels passively: the page would scroll along.
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      resize.current(sideNow.current * (event.deltaY > 0 ? WHEEL_STEP : 1 / WHEEL_STEP));
    };
    element?.addEventListener("wheel", wheel, { passive: false });
    return () => element?.removeEventListener("wheel", wheel);
  }, []);

  const press = (event: PointerEvent<HTMLButtonElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = [event.clientX, event.clientY];
  };
  const drag = (event: PointerEvent<HTMLButtonElement>) => {
    if (!held.current) return;
    const [fromX, fromY] = held.current;
    held.current = [event.clientX, event.clientY];
    onMove([(event.clientX - fromX) * perPixel(), (event.clientY - fromY) * perPixel()]);
  };
  const key = (event: KeyboardEvent) => {
    const arrow = ARROWS[event.key];
    const factor = SIZES[event.key];
    const by = TURNS[event.key];
    if (!arrow && !factor && !by) return;
    event.preventDefault();
    event.stopPropagation();
    if (arrow) onMove([arrow[0] * short, arrow[1] * short]);
    if (factor) onResize(side * factor);
    if (by) onTurn(turn + by);
  };
  return (
    <div ref={room} className={styles.room} style={{ aspectRatio: `${width} / ${height}` }}>
      <img className={styles.picture} src={src} alt="" />
      <button
        type="button"
        className={styles.square}
        aria-label={label}
        style={outlineOf(square, width, height)}
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

/** A square over a picture of this size, as CSS. */
export function outlineOf({ x, y, side, turn }: CropSquare, width: number, height: number) {
  return {
    left: `${(100 * (x - side / 2)) / width}%`,
    top: `${(100 * (y - side / 2)) / height}%`,
    width: `${(100 * side) / width}%`,
    height: `${(100 * side) / height}%`,
    transform: turn === 0 ? undefined : `rotate(${turn}deg)`,
  };
}
