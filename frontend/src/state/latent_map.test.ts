/** The map: which two sliders it lies along, what lies where, and a path across it. */

import { describe, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { WalkSummary } from "../protocol/wire";
import { ACROSS, alongPath, axesOf, landmarks, toPoint } from "./latent_map";
import { alphaOf, withAlpha } from "./picture";

const walk = (id: string, more: Partial<WalkSummary> = {}): WalkSummary => ({ ...WALK, id, ...more });
const WALKS = [
  walk("sefa/0"),
  walk("pca-w/10"),
  walk("pca-w/0", { is_linear: false }),
  walk("pca-w/2"),
  walk("pca-w/1"),
];

describe("its axes", () => {
  it("are the first two principal components that go straight", () => {
    const axes = axesOf(WALKS, undefined);
    expect([axes?.x.id, axes?.y.id]).toEqual(["pca-w/1", "pca-w/2"]);
  });

  it("are those that were chosen, as far as they are there", () => {
    const ids = (chosen: [string, string]) => {
      const axes = axesOf(WALKS, chosen);
      return [axes?.x.id, axes?.y.id];
    };
    expect(ids(["sefa/0", "pca-w/10"])).toEqual(["sefa/0", "pca-w/10"]);
    expect(ids(["gone/0", "pca-w/1"])).toEqual(["pca-w/2", "pca-w/1"]);
    expect(ids(["pca-w/2", "pca-w/0"])).toEqual(["pca-w/2", "pca-w/1"]);
  });

  it("are the sliders that a hand has moved, where none were chosen", () => {
    const axes = axesOf(WALKS, undefined, ["gone/0", "sefa/0"]);
    expect([axes?.x.id, axes?.y.id]).toEqual(["sefa/0", "pca-w/1"]);
  });

  it("are none where there is one slider", () => {
    expect(axesOf([walk("a/0"), walk("a/1", { is_hidden: true })], undefined)).toBeNull();
  });
});

it("has landmarks in the middle of its fields, the middle one first, other sliders as they are", () => {
  const axes = { x: walk("x/0", { low: -5, high: 5 }), y: walk("y/0", { low: 0, high: 10 }) };
  const fields = landmarks(withAlpha("other/0", 1)(PICTURE), axes);
  expect(fields).toHaveLength(ACROSS * ACROSS);
  const [first] = fields;
  expect([first?.column, first?.row]).toEqual([2, 2]);
  const corner = fields.find(({ column, row }) => column === 0 && row === 0);
  if (!first || !corner) throw new Error("a field is missing");
  expect([alphaOf(first.picture, "x/0"), alphaOf(first.picture, "y/0")]).toEqual([0, 5]);
  expect([alphaOf(corner.picture, "x/0"), alphaOf(corner.picture, "y/0")]).toEqual([-4, 9]);
  expect(alphaOf(corner.picture, "other/0")).toBe(1);
});

it("moves both sliders, and nothing of the picture where both are home", () => {
  const axes = { x: walk("x/0"), y: walk("y/0") };
  const moved = toPoint(axes, [1, -2])(PICTURE);
  expect(moved.edits.map(({ walk: id, alpha }) => [id, alpha])).toEqual([
    ["x/0", 1],
    ["y/0", -2],
  ]);
  expect(toPoint(axes, [0, 0])(moved)).toEqual(PICTURE);
});

describe("a path", () => {
  it("is passed at even steps", () => {
    const bent = [
      [0, 0],
      [0, 0],
      [2, 0],
      [2, 2],
    ] as const;
    expect(alongPath(bent, 5)).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
      [2, 1],
      [2, 2],
    ]);
  });

  it("of no length is one place", () => {
    expect(alongPath([[1, 1]], 5)).toEqual([[1, 1]]);
    expect(alongPath([], 5)).toEqual([]);
  });
});
