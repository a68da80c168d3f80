/** PointsBox: a picture with points that are dragged to their places, by hand or keys, under a loupe. */

import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { type CropSquare, outlineOf } from "./CropBox";
import styles from "./CropBox.module.css";

export type Place = readonly [x: number, y: number];

export interface PointsBoxProps {
  readonly src: string;
  readonly width: number;
  readonly height: number;
  /** In pixels of the picture. */
  readonly points: readonly Place[];
  /** What each of them is. */
  readonly names: readonly string[];
  /** What comes of them, drawn over the picture; null: nothing. */
  readonly square: CropSquare | null;
  readonly onPlace: (index: number, place: Place) => void;
}

/** Of a key, in shares of the picture's shorter side; with Shift a tenth of it. */
const KEY_STEP = 0.01;
const ARROWS: Readonly<Record<string, Place>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
/** Of the loupe, in pixels of the page, and how much larger it shows. */
const LOUPE = 96;
const ZOOM = 4;

export function PointsBox({ src, width, height, points, names, square, onPlace }: PointsBoxProps) {
  const room = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState<number | null>(null);
  const shown = near === null ? undefined : points[near];
  const within = ([x, y]: Place): Place => [
    Math.min(Math.max(x, 0), width),
    Math.min(Math.max(y, 0), height),
  ];
  const placeOf = (event: PointerEvent): Place => {
    const box = room.current?.getBoundingClientRect();
    if (!box) return [0, 0];
    const scale = width / box.width;
    return within([(event.clientX - box.left) * scale, (event.clientY - box.top) * scale]);
  };
  const key = (event: KeyboardEvent, index: number, [x, y]: Place) => {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const step = KEY_STEP * Math.min(width, height) * (event.shiftKey ? 0.1 : 1);
    onPlace(index, within([x + arrow[0] * step, y + arrow[1] * step]));
  };
  const pixels = room.current?.clientWidth ?? width;
  return (
    <div ref={room} className={styles.room} style={{ aspectRatio: `${width} / ${height}` }}>
      <img className={styles.picture} src={src} alt="" />
      {square && <div className={styles.outline} style={outlineOf(square, width, height)} />}
      {points.map(([x, y], index) => (
        <button
          key={names[index]}
          type="button"
          className={styles.point}
          aria-label={`${names[index]}. Arrows move it, with Shift finely.`}
          title={names[index]}
          style={{ left: `${(100 * x) / width}%`, top: `${(100 * y) / height}%` }}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setNear(index);
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) onPlace(index, placeOf(event));
          }}
          onFocus={() => setNear(index)}
          onBlur={() => setNear(null)}
          onKeyDown={(event) => key(event, index, [x, y])}
        />
      ))}
      {shown && (
        <div
          className={styles.loupe}
          aria-hidden="true"
          style={{
            // In the corner that the point is not in.
            [shown[0] > width / 2 ? "left" : "right"]: 4,
            [shown[1] > height / 2 ? "top" : "bottom"]: 4,
            backgroundImage: `url("${src}")`,
            backgroundSize: `${pixels * ZOOM}px auto`,
            backgroundPosition: `${LOUPE / 2 - (shown[0] / width) * pixels * ZOOM}px ${
              LOUPE / 2 - (shown[1] / width) * pixels * ZOOM
            }px`,
          }}
        />
      )}
    </div>
  );
}
