/** Pad: two numbers at once, dragged over a square, with what is known of them drawn beneath. */

import type { CSSProperties, KeyboardEvent, PointerEvent, ReactNode } from "react";
import styles from "./Pad.module.css";
import { dragOf, type Hand, strideOf, useGesture } from "./use_gesture";

export interface PadAxis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly value: number;
  /** Where a double-click goes. */
  readonly home: number;
  /** One press of an arrow key. */
  readonly step: number;
}

/** A point in the units of the axes. */
export type PadPoint = readonly [x: number, y: number];

export interface PadProps extends Hand<PadPoint> {
  readonly label: string;
  readonly x: PadAxis;
  readonly y: PadAxis;
  /** Whether larger values of y lie further down, as rows of a picture do. */
  readonly isDown?: boolean;
  /** Both values in words, for screen readers. */
  readonly valueText: string;
  readonly description?: string | undefined;
  /** Closed outlines that are filled over each other: where they lie deepest, most is. */
  readonly areas?: readonly (readonly PadPoint[])[];
  /** The part of the pad that is plain ground; what lies around it is hatched. */
  readonly plain?: { readonly from: PadPoint; readonly to: PadPoint } | undefined;
  /** A cross beside the handle, such as what was predicted. */
  readonly mark?: PadPoint | null;
  readonly disabled?: boolean;
  /** Whether the axes are named on it; else they are beside it. */
  readonly isNamed?: boolean;
  /** What lies under everything else. */
  readonly children?: ReactNode;
}

/** A press this close to the handle's middle takes hold of it where it is. */
const GRIP_PX = 14;

export function Pad(props: PadProps) {
  const { label, x, y, isDown = false, valueText, areas = [], plain, mark = null, disabled = false } = props;
  const { isNamed = true } = props;
  const gesture = useGesture<PadPoint>(props, [x.home, y.home], disabled);
  const now: PadPoint = [x.value, y.value];
  const across = (value: number) => (value - x.low) / (x.high - x.low);
  const down = (value: number) =>
    isDown ? (value - y.low) / (y.high - y.low) : (y.high - value) / (y.high - y.low);
  const clamp = ([a, b]: PadPoint): PadPoint => [within(a, x), within(b, y)];

  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (disabled || event.button !== 0) return;
    gesture.finish("commit");
    const box = event.currentTarget.getBoundingClientRect();
    const [left, top] = [event.clientX - box.left, event.clientY - box.top];
    const far = Math.hypot(left - across(now[0]) * box.width, top - down(now[1]) * box.height);
    const share = isDown ? top / box.height : 1 - top / box.height;
    const pressed = clamp([x.low + (left / box.width) * (x.high - x.low), y.low + share * (y.high - y.low)]);
    gesture.press(event, now, far <= GRIP_PX ? now : pressed);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const drag = gesture.current();
    const moved = dragOf(drag, event);
    if (!drag || !moved) return;
    const box = event.currentTarget.getBoundingClientRect();
    const right = (moved.right / box.width) * (x.high - x.low);
    const lower = (moved.down / box.height) * (y.high - y.low);
    gesture.preview(clamp([drag.value[0] + right, drag.value[1] + (isDown ? lower : -lower)]));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) =>
    gesture.hold(event, now, (from) => {
      const next = keyTarget(event, from, x, y, isDown);
      return next === null ? null : clamp(next);
    });

  const spot = ([a, b]: PadPoint) =>
    ({ "--x": across(within(a, x)), "--y": down(within(b, y)) }) as CSSProperties;
  return (
    <div
      className={styles.pad}
      role="slider"
      aria-roledescription="two-way slider"
      tabIndex={disabled ? -1 : 0}
      aria-label={label}
      aria-valuemin={x.low}
      aria-valuemax={x.high}
      aria-valuenow={within(x.value, x)}
      aria-valuetext={valueText}
      aria-disabled={disabled}
      aria-description={props.description}
      data-beyond={within(x.value, x) !== x.value || within(y.value, y) !== y.value}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      {...gesture.ends}
    >
      {props.children}
      <svg className={styles.ground} viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
        {areas.map((outline, depth) => (
          <polygon
            // biome-ignore lint/suspicious/noArrayIndexKey: outlines are told apart by how deep they lie
            key={depth}
            points={outline.map(([a, b]) => `${across(a).toFixed(4)},${down(b).toFixed(4)}`).join(" ")}
          />
        ))}
      </svg>
      {plain && (
        <Frame
          left={across(plain.from[0])}
          right={across(plain.to[0])}
          top={down(isDown ? plain.from[1] : plain.to[1])}
          bottom={down(isDown ? plain.to[1] : plain.from[1])}
        />
      )}
      <div className={styles.home} style={spot([x.home, y.home])} />
      {mark && <div className={styles.mark} style={spot(mark)} />}
      <div className={styles.handle} style={spot(now)} />
      {isNamed && <span className={styles.nameX}>{x.name} →</span>}
      {isNamed && (
        <span className={styles.nameY}>
          {y.name} {isDown ? "↓" : "↑"}
        </span>
      )}
    </div>
  );
}

interface FrameProps {
  /** Sides in shares of the pad. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Hatches what lies around the plain part. */
function Frame({ left, top, right, bottom }: FrameProps) {
  const at = (x: number, y: number) => `${(x * 100).toFixed(2)}% ${(y * 100).toFixed(2)}%`;
  const around = [at(0, 0), at(0, 1), at(left, 1)];
  const inside = [at(left, top), at(right, top), at(right, bottom), at(left, bottom)];
  const shape = [...around, ...inside, at(left, 1), at(1, 1), at(1, 0)].join(", ");
  return <div className={styles.hatch} style={{ clipPath: `polygon(${shape})` }} />;
}

function within(value: number, { low, high }: PadAxis): number {
  return Math.min(high, Math.max(low, value));
}

/** The point a key asks for; null for keys that mean nothing here. */
function keyTarget(
  event: KeyboardEvent,
  [a, b]: PadPoint,
  x: PadAxis,
  y: PadAxis,
  isDown: boolean,
): PadPoint | null {
  const stride = strideOf(event);
  const [right, up] = [stride * x.step, stride * y.step * (isDown ? -1 : 1)];
  switch (event.key) {
    case "ArrowRight":
      return [a + right, b];
    case "ArrowLeft":
      return [a - right, b];
    case "ArrowUp":
      return [a, b + up];
    case "ArrowDown":
      return [a, b - up];
    case "Delete":
    case "Backspace":
    case "Home":
      return [x.home, y.home];
    default:
      return null;
  }
}
