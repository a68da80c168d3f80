/** MIDI messages: what a controller's bytes say of its knobs, and how a knob's numbers are meant. */

import type { Control } from "../protocol/wire";

/** One control change. */
export interface KnobMove {
  /** 1 to 16. */
  readonly channel: number;
  /** 0 to 119. */
  readonly number: number;
  /** 0 to 127. */
  readonly value: number;
}

/** The first byte of a control change on channel 1; its lower half counts channels. */
const CONTROL_CHANGE = 0xb0;
/** Above lie channel mode messages, which no knob sends. */
const MAX_NUMBER = 119;
/** The lower 7 bits of controllers 0 to 31 come as 32 to 63. */
const LOWER = 32;

/** What a message says of a knob; null: it is about something else. */
export function readMove(bytes: Uint8Array): KnobMove | null {
  const [status = 0, number = 0, value = 0] = bytes;
  if (bytes.length !== 3 || (status & 0xf0) !== CONTROL_CHANGE || number > MAX_NUMBER) return null;
  return { channel: (status & 0x0f) + 1, number, value };
}

/** Whether a move is of the upper 7 bits of a control, of its lower ones, or not of it. */
export function partOf(move: KnobMove, control: Control): "value" | "lower" | null {
  if (move.channel !== control.channel) return null;
  if (move.number === control.number) return "value";
  return control.sends === "fine" && move.number === control.number + LOWER ? "lower" : null;
}

/** Places of a knob that tells them in this many bits. */
export function placesOf(sends: "absolute" | "fine"): number {
  return sends === "fine" ? 2 ** 14 : 2 ** 7;
}

/**
 * Where a knob stands, 0 to 1. Half-way is the value that controllers with a notch in the middle send there, 64 of
 * 0 to 127, though it is not the middle of the numbers.
 */
export function placeOf(value: number, places: number): number {
  const middle = places / 2;
  return value <= middle ? value / places : 0.5 + (value - middle) / (2 * (places - 1 - middle));
}

/** Steps that an endless knob was turned: up positive. */
export function stepsOf(value: number, sends: "twos" | "offset" | "sign"): number {
  switch (sends) {
    case "twos":
      return value < 64 ? value : value - 128;
    case "offset":
      return value - 64;
    case "sign":
      return value < 64 ? value : 64 - value;
  }
}

/** Steps in one message of somebody who turns as fast as hands do. */
const FAST = 12;

/**
 * How a control's numbers are meant, from the first moves of a hand. A knob that tells its place never says the same
 * twice in a row, and moves past neighbours; an endless one repeats small steps.
 */
export function guessSends(moves: readonly KnobMove[]): Control["sends"] {
  const [first] = moves;
  if (!first) return "absolute";
  const isLower = moves.some(({ number }) => number === first.number + LOWER);
  if (isLower && first.number < LOWER) return "fine";
  const values = moves.filter(({ number }) => number === first.number).map(({ value }) => value);
  const repeats = values.some((value, place) => value === values[place - 1]);
  const lie = (...ranges: readonly (readonly [number, number])[]) =>
    values.every((value) => ranges.some(([low, high]) => value >= low && value <= high));
  const has = (low: number, high: number) => values.some((value) => value >= low && value <= high);
  const ways = has(1, FAST) && (has(128 - FAST, 127) || has(65, 64 + FAST));
  if (!repeats && !ways) return "absolute";
  if (lie([1, FAST], [128 - FAST, 127])) return "twos";
  if (lie([64 - FAST, 63], [65, 64 + FAST])) return "offset";
  return lie([1, FAST], [65, 64 + FAST]) ? "sign" : "absolute";
}
