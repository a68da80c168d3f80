/** Walk units: how a walk's strength is written and typed, and the ranges its slider shows. */

import type { WalkSummary, Zone } from "../protocol/wire";
import { notationOf } from "./readouts";

/** How strengths of one walk are written. */
export interface WalkNotation {
  readonly unit: string;
  /** The unit in words. */
  readonly words: string;
  /** Digits after the point. */
  readonly digits: number;
  /** What people count, of an alpha. */
  readonly show: (alpha: number) => number;
  /** And back. */
  readonly take: (shown: number) => number;
  /** A magnification: its home is ×1, and it has no sign. */
  readonly isRatio: boolean;
}

export function notationOfWalk(walk: WalkSummary, resolution: number | null): WalkNotation {
  switch (walk.shown_unit) {
    case "log2 x":
      return {
        unit: "×",
        words: "magnification",
        digits: 2,
        show: (alpha) => 2 ** alpha,
        take: Math.log2,
        isRatio: true,
      };
    case "px":
      return linear("px", "pixels of the picture", 1, 1);
    case "of range":
      return linear("", "brightness of the channel, where black is −1 and white is 1", 2, 1);
    default: {
      const { times, unit, digits, words } = notationOf(walk.shown_unit, resolution);
      return linear(unit, words, digits, walk.shown_per_alpha * times);
    }
  }
}

function linear(unit: string, words: string, digits: number, perAlpha: number): WalkNotation {
  return {
    unit,
    words,
    digits,
    show: (alpha) => alpha * perAlpha,
    take: (shown) => shown / perAlpha,
    isRatio: false,
  };
}

/** An alpha from what was typed: `1.4`, `x1.4`, `×1,4` or `1.4 x`; `+12`, `-3 px`. Null for what is no number. */
export function readStrength(text: string, { unit, isRatio, take }: WalkNotation): number | null {
  let plain = text.trim().replace("−", "-").replace(",", ".").toLowerCase();
  if (isRatio) plain = plain.replace(/^[x×]|[x×]$/, "");
  else if (unit !== "" && plain.endsWith(unit.toLowerCase())) plain = plain.slice(0, -unit.length);
  plain = plain.trim();
  const number = Number(plain);
  if (plain === "" || !Number.isFinite(number) || (isRatio && number <= 0)) return null;
  return take(number);
}

/** A strength in words: `12.0 px`, `×1.41`, `−8.0°`. */
export function sayStrength(alpha: number, { show, digits, unit, isRatio }: WalkNotation): string {
  const text = show(alpha)
    .toFixed(digits)
    .replace(/^-(0(\.0*)?)$/, "$1")
    .replace("-", "−");
  if (isRatio) return `${unit}${text}`;
  return unit === "" || unit === "°" || unit === "%" ? `${text}${unit}` : `${text} ${unit}`;
}

/** How far a slider goes into what stands still, as a share of what moves. */
const BEYOND = 0.1;

/**
 * The ends of a walk's slider: its usable range, and every zone that is known of it, so that a hand sees where it
 * leaves what was trained and where nothing moves any more.
 */
export function sliderEnds(walk: WalkSummary): Zone {
  const { saturated } = walk;
  const margin = saturated ? BEYOND * (saturated.high - saturated.low) : 0;
  const still = saturated && { low: saturated.low - margin, high: saturated.high + margin };
  const zones = [walk.trained, walk.reachable, still].filter((zone) => zone !== null);
  return {
    low: Math.max(-walk.furthest, Math.min(walk.low, ...zones.map(({ low }) => low))),
    high: Math.min(walk.furthest, Math.max(walk.high, ...zones.map(({ high }) => high))),
  };
}

/** What has to be said of a strength that was typed and lies past the slider's ends; null: nothing. */
export function sayBeyond(alpha: number, walk: WalkSummary, notation: WalkNotation): string | null {
  const { low, high } = sliderEnds(walk);
  if (alpha >= low && alpha <= high) return null;
  if (Math.abs(alpha) >= walk.furthest) return "No further than this: the server moves no slider beyond.";
  return `Past ${sayStrength(low, notation)} to ${sayStrength(high, notation)}, where it is of use: the picture may fall apart.`;
}

/** What may be typed, in words. */
export function sayTyped(walk: WalkSummary, notation: WalkNotation): string {
  const { low, high } = sliderEnds(walk);
  const range = `Of use from ${sayStrength(low, notation)} to ${sayStrength(high, notation)}`;
  return `${range}; up to ${sayStrength(walk.furthest, notation)} can be typed.`;
}

/** A stretch of the slider's track. */
export interface TrackZone extends Zone {
  readonly kind: "trained" | "reachable" | "saturated" | "doubtful";
}

/** As measured behind the page; ends that differ by less than this share of the slider are drawn as one. */
const SAME_END = 0.02;

/**
 * What is drawn on the track: where it was trained, where it follows, at either end where it stands still, and where
 * pictures are no longer like the generator's own.
 */
export function trackZones(walk: WalkSummary): readonly TrackZone[] {
  const { low, high } = sliderEnds(walk);
  const { trained, reachable, saturated } = walk;
  const usable = walk.footprint?.usable ?? null;
  const least = SAME_END * (high - low);
  return [
    ...(trained ? [{ kind: "trained", ...trained } as const] : []),
    ...(reachable ? [{ kind: "reachable", ...reachable } as const] : []),
    ...(saturated && saturated.low > low ? [{ kind: "saturated", low, high: saturated.low } as const] : []),
    ...(saturated && saturated.high < high
      ? [{ kind: "saturated", low: saturated.high, high } as const]
      : []),
    ...(usable && usable.low - low > least ? [{ kind: "doubtful", low, high: usable.low } as const] : []),
    ...(usable && high - usable.high > least ? [{ kind: "doubtful", low: usable.high, high } as const] : []),
  ];
}

/** The zones as sentences, for a hint; empty for a walk that has none. */
export function sayZones(walk: WalkSummary, notation: WalkNotation): string {
  const range = ({ low, high }: Zone) => `${sayStrength(low, notation)} to ${sayStrength(high, notation)}`;
  return [
    walk.trained && `Trained from ${range(walk.trained)}.`,
    walk.reachable && `What it should move follows from ${range(walk.reachable)}.`,
    walk.saturated && `Hardly anything changes beyond ${range(walk.saturated)}.`,
    walk.footprint?.usable && `Pictures stay like the generator's own from ${range(walk.footprint.usable)}.`,
  ]
    .filter((sentence) => sentence)
    .join(" ");
}
