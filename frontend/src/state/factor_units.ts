/** Factor units: how values of a factor are written and typed, and where its pictures lie. */

import type { FactorSummary, WalkList, WalkSummary } from "../protocol/wire";

/** A walk that moves a factor, and what is known of that. */
export type FactorWalk = WalkSummary & { readonly factor: FactorSummary };

export function isFactorWalk(walk: WalkSummary): walk is FactorWalk {
  return walk.factor !== null;
}

const NONE: readonly FactorWalk[] = [];

/** The factors of a model that nobody has put out of sight. */
export function factorsOf(list: WalkList | undefined): readonly FactorWalk[] {
  const found = [...(list?.walks ?? NONE)].filter(isFactorWalk).filter(({ is_hidden }) => !is_hidden);
  // The very same where there are none, or what reads it would be drawn anew for ever.
  return found.length > 0 ? found.sort((a, b) => placeOfEdit(a.factor) - placeOfEdit(b.factor)) : NONE;
}

/** Edits in the order that people look for them; others come after. */
export const EDITS_IN_ORDER: readonly string[] = [
  "shift_x",
  "shift_y",
  "scale",
  "luminance",
  "brightness",
  "hue",
];

function placeOfEdit({ edit }: FactorSummary): number {
  return EDITS_IN_ORDER.includes(edit) ? EDITS_IN_ORDER.indexOf(edit) : EDITS_IN_ORDER.length;
}

/** How values of one factor are written. */
export interface FactorNotation {
  readonly unit: string;
  readonly words: string;
  readonly digits: number;
  /** Written before the number, as × is. */
  readonly isBefore: boolean;
  /** A plus is written; a magnification has none. */
  readonly isSigned: boolean;
}

export function notationOfFactor(unit: string): FactorNotation {
  switch (unit) {
    case "of width":
      return { unit, words: "shares of the picture's width", digits: 3, isBefore: false, isSigned: true };
    case "of height":
      return { unit, words: "shares of the picture's height", digits: 3, isBefore: false, isSigned: true };
    case "x":
      return { unit: "×", words: "times the usual size", digits: 2, isBefore: true, isSigned: false };
    case "degrees":
      return { unit: "°", words: "degrees", digits: 1, isBefore: false, isSigned: true };
    case "of range":
      return {
        unit,
        words: "brightness, where black is −1 and white is 1",
        digits: 3,
        isBefore: false,
        isSigned: true,
      };
    default:
      return { unit, words: unit, digits: 3, isBefore: false, isSigned: true };
  }
}

/** A value alone, of constant width: `+0.300`, `×1.40`. */
export function writeFactor(value: number, { digits, isSigned, isBefore, unit }: FactorNotation): string {
  const text = Math.abs(value).toFixed(digits);
  const isZero = Number(text) === 0;
  const sign = value < 0 && !isZero ? "−" : isSigned ? (isZero ? "\u2007" : "+") : "";
  return `${isBefore ? unit : ""}${sign}${text}`;
}

/** A value with its unit: `+0.300 of width`, `×1.40`, `+12.0°`. */
export function sayFactor(value: number, notation: FactorNotation): string {
  const number = writeFactor(value, notation).trim();
  if (notation.isBefore || notation.unit === "") return number;
  return notation.unit === "°" ? `${number}°` : `${number} ${notation.unit}`;
}

/** A range with its unit said once: `−0.310 to +0.290 of width`. */
export function sayRange(low: number, high: number, notation: FactorNotation): string {
  return `${writeFactor(low, notation).trim()} to ${sayFactor(high, notation)}`;
}

/** What may stand after a number of a unit, and what it is worth in that unit; pixels need the resolution. */
const SUFFIXES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "of width": { "of width": 1, w: 1, "%": 0.01, "% of width": 0.01 },
  "of height": { "of height": 1, h: 1, "%": 0.01, "% of height": 0.01 },
  x: { x: 1, "×": 1, times: 1, "%": 0.01 },
  degrees: { "°": 1, deg: 1, degrees: 1 },
  "of range": { "of range": 1, "%": 0.01 },
};

/**
 * A value from what was typed: `x = +0.30 of width`, `30 %`, `19 px`, `1.4 x`, `×1,4`, `−12°`. Null for what is no
 * number, or is one in another unit.
 */
