/** Distances on masks, and what they are for: regions that grow and shrink by so many pixels. */

import type { MaskImage } from "../state/mask_image";
import { invert } from "./mask_buffer";

const FAR = 1e12;

/**
 * For each pixel how far the nearest pixel is that `isInside`, in pixels, exactly; infinite where there is none.
 * Source: Felzenszwalb and Huttenlocher, Distance Transforms of Sampled Functions, 2012.
 */
export function distanceTo(
  isInside: (at: number) => boolean,
  height: number,
  width: number,
): Float32Array<ArrayBuffer> {
  const squares = Float64Array.from({ length: height * width }, (_, at) => (isInside(at) ? 0 : FAR));
  const lower = new LowerEnvelope(Math.max(height, width));
  for (let x = 0; x < width; x++) lower.transform(squares, x, width, height);
  for (let y = 0; y < height; y++) lower.transform(squares, y * width, 1, width);
  return Float32Array.from(squares, (square) =>
    square >= FAR ? Number.POSITIVE_INFINITY : Math.sqrt(square),
  );
}

/** Least of parabolas, one standing on each sample of a line. */
class LowerEnvelope {
  private readonly feet: Int32Array;
  private readonly bounds: Float64Array;
  private readonly line: Float64Array;

  constructor(longest: number) {
    this.feet = new Int32Array(longest);
    this.bounds = new Float64Array(longest + 1);
    this.line = new Float64Array(longest);
  }

  transform(samples: Float64Array, start: number, step: number, count: number): void {
    const { feet, bounds, line } = this;
    for (let place = 0; place < count; place++) line[place] = samples[start + place * step] ?? FAR;
    let last = 0;
    feet[0] = 0;
    bounds[0] = Number.NEGATIVE_INFINITY;
    bounds[1] = Number.POSITIVE_INFINITY;
    for (let place = 1; place < count; place++) {
      let meeting = this.meet(place, feet[last] ?? 0);
      while (meeting <= (bounds[last] ?? 0)) {
        last -= 1;
        meeting = this.meet(place, feet[last] ?? 0);
      }
      last += 1;
      feet[last] = place;
      bounds[last] = meeting;
      bounds[last + 1] = Number.POSITIVE_INFINITY;
    }
    let piece = 0;
    for (let place = 0; place < count; place++) {
      while ((bounds[piece + 1] ?? 0) < place) piece += 1;
      const foot = feet[piece] ?? 0;
      samples[start + place * step] = (place - foot) ** 2 + (line[foot] ?? FAR);
    }
  }

  /** Where the parabolas that stand on two samples cross. */
  private meet(a: number, b: number): number {
    const { line } = this;
    return ((line[a] ?? 0) + a * a - ((line[b] ?? 0) + b * b)) / (2 * a - 2 * b);
  }
}

/** Grey levels that grow each by itself, so that a soft edge stays as soft as it was. */
const LEVELS = 8;

/** A region larger by so many pixels all around, or smaller by as many where they are negative. */
export function grow(mask: MaskImage, pixels: number): MaskImage {
  if (pixels < 0) return invert(grow(invert(mask), -pixels));
  const { height, width, alpha } = mask;
  const sum = new Float32Array(alpha.length);
  let [grown, before] = [new Float32Array(alpha.length), -1];
  for (let level = 0; level < LEVELS; level++) {
    const least = ((level + 0.5) * 255) / LEVELS;
    const count = alpha.reduce((found, value) => found + (value >= least ? 1 : 0), 0);
    // Each level's region lies in that of the level before: as many pixels are the same ones.
    if (count !== before) grown = growHard((at) => (alpha[at] ?? 0) >= least, height, width, pixels);
    before = count;
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] ?? 0) + (grown[at] ?? 0);
  }
  return { height, width, alpha: Uint8Array.from(sum, (value) => Math.round((value * 255) / LEVELS)) };
}

/** How much of each pixel, 0 to 1, lies no further away than so many pixels. */
function growHard(
  isInside: (at: number) => boolean,
  height: number,
  width: number,
  pixels: number,
): Float32Array<ArrayBuffer> {
  return distanceTo(isInside, height, width).map((away) => Math.min(1, Math.max(0, 1 + pixels - away)));
}
