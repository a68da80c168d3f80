/** Scales end at round numbers, keep the ends they are given, and write numbers for reading. */

import { expect, it } from "vitest";
import { type Axis, fitScale, roundStep, written } from "./scale";

const axis = (change: Partial<Axis> = {}): Axis => ({
  label: "x",
  unit: "",
  low: null,
  high: null,
  scale: "linear",
  ...change,
});

it("moves the ends of data out to round numbers", () => {
  const scale = fitScale(axis(), [0.3, 9.2], 0, 100, 5);
  expect([scale.low, scale.high, scale.at(5)]).toEqual([0, 10, 50]);
  expect(scale.ticks.map(({ text }) => text)).toEqual(["0", "2", "4", "6", "8", "10"]);
});

it("keeps ends that are given, and those of data for areas", () => {
  expect(fitScale(axis({ low: -1, high: 1 }), [5], 0, 1, 5)).toMatchObject({ low: -1, high: 1 });
  expect(fitScale(axis(), [0.3, 9.2], 0, 1, 5, true)).toMatchObject({ low: 0.3, high: 9.2 });
});

it("draws a level line, and no values at all", () => {
  expect(fitScale(axis(), [2, 2], 0, 1, 5)).toMatchObject({ low: 1, high: 3 });
  expect(fitScale(axis(), [], 0, 1, 5)).toMatchObject({ low: 0, high: 1 });
});

it("counts in powers of ten, and puts what is not positive at the foot", () => {
  const scale = fitScale(axis({ scale: "log" }), [0.02, 0, 3, Number.NaN], 0, 300, 5);
  expect([scale.low, scale.high]).toEqual([0.01, 10]);
  expect(scale.at(1)).toBeCloseTo(200);
  expect(scale.at(0)).toBe(0);
});

it("steps by 1, 2 or 5", () => {
  expect([roundStep(10, 5), roundStep(1, 5), roundStep(23, 5), roundStep(70, 10)]).toEqual([2, 0.2, 5, 5]);
});

it.each([
  [0, "0"],
  [-0.5, "−0.5"],
  [1234.4, "1234"],
  [0.00002, "2·10⁻⁵"],
  [1e7, "10⁷"],
  [Number.NaN, "–"],
])("writes %d as %s", (value, text) => {
  expect(written(value)).toBe(text);
});
