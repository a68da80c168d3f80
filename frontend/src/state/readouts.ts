/** Read-outs: measured factors as people read them: which are pinned, in what unit, and how they have changed. */

import type { ChoiceChances, FactorValue, MeasuredFactor, Reading, Sight } from "../protocol/wire";

/** Pinned until somebody chooses: what the bundled sliders move most. */
export const DEFAULT_PINS: readonly string[] = [
  "head_x",
  "head_y",
  "head_scale",
  "tilt",
  "yaw",
  "smile",
  "mouth_open",
  "eye_open",
];
/** Shown where none of the pinned is among a model's factors. */
const FIRST_FEW = 8;

/** How a factor's numbers are written: times `times`, with so many digits, before `unit`. */
export interface Notation {
  readonly times: number;
  readonly unit: string;
  readonly digits: number;
  /** The unit in words. */
  readonly words: string;
}

/** Units of the worlds, as their factors have them; lengths become pixels of a picture of `resolution`. */
export function notationOf(unit: string, resolution: number | null): Notation {
  switch (unit) {
    case "of width":
      return resolution === null
        ? { times: 100, unit: "%", digits: 1, words: "percent of the picture's width" }
        : { times: resolution, unit: "px", digits: 1, words: "pixels of the picture" };
    case "of area":
      return { times: 100, unit: "%", digits: 1, words: "percent of the picture's area" };
    case "degrees":
      return { times: 1, unit: "°", digits: 1, words: "degrees" };
    case "x":
      return { times: 1, unit: "×", digits: 2, words: "times the usual" };
    case "0..1":
      return { times: 1, unit: "", digits: 2, words: "from none, 0, to full, 1" };
    case "-1..1":
      return { times: 1, unit: "", digits: 2, words: "from one end, −1, to the other, 1" };
    case "sd":
      return { times: 1, unit, digits: 2, words: "standard deviations of this direction" };
    default:
      return { times: 1, unit, digits: 2, words: unit };
  }
}

/** `head_x` as it is said. */
export function sayName(name: string): string {
  return name.replaceAll("_", " ");
}

/** One line of the panel: a factor with a number, or one of several options. */
export type Readout =
  | { readonly kind: "factor"; readonly name: string; readonly factor: MeasuredFactor | null }
  | { readonly kind: "choice"; readonly name: string; readonly options: readonly string[] };

/** Everything that can be pinned for this model, numbers first, as the network lists them. */
export function allReadouts(sight: Sight | null): readonly Readout[] {
  if (sight === null) return [];
  return [
    ...sight.factors.map((factor) => ({ kind: "factor", name: factor.name, factor }) as const),
    ...sight.choices.map(({ name, options }) => ({ kind: "choice", name, options }) as const),
  ];
}

/**
 * What the panel lists: the pinned that this model has, in the order they were pinned; before that is known,
 * all that are pinned, so that nothing moves when it is.
 */
export function pinnedReadouts(sight: Sight | null, pins: readonly string[]): readonly Readout[] {
  const all = allReadouts(sight);
  if (all.length === 0) return pins.map((name) => ({ kind: "factor", name, factor: null }));
  const pinned = pins.flatMap((name) => all.filter((readout) => readout.name === name));
  return pinned.length > 0 || pins.length === 0 ? pinned : all.slice(0, FIRST_FEW);
}

/** Pins or unpins one; what was shown for want of pins counts as pinned. */
export function togglePin(sight: Sight | null, pins: readonly string[], name: string): readonly string[] {
  const shown = pinnedReadouts(sight, pins).map((readout) => readout.name);
  if (shown.includes(name)) {
    // Pins that another model has stay.
    return [...new Set([...pins, ...shown])].filter((pin) => pin !== name);
  }
  return [...new Set([...pins, ...shown, name])];
}

export function numberOf(reading: Reading | null, name: string): FactorValue | undefined {
  return reading?.values.find((value) => value.name === name);
}

export function chancesOf(reading: Reading | null, name: string): ChoiceChances | undefined {
  return reading?.chances.find((chances) => chances.name === name);
}

const TURN = 360;

/** The change since the start; of a colour's angle the short way round. */
export function changeOf({ value, before }: FactorValue, factor: MeasuredFactor): number | null {
  if (value === null || before === null) return null;
  const change = value - before;
  const isAngle = factor.unit === "degrees" && factor.high - factor.low === TURN;
  return isAngle ? change - TURN * Math.round(change / TURN) : change;
}

/** Where a value lies in its factor's range, 0 to 1. */
export function placeOf(value: number, { low, high }: MeasuredFactor): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** The most likely option and its chance. */
export function likeliest(
  options: readonly string[],
  chances: readonly number[],
): { readonly option: string; readonly chance: number } | null {
  const chance = Math.max(...chances);
  const option = options[chances.indexOf(chance)];
  return option === undefined ? null : { option, chance };
}
