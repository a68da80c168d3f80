/** Masks as a whole: laid on each other, softened, fitted; values by hand. */

import { describe, expect, it } from "vitest";
import { emptyMask, insideOf, lackOf, type MaskImage } from "../state/mask_image";
import {
  cutArea,
  feather,
  fitMask,
  invert,
  isSameMask,
  layCover,
  uniteAreas,
  wholeArea,
} from "./mask_buffer";

/** A mask from rows of values. */
function maskOf(...rows: readonly (readonly number[])[]): MaskImage {
  return { height: rows.length, width: rows[0]?.length ?? 0, alpha: Uint8Array.from(rows.flat()) };
}

function rowsOf({ width, alpha }: MaskImage): number[][] {
  return Array.from({ length: alpha.length / width }, (_, y) => [...alpha.slice(y * width, (y + 1) * width)]);
}

describe("areas", () => {
  it("are cut to the mask in whole pixels", () => {
    const mask = emptyMask(4, 6);
    expect(cutArea({ left: -2.5, top: 0.5, right: 2.1, bottom: 9 }, mask)).toEqual({
      left: 0,
      top: 0,
      right: 3,
      bottom: 4,
    });
    expect(cutArea({ left: 6, top: 0, right: 9, bottom: 4 }, mask)).toBeNull();
  });

  it("unite, and nothing adds nothing", () => {
    const a = { left: 0, top: 2, right: 1, bottom: 3 };
    expect(uniteAreas(a, null)).toEqual(a);
    expect(uniteAreas(null, null)).toBeNull();
    expect(uniteAreas(a, { left: 3, top: 0, right: 4, bottom: 1 })).toEqual({
      left: 0,
      top: 0,
      right: 4,
      bottom: 3,
    });
  });
});

describe("a cover", () => {
  const base = maskOf([0, 128, 255, 255]);
  const cover = maskOf([255, 128, 128, 0]);

  it("is laid on what there is, and never makes it less", () => {
    const target = emptyMask(1, 4);
    layCover(target, base, cover, wholeArea(base), false);
    // 128 + (255 - 128) * 128 / 255, rounded
    expect(rowsOf(target)).toEqual([[255, 192, 255, 255]]);
  });

  it("takes away as much as it covers", () => {
    const target = emptyMask(1, 4);
    layCover(target, base, cover, wholeArea(base), true);
    expect(rowsOf(target)).toEqual([[0, 64, 127, 255]]);
  });

  it("touches its area alone", () => {
    const target = emptyMask(1, 4);
    layCover(target, base, cover, { left: 1, top: 0, right: 2, bottom: 1 }, false);
    expect(rowsOf(target)).toEqual([[0, 192, 0, 0]]);
  });
});

describe("a feathered mask", () => {
  it("keeps what it covers, and is as wide as a Gaussian", () => {
    const sigma = 4;
    const point = emptyMask(1, 81);
    point.alpha[40] = 255;
    const line: MaskImage = { ...point, alpha: point.alpha };
    const many = { height: 81, width: 81, alpha: new Uint8Array(81 * 81) };
    for (let y = 0; y < 81; y++) many.alpha.set(line.alpha, y * 81);
    const soft = rowsOf(feather(many, sigma))[40] ?? [];
    const sum = soft.reduce((a, b) => a + b, 0);
    const variance = soft.reduce((total, value, x) => total + value * (x - 40) ** 2, 0) / sum;
    // Eight bits of a faint line round its tails away.
    expect(sum).toBeGreaterThan(240);
    expect(sum).toBeLessThan(270);
    expect(Math.sqrt(variance)).toBeGreaterThan(0.85 * sigma);
    expect(Math.sqrt(variance)).toBeLessThan(1.1 * sigma);
  });

  it("leaves nothing and everything as they are, borders included", () => {
    const full = invert(emptyMask(9, 7));
    expect(isSameMask(feather(full, 3), full)).toBe(true);
    expect(isSameMask(feather(emptyMask(9, 7), 3), emptyMask(9, 7))).toBe(true);
  });

  it("is half inside where the edge was", () => {
    const half = emptyMask(20, 40);
    half.alpha.forEach((_, at) => {
      half.alpha[at] = at % 40 < 20 ? 255 : 0;
    });
    const row = rowsOf(feather(half, 3))[10] ?? [];
    expect(((row[19] ?? 0) + (row[20] ?? 0)) / 2).toBeCloseTo(127.5, 0);
  });
});

describe("a fitted mask", () => {
  it("of the right size is the very same", () => {
    const mask = emptyMask(3, 3);
    expect(fitMask(mask, 3, 3)).toBe(mask);
  });

  it("shrinks by the mean over areas, as the server does", () => {
    expect(rowsOf(fitMask(maskOf([255, 0, 255, 255], [0, 0, 255, 255]), 1, 2))).toEqual([[64, 255]]);
  });

  it("grows linearly between the middles of pixels", () => {
    expect(rowsOf(fitMask(maskOf([0, 200]), 1, 4))).toEqual([[0, 50, 150, 200]]);
  });

  it("covers the same share at any size", () => {
    const mask = emptyMask(30, 30);
    mask.alpha.forEach((_, at) => {
      mask.alpha[at] = at % 30 < 10 ? 255 : 0;
    });
    for (const [height, width] of [
      [10, 15],
      [7, 11],
      [64, 128],
    ] as const) {
      expect(insideOf(fitMask(mask, height, width)) / (height * width)).toBeCloseTo(1 / 3, 2);
    }
  });
});

describe("a mask of no use", () => {
  it.each([
    [0, "empty"],
    [1, "single pixel"],
    [63, "whole picture"],
    [64, "whole picture"],
  ])("with %i of 64 pixels inside is told why", (inside, word) => {
    expect(lackOf({ height: 8, width: 8, alpha: new Uint8Array(64).fill(255, 0, inside) })).toContain(word);
  });

  it("is not one that something can be found in", () => {
    expect(lackOf({ height: 8, width: 8, alpha: new Uint8Array(64).fill(255, 0, 9) })).toBeNull();
  });
});
