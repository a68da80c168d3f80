/** The histogram: a distribution as a hand draws it, its usual shapes, and what can be said against one. */

/** Shares of a range, from its low end to its high one; none is below 0, the largest is 1 unless all are 0. */
export type Heights = readonly number[];

/** Bars of a drawing: fine enough for two bumps, wide enough for a finger. */
export const BARS = 32;

export const SHAPES = ["uniform", "bumps", "bell"] as const;
export type Shape = (typeof SHAPES)[number];

/** Of the range: where the bumps stand, and how wide they and the bell are. */
const BUMPS = [0.25, 0.75] as const;
const BUMP_SD = 1 / 12;
const BELL_SD = 1 / 6;

/** A shape as what is asked of the server: exact, not in bars. */
export function distributionOf(shape: Shape, low: number, high: number) {
  const at = (share: number) => low + share * (high - low);
  switch (shape) {
    case "uniform":
      return { kind: "uniform", low, high } as const;
    case "bumps": {
      const sd = BUMP_SD * (high - low);
      return {
        kind: "bumps",
        centers: BUMPS.map(at),
        sds: BUMPS.map(() => sd),
        weights: BUMPS.map(() => 1),
      } as const;
    }
    case "bell":
      return { kind: "bumps", centers: [at(0.5)], sds: [BELL_SD * (high - low)], weights: [1] } as const;
    default:
      return shape satisfies never;
  }
}

/** A shape as bars. */
export function heightsOf(shape: Shape): Heights {
  const bell = (share: number, center: number, sd: number) => Math.exp(-0.5 * ((share - center) / sd) ** 2);
  const bars = Array.from({ length: BARS }, (_, place) => (place + 0.5) / BARS);
  switch (shape) {
    case "uniform":
      return bars.map(() => 1);
    case "bumps":
      return scaled(
        bars.map((share) => BUMPS.reduce((sum, center) => sum + bell(share, center, BUMP_SD), 0)),
      );
    case "bell":
      return scaled(bars.map((share) => bell(share, 0.5, BELL_SD)));
    default:
      return shape satisfies never;
  }
}

/** Bars of a bell whose middle 99.7 % lie between two ends, over another range, 1 at the top of the bell. */
export function bellWithin(
  ends: { readonly low: number; readonly high: number },
  low: number,
  high: number,
): Heights {
  const [center, sd] = [0.5 * (ends.low + ends.high), (ends.high - ends.low) / 6];
  return Array.from({ length: BARS }, (_, place) => {
    const value = low + ((place + 0.5) / BARS) * (high - low);
    return Math.exp(-0.5 * ((value - center) / sd) ** 2);
  });
}

/** So that the tallest is 1; all of nothing stays nothing. */
export function scaled(heights: Heights): Heights {
  const most = Math.max(...heights);
  return most > 0 ? heights.map((height) => height / most) : heights;
}

/** A place of a drawing: how far along it, and how high, each 0 to 1. */
export interface Spot {
  readonly across: number;
  readonly height: number;
}

/** Draws from one spot to another: every bar between gets the height of the line there. */
export function paint(heights: Heights, from: Spot, to: Spot): Heights {
  const [start, end] = from.across <= to.across ? [from, to] : [to, from];
  const bar = ({ across }: Spot) =>
    Math.min(heights.length - 1, Math.max(0, Math.floor(across * heights.length)));
  const [first, last] = [bar(start), bar(end)];
  return heights.map((height, place) => {
    if (place < first || place > last) return height;
    if (first === last) return clamp(to.height);
    const share = (place - first) / (last - first);
    return clamp(start.height + share * (end.height - start.height));
  });
}

function clamp(height: number): number {
  return Math.min(1, Math.max(0, height));
}

/** The first stretch of empty bars between others, in shares of the range; null: the drawing is in one piece. */
export function gapOf(heights: Heights): { readonly low: number; readonly high: number } | null {
  const first = heights.findIndex((height) => height > 0);
  const last = heights.findLastIndex((height) => height > 0);
  const start = heights.findIndex((height, place) => place > first && place < last && height === 0);
  if (first < 0 || start < 0) return null;
  const end = heights.findIndex((height, place) => place > start && height > 0);
  return { low: start / heights.length, high: end / heights.length };
}
