/** Vanished: read from its file, refused where it is none; the newest photo of a model. */

import { expect, it } from "vitest";
import { JOB } from "./fakes";
import { INVERT_KIND, PIVOTAL_KIND } from "./photos";
import { foundLast, readVanished } from "./vanished";

const HAT = {
  name: "hat",
  photo: 20,
  found: 0,
  points: -20,
  relative: -1,
  color: "#aa0000",
  has_vanished: true,
};
const FILE = { lack: null, segmenter: "set/labels", agreement: 0.8, gone: ["hat"], classes: [HAT] };

it("is read from its file", () => {
  const { has_vanished: hasVanished, ...hat } = HAT;
  expect(readVanished(FILE)).toEqual({
    lack: null,
    segmenter: "set/labels",
    agreement: 0.8,
    classes: [{ ...hat, hasVanished }],
  });
  expect(readVanished({ lack: "There is none.", classes: [] })?.lack).toBe("There is none.");
});

it.each([null, {}, { classes: [{}] }, { classes: [{ ...HAT, color: "red; x" }] }])("refuses %j", (data) => {
  expect(readVanished(data)).toBeNull();
});

it("knows the newest photo of a model, and the one it was tuned to", () => {
  const found = { ...JOB, kind: INVERT_KIND, state: "done" as const, model: "a" };
  const tuned = { ...found, id: "2", kind: PIVOTAL_KIND, result_model: "b" };
  const running = { ...found, id: "3", state: "running" as const };
  expect(foundLast([running, tuned, found], "a")).toBe(found.id);
  expect(foundLast([running, tuned, found], "b")).toBe("2");
  expect(foundLast([running], "a")).toBeNull();
});
