/** ValueSlider: drags one number smoothly between two ends, with a home it returns to. */

import {
  type CSSProperties,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  useEffect,
  useRef,
} from "react";
import styles from "./ValueSlider.module.css";

/** A stretch of the track that is drawn apart. */
export interface SliderZone {
  readonly kind: "trained" | "reachable" | "saturated" | "doubtful" | "band";
  readonly low: number;
  readonly high: number;
}

export interface ValueSliderProps {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** One press of an arrow key. */
  readonly step: number;
  /** Where a double-click goes; marked with a tick, and the bar is drawn from it. */
  readonly home: number;
  /** The value in words, for screen readers. */
  readonly valueText: string;
  /** In the order they are drawn. */
  readonly zones?: readonly SliderZone[];
  /** A value that stands out, such as what was measured. */
  readonly mark?: number | null;
  /** What the zones say, in words. */
  readonly description?: string | undefined;
  readonly id?: string | undefined;
  readonly disabled?: boolean;
  /** The hand moves. */
  readonly onPreview: (value: number) => void;
  /** The hand lets go, or a key comes up. Both presses of a double-click have one act: they are one change. */
  readonly onCommit: (value: number, act: symbol) => void;
  /** Escape, or the gesture was taken away. */
  readonly onCancel: () => void;
  /** Calls the listener when the value changes by another hand, which ends a gesture; returns how to stop that. */
  readonly onForeignChange: (listener: () => void) => () => void;
}

/** Larger steps with shift or the page keys, finer ones with Ctrl. */
const LARGE = 10;
const FINE = 0.1;
/** A drag this close to home, in pixels, stays there: it is the one value people look for. */
const HOME_PX = 3;
/** A press this close to the thumb's middle takes hold of it where it is. */
const GRIP_PX = 10;

/** A drag or a held key: the value it has reached; `exact` has no snapping in it. */
interface Gesture {
  readonly kind: "drag" | "key";
  readonly act: symbol;
  x: number;
  exact: number;
  value: number;
}

export function ValueSlider(props: ValueSliderProps) {
  const { label, value, low, high, step, home, valueText, disabled = false, zones = [], mark = null } = props;
  const gesture = useRef<Gesture | null>(null);
  /** The acts of the newest press and of the one before it. */
  const presses = useRef<{ last: symbol; before: symbol } | null>(null);
  const clamp = (number: number) => Math.min(high, Math.max(low, number));
  const place = (number: number) => (clamp(number) - low) / (high - low);

  const preview = (next: number) => {
    if (gesture.current) gesture.current.value = next;
    props.onPreview(next);
  };
  const finish = (how: "commit" | "cancel") => {
    const ended = gesture.current;
    gesture.current = null;
    if (!ended) return;
    if (how === "commit") props.onCommit(ended.value, ended.act);
    else props.onCancel();
  };
  // What the hand settles is no foreign change: by then its gesture has ended.
  useEffect(() => props.onForeignChange(() => finish("cancel")));
  // A slider that is taken away under the hand leaves nothing half done.
  const giveUp = useRef(finish);
  useEffect(() => {
    giveUp.current = finish;
  });
  useEffect(() => () => giveUp.current("cancel"), []);

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0) return;
    finish("commit");
    event.currentTarget.setPointerCapture(event.pointerId);
    const box = event.currentTarget.getBoundingClientRect();
    const at = event.clientX - box.left;
    const isOnThumb = Math.abs(at - place(value) * box.width) <= GRIP_PX;
    const start = isOnThumb ? value : clamp(low + (at / box.width) * (high - low));
    const act = Symbol("press");
    presses.current = { last: act, before: presses.current?.last ?? act };
    gesture.current = { kind: "drag", act, x: event.clientX, exact: start, value: start };
    if (!isOnThumb) preview(start);
  };
  // Of the events of a second press only this one counts presses, by the system's own notion of a double-click.
  const onMouseDown = (event: MouseEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0 || event.detail < 2 || !presses.current) return;
    gesture.current = null;
    props.onCommit(home, presses.current.before);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const drag = gesture.current;
    if (drag?.kind !== "drag" || event.clientX === drag.x) return;
    const perPixel = (high - low) / event.currentTarget.getBoundingClientRect().width;
    drag.exact = clamp(drag.exact + (event.clientX - drag.x) * perPixel * (event.shiftKey ? FINE : 1));
    drag.x = event.clientX;
    const isHome = !event.shiftKey && Math.abs(drag.exact - home) <= HOME_PX * perPixel;
    preview(isHome ? home : drag.exact);
  };

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    if (disabled) return;
    if (event.key === "Escape") {
      if (gesture.current) event.preventDefault();
      finish("cancel");
      return;
    }
    const from = gesture.current?.value ?? value;
    const next = keyTarget(event, from, { low, high, step, home });
    if (next === null) return;
    event.preventDefault();
    gesture.current ??= { kind: "key", act: Symbol("key"), x: 0, exact: from, value: from };
    preview(clamp(next));
  };

  return (
    <div
      id={props.id}
      className={styles.slider}
      role="slider"
      tabIndex={disabled ? -1 : 0}
      aria-label={label}
      aria-valuemin={low}
      aria-valuemax={high}
      aria-valuenow={clamp(value)}
      aria-valuetext={valueText}
      aria-disabled={disabled}
      aria-description={props.description || undefined}
      title={props.description || undefined}
      data-beyond={clamp(value) !== value}
      style={{ "--at": place(value), "--home": place(home) } as CSSProperties}
      onPointerDown={onPointerDown}
      onMouseDown={onMouseDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => finish("commit")}
      onPointerCancel={() => finish("cancel")}
      onKeyDown={onKeyDown}
      onKeyUp={() => gesture.current?.kind === "key" && finish("commit")}
      onBlur={() => gesture.current?.kind === "key" && finish("commit")}
    >
      <div className={styles.track} data-bare={zones.some(({ kind }) => kind === "trained")} />
      {zones.map((zone) => (
        <div
          key={`${zone.kind} ${zone.low}`}
          className={styles.zone}
          data-kind={zone.kind}
          style={{ "--from": place(zone.low), "--to": place(zone.high) } as CSSProperties}
        />
      ))}
      <div className={styles.fill} />
      {home > low && home < high && <div className={styles.home} />}
      {mark !== null && <div className={styles.mark} style={{ "--mark": place(mark) } as CSSProperties} />}
      <div className={styles.thumb} />
    </div>
  );
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly home: number;
}

/** The value a key asks for; null for keys that mean nothing here. */
function keyTarget(event: KeyboardEvent, from: number, { low, high, step, home }: Scale): number | null {
  const stride = step * (event.shiftKey ? LARGE : 1) * (event.ctrlKey ? FINE : 1);
  switch (event.key) {
    case "ArrowRight":
    case "ArrowUp":
      return from + stride;
    case "ArrowLeft":
    case "ArrowDown":
      return from - stride;
    case "PageUp":
      return from + step * LARGE;
    case "PageDown":
      return from - step * LARGE;
    case "Home":
      return low;
    case "End":
      return high;
    case "Delete":
    case "Backspace":
      return home;
    default:
      return null;
  }
}
