/** Mask buffers: what is done to a mask as a whole. Pure functions; nobody's pixels but one's own are altered. */

import { emptyMask, type MaskImage } from "../state/mask_image";

/** Whole pixels from `left` up to but not including `right`, the same downwards. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export function wholeArea({ height, width }: MaskImage): Area {
  return { left: 0, top: 0, right: width, bottom: height };
}

/** The part of an area that lies on the mask; null where none does. */
export function cutArea(area: Area, { height, width }: MaskImage): Area | null {
  const cut = {
    left: Math.max(0, Math.floor(area.left)),
    top: Math.max(0, Math.floor(area.top)),
    right: Math.min(width, Math.ceil(area.right)),
    bottom: Math.min(height, Math.ceil(area.bottom)),
  };
  return cut.left < cut.right && cut.top < cut.bottom ? cut : null;
}

export function uniteAreas(a: Area | null, b: Area | null): Area | null {
  if (a === null || b === null) return a ?? b;
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

export function copyOf({ height, width, alpha }: MaskImage): MaskImage {
  return { height, width, alpha: alpha.slice() };
}

export function isSameMask(a: MaskImage, b: MaskImage): boolean {
  return a.width === b.width && a.height === b.height && a.alpha.every((value, at) => value === b.alpha[at]);
}

/** Writes `base` with `cover` laid on it, or taken away from it, into an area of `target`. */
export function layCover(
  target: MaskImage,
  base: MaskImage,
  cover: MaskImage,
  area: Area,
  isTaking: boolean,
): void {
  for (let y = area.top; y < area.bottom; y++) {
    for (let at = y * base.width + area.left; at < y * base.width + area.right; at++) {
      const kept = ((base.alpha[at] ?? 0) * (255 - (cover.alpha[at] ?? 0))) / 255;
      target.alpha[at] = Math.round(isTaking ? kept : kept + (cover.alpha[at] ?? 0));
    }
  }
}

export function invert({ height, width, alpha }: MaskImage): MaskImage {
  return { height, width, alpha: alpha.map((value) => 255 - value) };
}

/** The least area that holds all pixels of a mask that are not 0; null where all are. */
export function boundsOfMask({ height, width, alpha }: MaskImage): Area | null {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (alpha[at] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return left < right ? { left, top, right, bottom } : null;
}

/** An area with so many pixels more all around. */
export function widen({ left, top, right, bottom }: Area, by: number): Area {
  return { left: left - by, top: top - by, right: right + by, bottom: bottom + by };
}

/** A part of a mask, as a mask of its own. */
export function cropOf({ width, alpha }: MaskImage, { left, top, right, bottom }: Area): MaskImage {
  const part = emptyMask(bottom - top, right - left);
  for (let y = top; y < bottom; y++) {
    part.alpha.set(alpha.subarray(y * width + left, y * width + right), (y - top) * part.width);
  }
  return part;
}

/** An empty mask with a part in its place. */
export function within({ height, width }: MaskImage, part: MaskImage, { left, top }: Area): MaskImage {
  const whole = emptyMask(height, width);
  for (let y = 0; y < part.height; y++) {
    whole.alpha.set(part.alpha.subarray(y * part.width, (y + 1) * part.width), (y + top) * width + left);
  }
  return whole;
}

/**
 * A mask with softer edges: about a Gaussian of standard deviation `sigma` pixels, by three box means. Beyond the
 * border it goes on as it is there. Source: Kovesi, Fast Almost-Gaussian Filtering, 2010.
 */
export function feather(mask: MaskImage, sigma: number): MaskImage {
  const bounds = boundsOfMask(mask);
  if (sigma <= 0 || bounds === null) return copyOf(mask);
  const radii = boxRadii(sigma);
  // Farther out than the boxes reach together nothing changes.
  const area = cutArea(widen(bounds, 1 + radii.reduce((a, b) => a + b, 0)), mask);
  return area === null ? copyOf(mask) : within(mask, featherAll(cropOf(mask, area), radii), area);
}

function featherAll({ height, width, alpha }: MaskImage, radii: readonly number[]): MaskImage {
  const from = new Float32Array(alpha);
  const to = new Float32Array(alpha.length);
  for (const radius of radii) {
    for (let y = 0; y < height; y++) meanLine(from, to, y * width, 1, width, radius);
    for (let x = 0; x < width; x++) meanLine(to, from, x, width, height, radius);
  }
  const soft = emptyMask(height, width);
  for (let at = 0; at < from.length; at++) soft.alpha[at] = Math.round(from[at] ?? 0);
  return soft;
}

const PASSES = 3;

function boxRadii(sigma: number): readonly number[] {
  const variance = 12 * sigma * sigma;
  const ideal = Math.sqrt(variance / PASSES + 1);
  const low = Math.floor((ideal - 1) / 2);
  const width = 2 * low + 1;
  const small = Math.round(
    (variance - PASSES * width * width - 4 * PASSES * width - 3 * PASSES) / (-4 * width - 4),
  );
  return Array.from({ length: PASSES }, (_, pass) => (pass < small ? low : low + 1));
}

/** The mean over 2 radius + 1 samples along one line of an image. */
function meanLine(
  from: Float32Array,
  to: Float32Array,
  start: number,
  step: number,
  count: number,
  radius: number,
): void {
  const last = start + (count - 1) * step;
  const first = from[start] ?? 0;
  const share = 1 / (2 * radius + 1);
  let sum = first * (radius + 1);
  for (let place = 1; place <= radius; place++) sum += from[Math.min(last, start + place * step)] ?? 0;
  for (let place = 0; place < count; place++) {
    const at = start + place * step;
    to[at] = sum * share;
    const ahead = from[Math.min(last, at + (radius + 1) * step)] ?? 0;
    sum += ahead - (place < radius ? first : (from[at - radius * step] ?? 0));
  }
}

/** A mask at another size: the mean over areas where it shrinks, linear between pixels where it grows. */
export function fitMask(mask: MaskImage, height: number, width: number): MaskImage {
  if (mask.height === height && mask.width === width) return mask;
  const wide = new Float32Array(mask.height * width);
  for (let y = 0; y < mask.height; y++) {
    fitLine(mask.alpha, wide, [y * mask.width, 1, mask.width], [y * width, 1, width]);
  }
  const fitted = new Float32Array(height * width);
  for (let x = 0; x < width; x++) fitLine(wide, fitted, [x, width, mask.height], [x, width, height]);
  const alpha = new Uint8Array(height * width);
  for (let at = 0; at < alpha.length; at++) alpha[at] = Math.round(fitted[at] ?? 0);
  return { height, width, alpha };
}

/** Where a line of an image begins, how far its samples lie apart, and how many there are. */
type Line = readonly [start: number, step: number, count: number];

function fitLine(from: ArrayLike<number>, to: Float32Array, source: Line, target: Line): void {
  const [start, step, count] = source;
  const scale = count / target[2];
  const at = (place: number) => from[start + Math.min(count - 1, Math.max(0, place)) * step] ?? 0;
  for (let place = 0; place < target[2]; place++) {
    to[target[0] + place * target[1]] =
      scale > 1 ? meanOver(at, place * scale, (place + 1) * scale) : between(at, (place + 0.5) * scale - 0.5);
  }
}

function meanOver(at: (place: number) => number, begin: number, end: number): number {
  let sum = 0;
  for (let place = Math.floor(begin); place < Math.ceil(end); place++) {
    sum += at(place) * (Math.min(end, place + 1) - Math.max(begin, place));
  }
  return sum / (end - begin);
}

function between(at: (place: number) => number, place: number): number {
  const low = Math.floor(place);
  return at(low) + (at(low + 1) - at(low)) * (place - low);
}