export function readFactor(text: string, unit: string, resolution: number | null): number | null {
  const plain = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z_ ]*=\s*/, "")
    .replace("−", "-");
  const found = /^([x×]?)\s*([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+))\s*(.*)$/.exec(plain);
  if (!found) return null;
  const [, prefix = "", digits = "", suffix = ""] = found;
  if (prefix !== "" && (unit !== "x" || suffix !== "")) return null;
  const number = Number(digits.replace(",", "."));
  const worth = worthOf(suffix.trim(), unit, resolution);
  return worth === null || !Number.isFinite(number) ? null : number * worth;
}

function worthOf(suffix: string, unit: string, resolution: number | null): number | null {
  if (suffix === "") return 1;
  const isLength = unit === "of width" || unit === "of height";
  if (suffix === "px" && isLength && resolution !== null) return 1 / resolution;
  return SUFFIXES[unit]?.[suffix.replace(/\s+/g, " ")] ?? null;
}

/** What may be typed, as an example. */
export function sayExample({ low, high, unit }: FactorSummary): string {
  const notation = notationOfFactor(unit);
  const middle = low + 0.75 * (high - low);
  const also = unit === "of width" || unit === "of height" ? ", or in % or px" : "";
  return `Type a value, such as ${sayFactor(Number(middle.toFixed(notation.digits - 1)), notation)}${also}.`;
}

/** How far a slider goes past what pictures have by themselves, as a share of that. */
const PAST = 0.12;

/** The ends of a factor's slider: where the middle 99.7 % of pictures lie, and a little beyond. */
export function factorEnds({ low, high }: FactorSummary): { readonly low: number; readonly high: number } {
  const past = PAST * (high - low);
  return { low: low - past, high: high + past };
}

/** The server's own rounding of what lies at an end. */
const SLACK = 1e-6;

/** Whether anything is set at a value: the middle 99.7 % of pictures have it. */
export function isInReach(value: number, { low, high }: FactorSummary): boolean {
  const slack = SLACK * (high - low);
  return value >= low - slack && value <= high + slack;
}

/** The value in reach that is nearest. */
export function nearestOf(value: number, { low, high }: FactorSummary): number {
  return Math.min(high, Math.max(low, value));
}

/** How a factor came to be and where its pictures lie, in its own unit. */
export function sayFound({ space, psi, trained, factor: { low, high, unit } }: FactorWalk): string {
  const notation = notationOfFactor(unit);
  // A strength is a difference of values: of a magnification it is told as one.
  const change = { ...notation, isBefore: false, isSigned: true };
  return [
    `A factor, found in ${space} at truncation ${psi}.`,
    `Pictures lie from ${sayRange(low, high, notation)}.`,
    trained ? `Learned from changes of ${sayRange(trained.low, trained.high, change)}.` : "",
  ]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

/** What has to be said of a value; null: nothing, pictures lie there. */
export function sayOffPrior(value: number, factor: FactorSummary): string | null {
  if (isInReach(value, factor)) return null;
  const notation = notationOfFactor(factor.unit);
  return `Off what this generator draws by itself (${sayRange(factor.low, factor.high, notation)}): the picture may fall apart.`;
}

/** What an edit of the recipe does, to somebody who looks for a factor. */
const NAMES: Readonly<Record<string, readonly [string, string]>> = {
  shift_x: ["x", "left and right"],
  shift_y: ["y", "up and down"],
  scale: ["scale", "smaller and larger"],
  luminance: ["brightness", "darker and brighter"],
  brightness: ["brightness", "darker and brighter"],
  hue: ["hue", "turns the colours"],
  zoom: ["zoom", "further and nearer"],
  rotate2d: ["turn", "counter-clockwise"],
  rotate3d: ["turn in depth", "about the upright axis"],
};

/** An edit's name and what it does, for people; a name alone for one that is not known here. */
export function sayEdit(edit: string): { readonly name: string; readonly words: string } {
  const [name, words] = NAMES[edit] ?? [edit.replaceAll("_", " "), ""];
  return { name, words };
}

/** Whether larger values lie further down in the picture. */
export function isDownward({ edit }: FactorSummary): boolean {
  return edit === "shift_y";
}
