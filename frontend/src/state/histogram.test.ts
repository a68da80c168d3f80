/** A drawing is made of bars; shapes are exact; a stroke leaves no bar out. */

import { expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { FactorWalk } from "./factor_units";
import { BARS, bellWithin, distributionOf, gapOf, heightsOf, paint, SHAPES } from "./histogram";
import {
  draftOfJob,
  firstDraft,
  firstTarget,
  sampleParams,
  type TargetDraft,
  tellOf,
  withShape,
} from "./sampling";

const X: FactorWalk = {
  ...WALK,
  id: "factor-shift_x-0a1b2c/x",
  factor: {
    edit: "shift_x",
    unit: "of width",
    low: -0.4,
    high: 0.4,
    rms: 0.02,
    anchor: "measured",
    attribute: "head_x",
  },
};

it.each(SHAPES)("draws %s as tall as the bars go", (shape) => {
  const heights = heightsOf(shape);
  expect(heights).toHaveLength(BARS);
  expect(Math.max(...heights)).toBe(1);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(0);
});

it("says shapes exactly", () => {
  expect(distributionOf("uniform", -1, 3)).toEqual({ kind: "uniform", low: -1, high: 3 });
  const bumps = distributionOf("bumps", 0, 12);
  expect(bumps).toEqual({ kind: "bumps", centers: [3, 9], sds: [1, 1], weights: [1, 1] });
  expect(distributionOf("bell", 0, 12)).toEqual({ kind: "bumps", centers: [6], sds: [2], weights: [1] });
});

it("draws every bar between two spots, in either direction", () => {
  const empty = [0, 0, 0, 0, 0];
  const drawn = paint(empty, { across: 0.9, height: 1 }, { across: 0.1, height: 0 });
  expect(drawn).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(paint(empty, { across: 0.5, height: 2 }, { across: 0.5, height: 2 })).toEqual([0, 0, 1, 0, 0]);
  expect(paint(empty, { across: 7, height: 0.5 }, { across: 7, height: 0.5 })[4]).toBe(0.5);
});

it("draws the bell of all pictures over another range", () => {
  const heights = bellWithin({ low: -3, high: 3 }, -3, 3);
  expect(Math.max(...heights)).toBeCloseTo(1, 1);
  expect(heights[0]).toBeLessThan(0.02);
  expect(bellWithin({ low: -3, high: 3 }, 0, 3)[0]).toBeCloseTo(1, 1);
});

it("finds the gap of a drawing in two pieces", () => {
  expect(gapOf([0, 1, 0, 0, 1, 0])).toEqual({ low: 2 / 6, high: 4 / 6 });
  expect(gapOf([0, 1, 1, 0])).toBeNull();
  expect(gapOf([0, 0])).toBeNull();
});

it("says what nothing can be drawn from, and what should be known", () => {
  const draft = firstTarget(X);
  expect(tellOf(draft, X)).toEqual({ lack: null, notes: [] });
  expect(tellOf({ ...draft, low: 0.4 }, X).lack).toContain("end above");
  const empty = draft.heights.map(() => 0);
  expect(tellOf({ ...draft, shape: "drawn", heights: empty }, X).lack).toContain("every bar is empty");
  expect(tellOf(withShape(draft, "like"), X).lack).toContain("bring pictures");
  expect(tellOf({ ...withShape(draft, "like"), world: "portraits" }, X).lack).toBeNull();
  const split = [1, 0, 0, 1];
  const told = tellOf({ ...draft, shape: "drawn", heights: split, high: 0.6 }, X);
  expect(told.lack).toBeNull();
  expect(told.notes[0]).toContain("from −0.150 to +0.350 of width");
  expect(told.notes[1]).toContain("off what this generator draws");
});

const DRAWN = Array.from({ length: BARS }, (_, place) => (place % 3) / 2);
const TARGET = firstTarget(X);

it("asks for what was drawn, of the picture's truncation and class", () => {
  const drawn: TargetDraft = { ...TARGET, shape: "drawn", heights: DRAWN };
  const draft = { ...firstDraft(X), targets: [drawn] };
  expect(sampleParams(draft, { ...PICTURE, class_index: 2, psi_cutoff: 4 })).toEqual({
    model: PICTURE.model,
    targets: [{ walk: X.id, distribution: { kind: "histogram", low: -0.4, high: 0.4, heights: DRAWN } }],
    count: 200,
    seed: 1,
    loop: "open",
    psi: PICTURE.psi,
    psi_cutoff: 4,
    class_index: 2,
  });
});

it.each([
  { ...withShape(TARGET, "uniform"), low: -0.1 },
  { ...withShape(TARGET, "bumps"), low: -0.2, high: 0.6 },
  { ...withShape(TARGET, "bell"), low: -0.2, high: 0.6 },
  { ...TARGET, shape: "drawn", heights: DRAWN } as const,
  { ...TARGET, shape: "like", images: ["a".repeat(64)] } as const,
  { ...TARGET, shape: "like", world: "portraits:head_x.sd=2x" } as const,
])("begins again with $shape", (target) => {
  const draft = { targets: [target], count: 50, seed: 3, isClosed: true };
  const again = draftOfJob(sampleParams(draft, PICTURE), [X]);
  expect(again).toMatchObject({ count: 50, seed: 3, isClosed: true });
  const [found] = again?.targets ?? [];
  expect(found).toMatchObject({ walk: target.walk, shape: target.shape, images: target.images });
  expect(found?.low).toBeCloseTo(target.low);
  expect(found?.high).toBeCloseTo(target.high);
  expect(found?.heights).toEqual(target.heights);
});

it("begins anew where the factor is gone", () => {
  expect(draftOfJob(sampleParams(firstDraft(X), PICTURE), [])).toBeNull();
});
