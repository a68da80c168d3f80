/** The outline of a mask is closed, lies where a pixel is half inside, and is as long as it should be. */

import { describe, expect, it } from "vitest";
import { emptyMask } from "../state/mask_image";
import { contourOf } from "./mask_contour";
import { ellipse } from "./mask_tools";

function lengthOf(contour: Float32Array): number {
  let length = 0;
  for (let at = 0; at < contour.length; at += 4) {
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = contour.subarray(at, at + 4);
    length += Math.hypot(x2 - x1, y2 - y1);
  }
  return length;
}

/** Every end is the end of as many pieces as there are lines through it: an even number. */
function isClosed(contour: Float32Array): boolean {
  const ends = new Map<string, number>();
  for (let at = 0; at < contour.length; at += 2) {
    const end = `${contour[at]?.toFixed(3)} ${contour[at + 1]?.toFixed(3)}`;
    ends.set(end, (ends.get(end) ?? 0) + 1);
  }
  return [...ends.values()].every((count) => count % 2 === 0);
}

describe("the outline", () => {
  it("of nothing is nothing", () => {
    expect(contourOf(emptyMask(5, 5))).toHaveLength(0);
  });

  it("of everything runs along the border", () => {
    const full = emptyMask(10, 20);
    full.alpha.fill(255);
    const contour = contourOf(full);
    expect(isClosed(contour)).toBe(true);
    expect(lengthOf(contour)).toBeCloseTo(60, -1);
  });

  it("of a disc is a circle", () => {
    const disc = emptyMask(64, 64);
    ellipse({ x: 12, y: 12 }, { x: 52, y: 52 })(disc, 0);
    const contour = contourOf(disc);
    expect(isClosed(contour)).toBe(true);
    expect(lengthOf(contour)).toBeCloseTo(2 * Math.PI * 20, -1);
    for (let at = 0; at < contour.length; at += 2) {
      expect(Math.hypot((contour[at] ?? 0) - 32, (contour[at + 1] ?? 0) - 32)).toBeCloseTo(20, 0);
    }
  });

  it.each([
    ["joins", 200],
    ["parts", 10],
  ])("%s two corners that touch by what lies between them", (_how, between) => {
    const saddle = emptyMask(4, 4);
    saddle.alpha.set([255, between], 5);
    saddle.alpha.set([between, 255], 9);
    expect(isClosed(contourOf(saddle))).toBe(true);
  });

  it("of noise is closed", () => {
    const noise = emptyMask(32, 32);
    noise.alpha.forEach((_, at) => {
      noise.alpha[at] = (at * 7919 + ((at * at) % 101) * 37) % 256;
    });
    expect(isClosed(contourOf(noise))).toBe(true);
  });
});
