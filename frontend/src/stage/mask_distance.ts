/** Distances on masks, and what they are for: regions that grow and shrink by so many pixels. */

import { emptyMask, type MaskImage } from "../state/mask_image";
import { boundsOfMask, copyOf, cropOf, cutArea, invert, widen, within } from "./mask_buffer";

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
  const squares = new Float64Array(height * width);
  for (let at = 0; at < squares.length; at++) squares[at] = isInside(at) ? 0 : FAR;
  const lower = new LowerEnvelope(Math.max(height, width));
  for (let x = 0; x < width; x++) lower.transform(squares, x, width, height);
  for (let y = 0; y < height; y++) lower.transform(squares, y * width, 1, width);
  const distances = new Float32Array(squares.length);
  for (let at = 0; at < squares.length; at++) {
    const square = squares[at] ?? FAR;
    distances[at] = square >= FAR ? Number.POSITIVE_INFINITY : Math.sqrt(square);
  }
  return distances;
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
    if (this.take(samples, start, step, count)) return;
    this.build(count);
    const { feet, bounds, line } = this;
    let piece = 0;
    for (let place = 0; place < count; place++) {
      while ((bounds[piece + 1] ?? 0) < place) piece += 1;
      const foot = feet[piece] ?? 0;
      samples[start + place * step] = (line[foot] ?? FAR) - foot * foot + (place - foot) ** 2;
    }
  }

  /** Takes a line of samples; true where nothing is near any of it. */
  private take(samples: Float64Array, start: number, step: number, count: number): boolean {
    let isBare = true;
    for (let place = 0; place < count; place++) {
      const sample = samples[start + place * step] ?? FAR;
      // With its own square added, so that where two parabolas cross is one division away.
      this.line[place] = sample + place * place;
      isBare &&= sample >= FAR;
    }
    return isBare;
  }

  /** Finds whose parabola is the least where. */
  private build(count: number): void {
    const { feet, bounds, line } = this;
    let last = 0;
    feet[0] = 0;
    bounds[0] = Number.NEGATIVE_INFINITY;
    for (let place = 1; place < count; place++) {
      const raised = line[place] ?? FAR;
      let foot = feet[last] ?? 0;
      let meeting = (raised - (line[foot] ?? FAR)) / (2 * (place - foot));
      while (meeting <= (bounds[last] ?? 0)) {
        last -= 1;
        foot = feet[last] ?? 0;
        meeting = (raised - (line[foot] ?? FAR)) / (2 * (place - foot));
      }
      last += 1;
      feet[last] = place;
      bounds[last] = meeting;
    }
    bounds[last + 1] = Number.POSITIVE_INFINITY;
  }
}

/** Grey levels that grow each by itself, so that a soft edge stays as soft as it was. */
const LEVELS = 8;

/** A region larger by so many pixels all around, or smaller by as many where they are negative. */
export function grow(mask: MaskImage, pixels: number): MaskImage {
  const bounds = boundsOfMask(mask);
  // A pixel around what shrinks, from which it is eaten; the border of the picture eats nothing.
  const area = bounds && cutArea(widen(bounds, Math.max(1, Math.ceil(pixels) + 1)), mask);
  if (area === null) return copyOf(mask);
  const part = cropOf(mask, area);
  return within(mask, pixels < 0 ? invert(growAll(invert(part), -pixels)) : growAll(part, pixels), area);
}

function growAll({ height, width, alpha }: MaskImage, pixels: number): MaskImage {
  const sum = new Float32Array(alpha.length);
  let [away, before] = [new Float32Array(alpha.length), -1];
  for (let level = 0; level < LEVELS; level++) {
    const least = ((level + 0.5) * 255) / LEVELS;
    let count = 0;
    for (let at = 0; at < alpha.length; at++) count += (alpha[at] ?? 0) >= least ? 1 : 0;
    // Each level's region lies in that of the level before: as many pixels are the same ones.
    if (count !== before) away = distanceTo((at) => (alpha[at] ?? 0) >= least, height, width);
    before = count;
    // How much of each pixel, 0 to 1, lies no further away than so many pixels.
    for (let at = 0; at < sum.length; at++) {
      sum[at] = (sum[at] ?? 0) + Math.min(1, Math.max(0, 1 + pixels - (away[at] ?? 0)));
    }
  }
  const grown = emptyMask(height, width);
  for (let at = 0; at < sum.length; at++) grown.alpha[at] = Math.round(((sum[at] ?? 0) * 255) / LEVELS);
  return grown;
}
