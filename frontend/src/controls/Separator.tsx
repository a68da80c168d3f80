/** Separator: the edge of a panel, which a hand or the keyboard moves. */

import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import styles from "./Separator.module.css";

export interface SeparatorProps {
  /** What it makes larger or smaller. */
  readonly label: string;
  /** The edge of its box that it lies on. What it sets lies beyond a left or right edge, and below the top one. */
  readonly edge: "left" | "right" | "top";
  readonly low: number;
  readonly high: number;
  /** How large that is drawn now, in CSS pixels, from the box that the separator stands in. */
  readonly measure: (box: DOMRect) => number;
  /** What a hand has set; null: nothing yet. */
  readonly value: number | null;
  readonly onResize: (size: number) => void;
  /** A double-click, or Delete: as it was at first. */
  readonly onReset: () => void;
}

/** One press of an arrow key, in pixels; with shift, a larger one. */
const STEP = 16;
const LARGE = 64;

export function Separator(props: SeparatorProps) {
  const { label, edge, low, high, value, measure, onResize, onReset } = props;
  const own = useRef<HTMLDivElement>(null);
  // What was set may have had no room: a stylesheet keeps the stage from being crowded out.
  const [drawn, setDrawn] = useState(low);
  const drag = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const isUpright = edge !== "top";
  const place = (event: PointerEvent) => (isUpright ? event.clientX : event.clientY);
  // What lies to the left grows to the right; what lies to the right or below grows the other way.
  const grows = edge === "left" ? 1 : -1;
  const sizeOf = (element: Element) =>
    measure((element.closest("main, section") ?? element).getBoundingClientRect());

  const look = () => {
    if (own.current) setDrawn(Math.round(Math.min(high, Math.max(low, sizeOf(own.current)))));
  };
  useLayoutEffect(look);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { at: place(event), size: sizeOf(event.currentTarget) };
  };
  const onPointerMove = (event: PointerEvent) => {
    const { current } = drag;
    if (current && place(event) !== current.at) onResize(current.size + grows * (place(event) - current.at));
  };
  const finish = () => {
    drag.current = null;
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const stride = grows * (event.shiftKey ? LARGE : STEP);
    const [back, on] = isUpright
      ? (["ArrowLeft", "ArrowRight"] as const)
      : (["ArrowUp", "ArrowDown"] as const);
    const act = {
      [back]: () => onResize(sizeOf(event.currentTarget) - stride),
      [on]: () => onResize(sizeOf(event.currentTarget) + stride),
      Home: () => onResize(low),
      End: () => onResize(high),
      Delete: onReset,
      Backspace: onReset,
    }[event.key];
    if (!act) return;
    act();
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a line of text cannot be taken hold of
    <div
      ref={own}
      className={styles.separator}
      data-edge={edge}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={isUpright ? "vertical" : "horizontal"}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={drawn}
      aria-valuetext={value === null ? `${drawn} pixels, as it was at first` : `${drawn} pixels`}
      title={`${label}: drag, or arrow keys; a double-click sets it back`}
      // The window may have been made smaller since.
      onFocus={look}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={finish}
      onPointerCancel={finish}
      onDoubleClick={onReset}
      onKeyDown={onKeyDown}
    />
  );
}
