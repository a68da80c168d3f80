/** The panel lists what was measured with its change since the start, and says when nothing can be. */

import { act, cleanup, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { Sight } from "../protocol/wire";
import type { Live } from "../state/live";
import type { ViewStore } from "../state/view";
import { draw, makeApp } from "./fixture";
import { MeasuredPanel } from "./MeasuredPanel";

const SIGHT: Sight = {
  type: "sight",
  view: 0,
  model: PICTURE.model,
  title: "Eyes",
  factors: [{ name: "tilt", unit: "degrees", low: -25, high: 25 }],
  choices: [{ name: "glasses", options: ["none", "round"] }],
  labels: [],
  has_labels: true,
  has_lines: true,
  lack: null,
};

let live: Live;
let view: ViewStore;
let panel: RenderResult;

beforeEach(() => {
  const app = makeApp();
  ({ live, view } = app);
  view.setState({ isMeasuring: true, pins: ["tilt", "glasses"] });
  panel = draw(app, <MeasuredPanel />);
});

afterEach(cleanup);

function texts(): string[] {
  return panel.getAllByRole("listitem").map((row) => (row.textContent ?? "").replaceAll("\u2007", ""));
}

function read(revision: number, tilt: number | null): void {
  live.sight.set(SIGHT);
  live.noteReading({
    type: "reading",
    view: 0,
    revision,
    values: [{ name: "tilt", value: tilt, before: -1.5 }],
    chances: [{ name: "glasses", chances: [0.03, 0.97], before: [0.9, 0.1] }],
    factors: [],
    ms: 1,
  });
}

it("shows dashes for what is not measured yet, and the same rows afterwards", () => {
  expect(texts()).toEqual(["tilt––", "glasses––"]);
  act(() => read(3, 4.25));
  expect(texts()).toEqual(["tilt4.3°+5.8", "glassesround was none97 %"]);
});

it("says whose networks look", () => {
  const told = () => panel.getByRole("button", { name: "What is measured" }).getAttribute("aria-description");
  expect(told()).not.toContain("Here look");
  act(() => live.sight.set({ ...SIGHT, title: "Portraits, seen; My own eyes" }));
  expect(told()).toContain("Here look: Portraits, seen; My own eyes.");
});

it("says why one of several networks says nothing, and nothing of what an overlay lacks", () => {
  const lack = { sentence: "The weights mine/u2net.pth cannot be used.", hint: "Restore the file." };
  act(() => live.sight.set({ ...SIGHT, lack }));
  expect(panel.getByRole("status").textContent).toContain("mine/u2net.pth");
  expect(panel.getAllByRole("listitem")).toHaveLength(2);
  act(() => {
    view.setState({ overlay: "lines" });
    live.sight.set({ ...SIGHT, has_lines: false, lack });
  });
  expect(panel.queryByRole("status")).toBeNull();
});

it("shows a dash where the network gave no number", () => {
  act(() => read(3, null));
  expect(texts()[0]).toBe("tilt–°–");
});

it("marks values of another picture than the one shown", () => {
  const list = () => panel.getByRole("list").getAttribute("data-fresh");
  act(() => read(3, 1));
  expect(list()).toBe("false");
  act(() => {
    live.frames.noteShown({ revision: 3, quality: "final", height: 8, width: 8, renderMs: 1 }, 0);
    live.notePicture();
  });
  expect(list()).toBe("true");
});

it("says that nothing looks at this kind of picture, and what to do", () => {
  const lack = { sentence: "No looking network here knows it.", hint: "Choose another model." };
  act(() => live.sight.set({ ...SIGHT, title: null, factors: [], choices: [], lack }));
  expect(panel.getByRole("status").textContent).toBe(`${lack.sentence} ${lack.hint}`);
});

it("lists nothing while it is off", () => {
  act(() => view.setState({ isMeasuring: false }));
  expect(panel.queryAllByRole("listitem")).toEqual([]);
});
