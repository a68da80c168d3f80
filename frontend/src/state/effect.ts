/** Effect: what a slider does to the present picture: where, and by which layers; read off small pictures of it. */

import type { Picture, WalkSummary } from "../protocol/wire";
import { findEdit, withAlpha, withEdit } from "./picture";

/** RGBA, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** The pictures that tell: at both ends, without the slider, and moved in one layer alone. */
export interface EffectPictures {
  readonly low: Picture;
  readonly high: Picture;
  readonly without: Picture;
  /** By style row, of those that the slider acts on. */
  readonly rows: readonly { readonly row: number; readonly picture: Picture }[];
}

/** `ends`: of the slider, in alpha. In z and on one row alone there is nothing to tell apart by layers. */
export function effectPictures(
  picture: Picture,
  walk: Pick<WalkSummary, "id" | "space" | "layers">,
  ends: { readonly low: number; readonly high: number },
): EffectPictures {
  const own = findEdit(picture, walk.id);
  const layers = own?.layers ?? walk.layers;
  // Where it does most.
  const alpha = Math.abs(ends.low) > Math.abs(ends.high) ? ends.low : ends.high;
  const inRow = (row: number) =>
    withEdit({
      walk: walk.id,
      is_locked: own?.is_locked ?? false,
      alpha,
      layers: { start: row, end: row + 1 },
    })(picture);
  const isParted = walk.space === "w" && layers.end - layers.start > 1;
  const rows = isParted
    ? Array.from({ length: layers.end - layers.start }, (_, place) => layers.start + place)
    : [];
  return {
    low: withAlpha(walk.id, ends.low)(picture),
    high: withAlpha(walk.id, ends.high)(picture),
    without: withAlpha(walk.id, 0)(picture),
    rows: rows.map((row) => ({ row, picture: inRow(row) })),
  };
}

/** How far each pixel is from the other picture's, in 8-bit steps: the mean over red, green and blue. */
export function differenceOf(a: Pixels, b: Pixels): Uint8Array {
  const count = Math.min(a.data.length, b.data.length) / 4;
  const found = new Uint8Array(count);
  for (let pixel = 0; pixel < count; pixel += 1) {
    let sum = 0;
    for (let channel = 4 * pixel; channel < 4 * pixel + 3; channel += 1) {
      sum += Math.abs((a.data[channel] ?? 0) - (b.data[channel] ?? 0));
    }
    found[pixel] = Math.round(sum / 3);
  }
  return found;
}

export function meanOf(samples: Uint8Array): number {
  return samples.length === 0 ? 0 : samples.reduce((sum, sample) => sum + sample, 0) / samples.length;
}

/** What each layer does, as a share of what the strongest does, 0 to 1; 0 for one that is not known yet. */
export function sharesOf(changes: ReadonlyMap<number, number>, rows: number): readonly number[] {
  const most = Math.max(0, ...changes.values());
  return Array.from({ length: rows }, (_, row) => (most === 0 ? 0 : (changes.get(row) ?? 0) / most));
}
