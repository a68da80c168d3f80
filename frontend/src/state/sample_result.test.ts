/** The file of a sampling is read, refused where it is another, and drawn in as many bins as its samples fill. */

import { expect, it } from "vitest";
import { coarsened, middlesOf, readSamples } from "./sample_result";

const BINS = 40;
const even = Array.from({ length: BINS }, () => 1 / BINS);
const FILE = {
  count: 100,
  targets: [
    {
      walk: "factor-shift-x-0a1b2c/shift-x",
      title: "Position x",
      unit: "of width",
      edges: Array.from({ length: BINS + 1 }, (_, place) => place / BINS),
      wanted: even,
      predicted: even,
      measured: null,
      without: even,
      ks_predicted: 0.01,
      ks_measured: null,
      ks_without: 0.3,
      cut: 0,
      off_prior: 0.02,
      mean_error: null,
    },
  ],
};

it("reads what was wanted, predicted and measured", () => {
  const [spread] = readSamples(FILE)?.spreads ?? [];
  expect(spread).toMatchObject({ title: "Position x", measured: null, ksPredicted: 0.01, offPrior: 0.02 });
  expect(spread && middlesOf(spread)[0]).toBeCloseTo(0.5 / BINS);
});

it.each([
  null,
  [],
  { count: 3 },
  { ...FILE, targets: [] },
  { ...FILE, targets: [{ ...FILE.targets[0], wanted: [1] }] },
  { ...FILE, targets: [{ ...FILE.targets[0], ks_without: "far" }] },
])("takes no other file for one", (data) => {
  expect(readSamples(data)).toBeNull();
});

it("draws few samples in few bins, and many as they are", () => {
  const [spread] = readSamples(FILE)?.spreads ?? [];
  const few = spread && coarsened(spread, 60);
  expect(few?.wanted).toHaveLength(10);
  expect(few?.edges).toHaveLength(11);
  expect(few?.edges.at(-1)).toBe(1);
  expect(few?.wanted[0]).toBeCloseTo(0.1);
  expect(spread && coarsened(spread, 10_000)).toBe(spread);
});
