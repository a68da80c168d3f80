/** The gesture of a hand on a control: a drag or held keys, what it has reached, and how it ends. */

import { type KeyboardEvent, type MouseEvent, type PointerEvent, useEffect, useRef } from "react";

/** What a control tells while a hand is on it. */
export interface Hand<Value> {
  /** The hand moves. */
  readonly onPreview: (value: Value) => void;
  /** The hand lets go, or a key comes up. Both presses of a double-click have one act: they are one change. */
  readonly onCommit: (value: Value, act: symbol) => void;
  /** Escape, or the gesture was taken away. */
  readonly onCancel: () => void;
  /** Calls the listener when the value changes by another hand, which ends a gesture; returns how to stop that. */
  readonly onForeignChange: (listener: () => void) => () => void;
}

/** A drag, a held key or a turn of the wheel. `exact` has no snapping in it; the point is where the pointer was last. */
export interface Gesture<Value> {
  readonly kind: "drag" | "key" | "wheel";
  readonly act: symbol;
  x: number;
  y: number;
  exact: Value;
  value: Value;
}

/** Larger steps with shift, finer ones with Ctrl; a drag or a turn of the wheel with shift is a fine one. */
const LARGE = 10;
export const FINE = 0.1;
/** A wheel has come to rest after so long: what it was turned to is settled. */
const REST_MS = 500;

/** How many steps a key makes. */
export function strideOf({ shiftKey, ctrlKey }: Pick<KeyboardEvent, "shiftKey" | "ctrlKey">): number {
  return (shiftKey ? LARGE : 1) * (ctrlKey ? FINE : 1);
}

/**
 * How far the pointer has gone since it was last asked, in pixels that count; null: this is no drag, or it rests.
 * isFine: as with Shift.
 */
export function dragOf<Value>(
  gesture: Gesture<Value> | null,
  { clientX, clientY, shiftKey }: PointerEvent,
  isFine = false,
): { readonly right: number; readonly down: number } | null {
  if (gesture?.kind !== "drag" || (clientX === gesture.x && clientY === gesture.y)) return null;
  const gain = shiftKey || isFine ? FINE : 1;
  const moved = { right: (clientX - gesture.x) * gain, down: (clientY - gesture.y) * gain };
  [gesture.x, gesture.y] = [clientX, clientY];
  return moved;
}

/**
 * `press` begins a drag where the hand has taken hold; `hold` moves on by a key from what it has reached, and `roll`
 * by the wheel. What comes in `ends` goes on the element. A double-click goes home.
 */
export function useGesture<Value>(hand: Hand<Value>, home: Value, isDisabled: boolean) {
  const gesture = useRef<Gesture<Value> | null>(null);
  /** The acts of the newest press and of the one before it. */
  const presses = useRef<{ last: symbol; before: symbol } | null>(null);

  const preview = (value: Value, exact: Value = value) => {
    if (gesture.current) Object.assign(gesture.current, { value, exact });
    hand.onPreview(value);
  };
  const finish = (how: "commit" | "cancel") => {
    const ended = gesture.current;
    gesture.current = null;
    if (!ended) return;
    if (how === "commit") hand.onCommit(ended.value, ended.act);
    else hand.onCancel();
  };
  // What the hand settles is no foreign change: by then its gesture has ended.
  useEffect(() => hand.onForeignChange(() => finish("cancel")));
  // A control that is taken away under the hand leaves nothing half done; what a wheel was turned to is meant.
  const newest = useRef(finish);
  useEffect(() => {
    newest.current = finish;
  });
  useEffect(() => () => newest.current(gesture.current?.kind === "wheel" ? "commit" : "cancel"), []);

  const press = (event: PointerEvent<HTMLElement>, now: Value, pressed: Value) => {
    event.currentTarget.setPointerCapture(event.pointerId);
    const act = Symbol("press");
    presses.current = { last: act, before: presses.current?.last ?? act };
    gesture.current = {
      kind: "drag",
      act,
      x: event.clientX,
      y: event.clientY,
      exact: pressed,
      value: pressed,
    };
    // A finger may be on its way to scroll: what it has pressed is shown once it goes along the control, or lets go.
    if (pressed !== now && event.pointerType !== "touch") preview(pressed);
  };
  /** `next`: what a key asks for from a value; null where it means nothing. */
  const hold = (event: KeyboardEvent, now: Value, next: (from: Value) => Value | null) => {
    if (isDisabled) return;
    if (event.key === "Escape") {
      if (gesture.current) event.preventDefault();
      finish("cancel");
      return;
    }
    const from = gesture.current?.value ?? now;
    const to = next(from);
    if (to === null) return;
    event.preventDefault();
    gesture.current ??= { kind: "key", act: Symbol("key"), x: 0, y: 0, exact: from, value: from };
    preview(to);
  };
  const rest = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  /** `next`: what a turn of the wheel makes of a value. */
  const roll = (now: Value, next: (from: Value) => Value) => {
    if (isDisabled || (gesture.current && gesture.current.kind !== "wheel")) return;
    const from = gesture.current?.value ?? now;
    gesture.current ??= { kind: "wheel", act: Symbol("wheel"), x: 0, y: 0, exact: from, value: from };
    const rolled = gesture.current;
    preview(next(from));
    clearTimeout(rest.current);
    rest.current = setTimeout(() => gesture.current === rolled && newest.current("commit"), REST_MS);
  };
  const endKey = () => gesture.current?.kind === "key" && finish("commit");
  const ends = {
    // Of the events of a second press only this one counts presses, by the system's own notion of a double-click.
    onMouseDown: (event: MouseEvent) => {
      if (isDisabled || event.button !== 0 || event.detail < 2 || !presses.current) return;
      gesture.current = null;
      hand.onCommit(home, presses.current.before);
    },
    onPointerUp: () => finish("commit"),
    onPointerCancel: () => finish("cancel"),
    onKeyUp: endKey,
    onBlur: endKey,
  };
  return { current: () => gesture.current, preview, finish, press, hold, roll, ends };
}
