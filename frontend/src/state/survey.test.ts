/** Survey: read from its file, ordered by area or by loss, and refused where it is none. */

import { expect, it } from "vitest";
import { lossAgainst, readSurvey, rowsOf } from "./survey";

const row = (name: string, real: number, relative: number | null) => ({
  name,
  real,
  model: real * (1 + (relative ?? 0)),
  relative,
  low: relative,
  high: relative,
  real_frequency: 1,
  model_frequency: 0.5,
  real_outline: 0.25 * real,
});

const FILE = {
  against: "portraits",
  count: 24,
  real_count: 24,
  noise_floor: { count: 24, mean: 2, high: 3, distances: [2, 3] },
  shown: ["face", "hat", "glasses"],
  rows: ["a", "b", "c", "d"],
  models: [
    {
      title: "small",
      fsd: 9,
      fsd_mean: 5,
      fsd_cov: 4,
      classes: [row("face", 10, 0.1), row("hat", 3, -0.5), row("glasses", 1, -1), row("ghost", 0, null)],
      correlations: { classes: 3, area: 0.5, frequency: null, outline: 0.1, intricacy: -0.2 },
      sheets: { hat: { file: "examples-1-001.jpg", counts: [6, 5, 4, 4] } },
    },
  ],
  skipped: { count: 1, files: [{ name: "broken.png", why: "no picture" }] },
  notes: ["A note."],
};

it("reads what the server writes", () => {
  const survey = readSurvey(FILE);
  expect(survey?.floor).toEqual({ mean: 2, high: 3, count: 24 });
  const model = survey?.models[0];
  expect(model?.ranks).toEqual([
    { name: "area", value: 0.5 },
    { name: "frequency", value: null },
    { name: "outline", value: 0.1 },
    { name: "intricacy", value: -0.2 },
  ]);
  expect(model?.sheets.hat).toEqual({ file: "examples-1-001.jpg", counts: [6, 5, 4, 4] });
  expect(survey?.skipped.files).toEqual([{ name: "broken.png", why: "no picture" }]);
});

it("orders the figure as published, or by loss", () => {
  const survey = readSurvey(FILE);
  if (!survey) throw new Error("it is one");
  expect(rowsOf(survey, "area").map(({ name }) => name)).toEqual(["face", "hat", "glasses"]);
  expect(rowsOf(survey, "loss").map(({ name }) => name)).toEqual(["glasses", "hat", "face"]);
});

it("holds loss against what classes are like, of those of the figure", () => {
  const survey = readSurvey(FILE);
  if (!survey) throw new Error("it is one");
  const [series] = lossAgainst(survey, "area");
  expect(series).toEqual({
    name: "small",
    points: [
      { name: "face", x: 10, y: 10 },
      { name: "hat", x: 3, y: -50 },
      { name: "glasses", x: 1, y: -100 },
    ],
  });
  expect(lossAgainst(survey, "frequency")[0]?.points.map(({ x }) => x)).toEqual([100, 100, 100]);
  expect(lossAgainst(survey, "outline")[0]?.points.map(({ x }) => x)).toEqual([2.5, 0.75, 0.25]);
});

it.each([null, [], {}, { ...FILE, models: [] }, { ...FILE, models: [{}] }, { ...FILE, noise_floor: null }])(
  "refuses what is none: %j",
  (data) => {
    expect(readSurvey(data)).toBeNull();
  },
);
