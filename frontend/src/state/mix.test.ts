/** Rows of another latent: which give way, which join, and what of a picture is taken. */

import { describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { Picture } from "../protocol/wire";
import {
  latentToMix,
  namedRows,
  nameLatent,
  nameRows,
  withMixed,
  withMixedLatent,
  withMixedLayers,
  withoutMixed,
} from "./mix";
import { normalizePicture } from "./normalize_picture";
import { withSeed } from "./picture";

const seed = (number: number): Picture["latent"] => ({ kind: "seed", seed: number });
const rows = (start: number, end: number) => ({ start, end });
const show = ({ mix }: Picture) =>
  mix.map(({ layers, latent }) => `${layers.start}-${layers.end} ${JSON.stringify(latent)}`);
const said = (...mixed: [number, number, number][]) =>
  mixed.map(([start, end, number]) => `${start}-${end} ${JSON.stringify(seed(number))}`);

describe("rows", () => {
  it("give way to newer ones, and stay in order", () => {
    const first = withMixed(seed(1), rows(2, 8))(PICTURE);
    const second = withMixed(seed(2), rows(4, 6))(first);
    expect(show(second)).toEqual(said([2, 4, 1], [4, 6, 2], [6, 8, 1]));
    expect(show(withMixed(seed(3), rows(0, 5))(second))).toEqual(said([0, 5, 3], [5, 6, 2], [6, 8, 1]));
    expect(normalizePicture(second, "picture")).toEqual(second);
  });

  it("of one latent join", () => {
    const apart = withMixed(seed(1), rows(4, 6))(withMixed(seed(1), rows(0, 2))(PICTURE));
    expect(show(withMixed(seed(1), rows(2, 4))(apart))).toEqual(said([0, 6, 1]));
  });

  it("move, change hands and go", () => {
    const two = withMixed(seed(2), rows(4, 8))(withMixed(seed(1), rows(0, 4))(PICTURE));
    expect(show(withMixedLayers(0, rows(2, 6))(two))).toEqual(said([2, 6, 1], [6, 8, 2]));
    expect(show(withMixedLatent(1, seed(3))(two))).toEqual(said([0, 4, 1], [4, 8, 3]));
    expect(show(withoutMixed(0)(two))).toEqual(said([4, 8, 2]));
    expect(withMixedLayers(5, rows(0, 1))(two)).toBe(two);
  });

  it("have names by thirds", () => {
    expect(namedRows(10).map(({ layers }) => layers)).toEqual([rows(0, 3), rows(3, 6), rows(6, 10)]);
    expect(namedRows(2).map(({ id }) => id)).toEqual(["middle", "fine"]);
    expect(nameRows(rows(3, 6), 10)).toBe("middle");
    expect(nameRows(rows(3, 7), 10)).toBe("layers 4–7");
    expect(nameRows(rows(9, 10), 10)).toBe("layer 10");
    expect(nameRows(rows(0, 10), 10)).toBe("all layers");
  });
});

describe("a picture that is mixed in", () => {
  it("gives its latent, and its class where that is another", () => {
    const other = { ...withSeed(5)(PICTURE), class_index: 2 };
    expect(latentToMix(withSeed(5)(PICTURE), PICTURE)).toEqual(seed(5));
    expect(latentToMix(other, { ...PICTURE, class_index: 2 })).toEqual(seed(5));
    const found = latentToMix(other, { ...PICTURE, class_index: 1 });
    expect(found).toEqual({
      kind: "blend",
      parts: [{ seed: 5, weight: 1, class_index: 2 }],
      path: "lerp",
    });
    expect(nameLatent(found, PICTURE)).toBe("Seed 5");
  });
});
