/** What a slider does, read off pictures: which are asked for, and what their difference says. */

import { expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { differenceOf, effectPictures, meanOf, type Pixels, sharesOf } from "./effect";
import { alphaOf, findEdit, withAlpha, withLayers } from "./picture";

const WALK = { id: "a/0", space: "w", layers: { start: 2, end: 5 } } as const;
const ENDS = { low: -4, high: 3 };

it("asks for both ends, for none of it, and for each of its layers at the end that does most", () => {
  const asked = effectPictures(withAlpha("a/0", 1)(withAlpha("b/0", 2)(PICTURE)), WALK, ENDS);
  expect([asked.low, asked.high, asked.without].map((each) => alphaOf(each, "a/0"))).toEqual([-4, 3, 0]);
  expect(asked.rows.map(({ row, picture }) => [row, findEdit(picture, "a/0")])).toEqual(
    [2, 3, 4].map((row) => [
      row,
      { walk: "a/0", alpha: -4, layers: { start: row, end: row + 1 }, is_locked: false },
    ]),
  );
  expect(asked.rows.every(({ picture }) => alphaOf(picture, "b/0") === 2)).toBe(true);
});

it("tells layers apart only where there are several that it acts on", () => {
  const one = withLayers("a/0", { start: 7, end: 8 })(PICTURE);
  expect(effectPictures(one, WALK, ENDS).rows).toEqual([]);
  expect(effectPictures(PICTURE, { ...WALK, space: "z" }, ENDS).rows).toEqual([]);
});

it("reads how far every pixel went", () => {
  const pixels = (...data: number[]): Pixels => ({
    width: 2,
    height: 1,
    data: new Uint8ClampedArray(data),
  });
  const difference = differenceOf(
    pixels(0, 0, 0, 255, 10, 20, 30, 255),
    pixels(255, 255, 255, 255, 13, 17, 30, 0),
  );
  expect([...difference]).toEqual([255, 2]);
  expect(meanOf(difference)).toBe(128.5);
  expect(meanOf(new Uint8Array())).toBe(0);
});

it("says what each layer does beside the strongest", () => {
  const changes = new Map([
    [1, 2],
    [2, 8],
  ]);
  expect(sharesOf(changes, 4)).toEqual([0, 0.25, 1, 0]);
  expect(sharesOf(new Map(), 2)).toEqual([0, 0]);
});
