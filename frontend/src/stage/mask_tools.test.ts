/** What shapes cover: their areas are those of geometry, their edges as soft as asked, their places exact. */

import { describe, expect, it } from "vitest";
import { emptyMask, insideOf, type MaskImage } from "../state/mask_image";
import { brushStroke, ellipse, lasso, rectangle, type Shape, sameSample } from "./mask_tools";

const SIZE = 64;

function drawn(shape: Shape, edge = 0): MaskImage {
  const cover = emptyMask(SIZE, SIZE);
  shape(cover, edge);
  return cover;
}

function at({ alpha, width }: MaskImage, x: number, y: number): number | undefined {
  return alpha[y * width + x];
}

const dab = (x: number, y: number, radius: number) => ({ x, y, radius });

describe("a brush", () => {
  it("leaves a disc where it is put down", () => {
    expect(insideOf(drawn(brushStroke(dab(32, 32, 10), dab(32, 32, 10))))).toBeCloseTo(Math.PI * 100, -1);
  });

  it("covers its way between two points", () => {
    const way = drawn(brushStroke(dab(16, 32, 6), dab(48, 32, 6)));
    expect(insideOf(way)).toBeCloseTo(Math.PI * 36 + 32 * 12, -1);
    expect([at(way, 32, 32), at(way, 32, 27), at(way, 32, 24)]).toEqual([255, 255, 0]);
  });

  it("is half inside on its outline, however soft, and all inside in its middle", () => {
    for (const edge of [1, 6, 100]) {
      const soft = drawn(brushStroke(dab(32.5, 32.5, 10), dab(32.5, 32.5, 10)), edge);
      expect(at(soft, 42, 32)).toBeGreaterThan(115);
      expect(at(soft, 42, 32)).toBeLessThan(140);
      expect(at(soft, 32, 32)).toBe(255);
    }
  });

  it("goes thinner where it is pressed less", () => {
    const way = drawn(brushStroke(dab(10, 32, 2), dab(50, 32, 12)));
    const thickness = (x: number) =>
      way.alpha.filter((value, place) => place % SIZE === x && value > 127).length;
    expect(thickness(12)).toBeLessThan(8);
    expect(thickness(48)).toBeGreaterThan(20);
  });

  it("does not darken where it passes twice", () => {
    const cover = emptyMask(SIZE, SIZE);
    const once = drawn(brushStroke(dab(20, 32, 8), dab(44, 32, 8)), 8);
    for (let pass = 0; pass < 3; pass++) brushStroke(dab(20, 32, 8), dab(44, 32, 8))(cover, 8);
    expect([...cover.alpha]).toEqual([...once.alpha]);
  });

  it("paints up to the border from outside, and tells where it has been", () => {
    const cover = emptyMask(SIZE, SIZE);
    expect(brushStroke(dab(-3, 10, 6), dab(-3, 10, 6))(cover, 0)).toEqual({
      left: 0,
      top: 3,
      right: 4,
      bottom: 17,
    });
    expect(at(cover, 0, 10)).toBe(255);
    expect(brushStroke(dab(-30, 10, 6), dab(-30, 10, 6))(cover, 0)).toBeNull();
  });
});

describe("a rectangle", () => {
  it("covers its pixels, from whatever corner it is drawn", () => {
    const a = drawn(rectangle({ x: 8, y: 4 }, { x: 20, y: 14 }));
    const b = drawn(rectangle({ x: 20, y: 14 }, { x: 8, y: 4 }));
    expect(insideOf(a)).toBe(120);
    expect([...a.alpha]).toEqual([...b.alpha]);
  });

  it("covers parts of pixels in part", () => {
    const mask = drawn(rectangle({ x: 8, y: 8 }, { x: 20.5, y: 20 }));
    expect(at(mask, 20, 14)).toBeCloseTo(128, -1);
  });

  it("beyond the picture covers all of it", () => {
    expect(insideOf(drawn(rectangle({ x: -9, y: -9 }, { x: 99, y: 99 })))).toBe(SIZE * SIZE);
  });
});

describe("an ellipse", () => {
  it("has the area of one", () => {
    const mask = drawn(ellipse({ x: 10, y: 20 }, { x: 50, y: 44 }));
    expect(insideOf(mask) / (Math.PI * 20 * 12)).toBeCloseTo(1, 1);
    expect([at(mask, 30, 32), at(mask, 11, 22)]).toEqual([255, 0]);
  });

  it("of no size is next to nothing, not a fault", () => {
    expect(insideOf(drawn(ellipse({ x: 5, y: 5 }, { x: 5, y: 5 })))).toBeLessThan(3);
  });
});

describe("a lasso", () => {
  const square = [
    { x: 10.5, y: 10 },
    { x: 30, y: 10 },
    { x: 30, y: 30 },
    { x: 10.5, y: 30 },
  ];

  it("covers what it encloses, exactly at its edges", () => {
    const mask = drawn(lasso(square));
    expect(insideOf(mask)).toBeCloseTo(19.5 * 20, 0);
    expect(at(mask, 10, 20)).toBe(128);
  });

  it("covers it whichever way round it was drawn, and twice round is once", () => {
    const back = drawn(lasso([...square].reverse()));
    const twice = drawn(lasso([...square, ...square]));
    expect([...back.alpha]).toEqual([...drawn(lasso(square)).alpha]);
    expect([...twice.alpha]).toEqual([...back.alpha]);
  });

  it("of a point or a line covers nothing", () => {
    expect(lasso(square.slice(0, 1))(emptyMask(SIZE, SIZE), 0)).toBeNull();
    expect(
      insideOf(drawn(lasso([square[0], square[1], square[0]].filter((point) => point !== undefined)))),
    ).toBe(0);
  });

  it("has a softer edge when asked, and as much inside", () => {
    const soft = drawn(lasso(square), 6);
    expect(insideOf(soft) / (19.5 * 20)).toBeCloseTo(1, 1);
    expect(at(soft, 8, 20)).toBeGreaterThan(0);
  });
});

describe("filling by label", () => {
  /** Two pieces of label 7 on label 1, 8 x 8. */
  const samples = new Uint8Array(64).fill(1);
  for (const place of [9, 10, 17, 18, 45, 46]) samples[place] = 7;
  const map = { height: 8, width: 8, samples };

  it("takes all of a label, at the picture's size", () => {
    expect(insideOf(drawn(sameSample(map, { x: 12, y: 12 }, false)))).toBe(6 * 64);
  });

  it("takes one piece of it", () => {
    const mask = drawn(sameSample(map, { x: 12, y: 12 }, true));
    expect(insideOf(mask)).toBe(4 * 64);
    expect([at(mask, 8, 8), at(mask, 23, 23), at(mask, 44, 44)]).toEqual([255, 255, 0]);
  });

  it("beside the picture takes nothing", () => {
    const shape = sameSample(map, { x: -1, y: 12 }, false);
    expect(shape(emptyMask(SIZE, SIZE), 0)).toBeNull();
  });
});
