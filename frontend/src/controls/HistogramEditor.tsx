/** HistogramEditor: bars that a hand draws, one after the other or each by itself. */

import { type CSSProperties, type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import styles from "./HistogramEditor.module.css";

/** A place on the drawing: how far along it and how high, each 0 to 1. */
interface Spot {
  readonly across: number;
  readonly height: number;
}

export interface HistogramEditorProps {
  readonly label: string;
  /** Each 0 to 1. */
  readonly heights: readonly number[];
  /** What a bar stands for, in words. */
  readonly nameOf: (place: number) => string;
  /** Written under both ends and the middle. */
  readonly ends: readonly [string, string, string];
  /** A line over the bars, such as how it is without any choice; each 0 to 1. */
  readonly line?: readonly number[] | null;
  /** The hand draws from one spot to the next. */
  readonly onPaint: (from: Spot, to: Spot) => void;
}

/** One press of an arrow key; ten with shift. */
const STEP = 0.05;
/** A stroke this close to the floor empties its bars. */
const FLOOR = 0.03;

export function HistogramEditor({
  label,
  heights,
  nameOf,
  ends,
  line = null,
  onPaint,
}: HistogramEditorProps) {
  const last = useRef<Spot | null>(null);
  const [focused, setFocused] = useState(0);
  const group = useRef<HTMLFieldSetElement>(null);
  const spotOf = (event: PointerEvent<HTMLFieldSetElement>): Spot => {
    const box = event.currentTarget.getBoundingClientRect();
    const across = Math.min(0.9999, Math.max(0, (event.clientX - box.left) / box.width));
    const height = Math.min(1, Math.max(0, 1 - (event.clientY - box.top) / box.height));
    return { across, height: height < FLOOR ? 0 : height };
  };
  const draw = (event: PointerEvent<HTMLFieldSetElement>) => {
    const spot = spotOf(event);
    onPaint(last.current ?? spot, spot);
    last.current = spot;
  };
  const onPointerDown = (event: PointerEvent<HTMLFieldSetElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    draw(event);
  };
  const letGo = () => {
    last.current = null;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLFieldSetElement>) => {
    const height = heights[focused] ?? 0;
    const step = STEP * (event.shiftKey ? 10 : 1);
    const to = keyHeight(event.key, height, step);
    if (to !== null) {
      event.preventDefault();
      const spot = { across: (focused + 0.5) / heights.length, height: Math.min(1, Math.max(0, to)) };
      onPaint(spot, spot);
      return;
    }
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    const next = Math.min(heights.length - 1, Math.max(0, focused + by));
    setFocused(next);
    group.current?.querySelectorAll<HTMLElement>("[role=slider]")[next]?.focus();
  };
  return (
    <div className={styles.editor}>
      <fieldset
        ref={group}
        className={styles.bars}
        aria-label={label}
        onPointerDown={onPointerDown}
        onPointerMove={(event) => last.current && draw(event)}
        onPointerUp={letGo}
        onPointerCancel={letGo}
        onKeyDown={onKeyDown}
      >
        {heights.map((height, place) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
            key={place}
            className={styles.bar}
            role="slider"
            tabIndex={place === focused ? 0 : -1}
            aria-label={nameOf(place)}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(height * 100)}
            aria-orientation="vertical"
            onFocus={() => setFocused(place)}
            style={{ "--height": height } as CSSProperties}
          />
        ))}
        {line && <Line heights={line} />}
      </fieldset>
      <p className={styles.ends} aria-hidden="true">
        {ends.map((end) => (
          <span key={end}>{end}</span>
        ))}
      </p>
    </div>
  );
}

function Line({ heights }: { readonly heights: readonly number[] }) {
  const points = heights.map((height, place) => `${(place + 0.5) / heights.length},${1 - height}`);
  return (
    <svg className={styles.line} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points.join(" ")} vectorEffect="non-scaling-stroke" />
    </svg>
  );
}

/** The height a key asks for; null for keys that mean nothing here. */
function keyHeight(key: string, height: number, step: number): number | null {
  switch (key) {
    case "ArrowUp":
      return height + step;
    case "ArrowDown":
      return height - step;
    case "Home":
    case "Delete":
    case "Backspace":
      return 0;
    case "End":
      return 1;
    default:
      return null;
  }
}
