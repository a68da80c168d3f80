/** Distances are exact, and regions grow and shrink by what was asked, keeping their softness. */

import { describe, expect, it } from "vitest";
import { emptyMask, insideOf, type MaskImage } from "../state/mask_image";
import { feather, invert, isSameMask } from "./mask_buffer";
import { distanceTo, grow } from "./mask_distance";

function disc(size: number, radius: number): MaskImage {
  const mask = emptyMask(size, size);
  mask.alpha.forEach((_, at) => {
    const [x, y] = [(at % size) + 0.5 - size / 2, Math.floor(at / size) + 0.5 - size / 2];
    mask.alpha[at] = Math.round(255 * Math.min(1, Math.max(0, 0.5 + radius - Math.hypot(x, y))));
  });
  return mask;
}

/** The radius of a disc that covers as much. */
function radiusOf(mask: MaskImage): number {
  return Math.sqrt(insideOf(mask) / Math.PI);
}

describe("the distance", () => {
  it("is that to the nearest pixel inside, found one by one", () => {
    const [height, width] = [13, 17];
    const inside = new Set([3, 40, 41, 118, 200]);
    const found = distanceTo((at) => inside.has(at), height, width);
    for (let at = 0; at < height * width; at++) {
      const all = [...inside].map((other) =>
        Math.hypot((at % width) - (other % width), Math.floor(at / width) - Math.floor(other / width)),
      );
      expect(found[at]).toBeCloseTo(Math.min(...all), 4);
    }
  });

  it("to nothing is infinite", () => {
    expect([...distanceTo(() => false, 2, 3)]).toEqual(new Array(6).fill(Number.POSITIVE_INFINITY));
  });
});

describe("a region", () => {
  it.each([1, 3, 8])("grows by %i pixels all around", (pixels) => {
    expect(radiusOf(grow(disc(64, 12), pixels))).toBeCloseTo(12 + pixels, 0);
  });

  it.each([1, 3, 8])("shrinks by %i pixels all around", (pixels) => {
    expect(radiusOf(grow(disc(64, 12), -pixels))).toBeCloseTo(12 - pixels, 0);
  });

  it("keeps its soft edge", () => {
    const soft = feather(disc(96, 20), 4);
    const slope = (mask: MaskImage) => {
      const row = [...mask.alpha.slice(48 * 96 + 48, 49 * 96)];
      return row.filter((value) => value > 40 && value < 215).length;
    };
    expect(Math.abs(slope(grow(soft, 6)) - slope(soft))).toBeLessThanOrEqual(2);
  });

  it("that is not there does not grow, and one that is everything does not shrink", () => {
    const empty = emptyMask(8, 8);
    expect(isSameMask(grow(empty, 2), empty)).toBe(true);
    expect(isSameMask(grow(invert(empty), -2), invert(empty))).toBe(true);
  });

  it("is not eaten from the border of the picture", () => {
    const half = emptyMask(8, 8);
    half.alpha.fill(255, 0, 32);
    expect(insideOf(grow(half, -1))).toBe(24);
  });
});
