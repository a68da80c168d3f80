/** Values of factors are read as people type them, and written with their unit. */

import { describe, expect, it } from "vitest";
import { WALK } from "../protocol/fakes";
import type { FactorSummary } from "../protocol/wire";
import {
  factorEnds,
  factorsOf,
  notationOfFactor,
  readFactor,
  sayFactor,
  sayOffPrior,
  sayRange,
} from "./factor_units";

const X: FactorSummary = {
  edit: "shift_x",
  unit: "of width",
  low: -0.3,
  high: 0.2,
  rms: 0.02,
  anchor: "measured",
  attribute: "head_x",
};

describe("typed values", () => {
  it.each([
    ["x = +0.30 of width", "of width", 0.3],
    ["+0.3", "of width", 0.3],
    ["−0,25", "of width", -0.25],
    ["30 %", "of width", 0.3],
    ["16 px", "of width", 0.25],
    [" scale=1.4 x", "x", 1.4],
    ["×1,4", "x", 1.4],
    ["1.4 ×", "x", 1.4],
    ["140%", "x", 1.4],
    ["-12°", "degrees", -12],
    ["12 deg", "degrees", 12],
    [".5", "of range", 0.5],
  ])("%s of %s is %d", (text, unit, value) => {
    expect(readFactor(text, unit, 64)).toBeCloseTo(value, 9);
  });

  it.each([
    ["", "of width"],
    ["left", "of width"],
    ["3 x", "of width"],
    ["12 px", "degrees"],
    ["×1.4", "of width"],
    ["1e400", "of width"],
    ["0.3 0.4", "of width"],
  ])("%s of %s is none", (text, unit) => {
    expect(readFactor(text, unit, 64)).toBeNull();
  });

  it("takes no pixels where the picture's size is not known", () => {
    expect(readFactor("16 px", "of width", null)).toBeNull();
  });
});

it("writes signs where there are some, and units behind the number", () => {
  const say = (value: number, unit: string) => sayFactor(value, notationOfFactor(unit));
  expect(say(0.3, "of width")).toBe("+0.300 of width");
  expect(say(-0.0001, "of height")).toBe("0.000 of height");
  expect(say(1.4, "x")).toBe("×1.40");
  expect(say(-12, "degrees")).toBe("−12.0°");
  expect(sayRange(-0.3, 0.2, notationOfFactor("of width"))).toBe("−0.300 to +0.200 of width");
});

it("goes a little past where pictures lie, and says so there", () => {
  const ends = factorEnds(X);
  expect(ends.low).toBeLessThan(X.low);
  expect(ends.high).toBeGreaterThan(X.high);
  expect(sayOffPrior(0.2, X)).toBeNull();
  expect(sayOffPrior(0.21, X)).toContain("−0.300 to +0.200 of width");
});

it("lists factors alone, without those that were put out of sight", () => {
  const walks = [WALK, { ...WALK, id: "a", factor: X }, { ...WALK, id: "b", factor: X, is_hidden: true }];
  expect(factorsOf({ model: "m", walks, is_complete: true }).map(({ id }) => id)).toEqual(["a"]);
  expect(factorsOf(undefined)).toBe(factorsOf({ model: "m", walks: [WALK], is_complete: true }));
});
