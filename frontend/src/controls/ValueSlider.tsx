/** ValueSlider: drags one number smoothly between two ends, with a home it returns to. */

import type { ClipboardEvent, CSSProperties, KeyboardEvent, PointerEvent } from "react";
import { dragOf, type Hand, strideOf, useGesture } from "./use_gesture";
import { useWheel } from "./use_wheel";
import styles from "./ValueSlider.module.css";

/** A stretch of the track that is drawn apart. */
export interface SliderZone {
  readonly kind: "trained" | "reachable" | "saturated" | "doubtful" | "band";
  readonly low: number;
  readonly high: number;
}

export interface ValueSliderProps extends Hand<number> {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** One press of an arrow key. */
  readonly step: number;
  /** Where a double-click goes; marked with a tick, and the bar is drawn from it unless `from` is given. */
  readonly home: number;
  readonly from?: number;
  /** The value in words, for screen readers. */
  readonly valueText: string;
  /** In the order they are drawn. */
  readonly zones?: readonly SliderZone[];
  /** A value that stands out, such as what was measured. */
  readonly mark?: number | null;
  /** Where a knob of a controller stands that has no hold of the slider yet. */
  readonly knob?: number | null;
  /** Reads a value that is pasted; null for a text that is none. Without it, plain numbers. */
  readonly read?: (text: string) => number | null;
  /** What the zones say, in words. */
  readonly description?: string | undefined;
  readonly id?: string | undefined;
  readonly disabled?: boolean;
}

/** Steps of a page key. */
const PAGE = 10;
/** A drag this close to home, in pixels, stays there: it is the one value people look for. */
const HOME_PX = 3;
/** A press this close to the thumb's middle takes hold of it where it is. */
const GRIP_PX = 10;
/** A finger this far above or below the track moves it finely. */
const ASIDE_PX = 48;

export function ValueSlider(props: ValueSliderProps) {
  const { label, value, low, high, step, home, valueText, disabled = false, zones = [], from = home } = props;
  const { mark = null, knob = null } = props;
  const gesture = useGesture(props, home, disabled);
  const clamp = (number: number) => Math.min(high, Math.max(low, number));
  const place = (number: number) => (clamp(number) - low) / (high - low);
  const wheel = useWheel((steps) => gesture.roll(value, (from) => clamp(from + steps * step)));

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0) return;
    gesture.finish("commit");
    const box = event.currentTarget.getBoundingClientRect();
    const at = event.clientX - box.left;
    const isOnThumb = Math.abs(at - place(value) * box.width) <= GRIP_PX;
    gesture.press(event, value, isOnThumb ? value : clamp(low + (at / box.width) * (high - low)));
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const drag = gesture.current();
    const box = event.currentTarget.getBoundingClientRect();
    const aside = Math.max(box.top - event.clientY, event.clientY - box.bottom);
    const isFine = event.shiftKey || (event.pointerType === "touch" && aside >= ASIDE_PX);
    const moved = dragOf(drag, event, isFine);
    if (!drag || !moved) return;
    const perPixel = (high - low) / box.width;
    const exact = clamp(drag.exact + moved.right * perPixel);
    const isHome = !isFine && Math.abs(exact - home) <= HOME_PX * perPixel;
    gesture.preview(isHome ? home : exact, exact);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) =>
    gesture.hold(event, value, (from) => {
      const next = keyTarget(event, from, { low, high, step, home });
      return next === null ? null : clamp(next);
    });

  const onCopy = (event: ClipboardEvent) => {
    // Text that somebody has selected elsewhere is what is meant.
    if (document.getSelection()?.toString()) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", valueText);
  };
  const onPaste = (event: ClipboardEvent) => {
    if (disabled) return;
    event.preventDefault();
    const text = event.clipboardData.getData("text/plain");
    const pasted = props.read ? props.read(text) : readPlain(text);
    if (pasted === null) return;
    gesture.finish("cancel");
    props.onCommit(clamp(pasted), Symbol("paste"));
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
      style={{ "--at": place(value), "--home": place(home), "--bar": place(from) } as CSSProperties}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onCopy={onCopy}
      onPaste={onPaste}
      onKeyDown={onKeyDown}
      {...wheel}
      {...gesture.ends}
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
      {knob !== null && <div className={styles.knob} style={{ "--knob": place(knob) } as CSSProperties} />}
      <div className={styles.thumb} />
    </div>
  );
}

/** A plain number, with a true minus sign or a comma for its point. */
function readPlain(text: string): number | null {
  const plain = text.trim().replace("−", "-").replace(",", ".");
  return plain === "" || !Number.isFinite(Number(plain)) ? null : Number(plain);
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
  readonly home: number;
}

/** The value a key asks for; null for keys that mean nothing here. */
function keyTarget(event: KeyboardEvent, from: number, { low, high, step, home }: Scale): number | null {
  const stride = step * strideOf(event);
  switch (event.key) {
    case "ArrowRight":
    case "ArrowUp":
      return from + stride;
    case "ArrowLeft":
    case "ArrowDown":
      return from - stride;
    case "PageUp":
      return from + step * PAGE;
    case "PageDown":
      return from - step * PAGE;
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
