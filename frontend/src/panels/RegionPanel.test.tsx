/** Sliders of a region: greyed where the picture has gone far from them, measured again once it rests there. */

import { act, cleanup, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { Mask, RegionFound, RegionSlider } from "../protocol/wire";
import { openDocument } from "../state/document";
import { RECIPE } from "../state/fakes";
import { withSeed } from "../state/picture";
import { type RegionQuestion, Regions } from "../state/regions";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { RegionPanel } from "./RegionPanel";
import { REST_MS } from "./use_measured_again";

const MASK: Mask = { name: "Mouth", image: "a".repeat(64), is_still: false };
const IDS = ["region-0123abcd/1", "region-0123abcd/2"] as const;
const NAMES = ["Grin", "Lips: colour"] as const;

let app: App;
let asked: RegionQuestion[];
let panel: RenderResult;

function sliderOf(walk: string, change: Partial<RegionSlider> = {}): RegionSlider {
  return {
    walk,
    title: "Mouth: smile +",
    unit: "sd",
    low: -2,
    high: 3,
    low_end: "parts",
    high_end: "likeness",
    layers: { start: 2, end: 6 },
    place: "mouth",
    kind: "factor",
    moves: "",
    inside: 18,
    outside: 0.9,
    leakage: 0.05,
    strip: null,
    strip_frames: 1,
    heat: null,
    ...change,
  };
}

/** The server answers the newest question. */
function answer(sliders: readonly RegionSlider[], change: Partial<RegionFound> = {}): void {
  const found: RegionFound = {
    type: "region_found",
    view: 0,
    request: asked.at(-1)?.request ?? 0,
    family: "region-0123abcd",
    sliders,
    label: "Measuring slider 1",
    fraction: 1,
    seconds: 30,
    is_done: true,
    lack: null,
    ...change,
  };
  act(() => app.regions.handleFound(found));
}

function turnTo(seed: number): void {
  act(() => app.editor.commit("Seed", withSeed(seed)));
}

function rest(ms = REST_MS): void {
  act(() => vi.advanceTimersByTime(ms));
}

const greyed = () =>
  IDS.map((id) =>
    panel.container.querySelector(`[data-region-walk="${id}"]`)?.getAttribute("data-elsewhere"),
  );

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const made = makeApp();
  openDocument(made.document, { ...PICTURE, masks: [MASK] });
  const walks = IDS.map((id, place) => ({ ...WALK, id, title: NAMES[place] ?? "", method: "region" }));
  made.catalog.setState({ walks: { [PICTURE.model]: { model: PICTURE.model, walks, is_complete: true } } });
  const regions = new Regions({
    document: made.document,
    inHand: () => made.editor.picture,
    ask: (question) => void asked.push(question),
    stop: () => undefined,
    imageOf: () => null,
  });
  app = { ...made, regions };
  panel = draw(app, <RegionPanel />);
  act(() => regions.find(MASK));
  answer(IDS.map((id) => sliderOf(id)));
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("greys what was measured far from the picture, and measures it again where that rests", () => {
  panel.getByText("2 sliders found");
  expect(greyed()).toEqual(["false", "false"]);
  turnTo(9);
  panel.getByText("Measured far from this picture");
  expect(greyed()).toEqual(["true", "true"]);
  rest();
  expect(asked.at(-1)).toMatchObject({ walks: IDS, picture: { latent: { seed: 9 } } });
  answer([sliderOf(IDS[0], { leakage: 0.3 })], { is_done: false, fraction: 0.5 });
  panel.getByText(/^Measuring slider 1/);
  // What has no news yet stays in its place, and grey.
  expect(greyed()).toEqual(["false", "true"]);
  panel.getByText("30 %", { exact: false });
  answer(IDS.map((id) => sliderOf(id, { leakage: 0.3 })));
  panel.getByText("2 sliders measured here");
  expect(greyed()).toEqual(["false", "false"]);
  panel.getByRole("button", { name: "Find others here" });
});

it("leaves pictures that are gone through alone", () => {
  const before = asked.length;
  for (const seed of [9, 10, 11]) {
    turnTo(seed);
    rest(REST_MS - 500);
  }
  turnTo(7);
  rest();
  expect(asked).toHaveLength(before);
});

it("asks before it keeps a slow model busy", () => {
  answer(
    IDS.map((id) => sliderOf(id)),
    { seconds: 200 },
  );
  const before = asked.length;
  turnTo(9);
  rest();
  expect(asked).toHaveLength(before);
  fireEvent.click(panel.getByRole("button", { name: "Measure again" }));
  expect(asked.at(-1)?.walks).toEqual(IDS);
});

it("says how many were measured when a round is stopped, and measures the others when asked", () => {
  turnTo(9);
  rest();
  act(() => app.regions.stop());
  answer([sliderOf(IDS[0])]);
  panel.getByText("1 of 2 sliders measured here");
  expect(greyed()).toEqual(["false", "true"]);
  const before = asked.length;
  rest();
  expect(asked).toHaveLength(before);
  fireEvent.click(panel.getByRole("button", { name: "Measure the others" }));
  expect(asked.at(-1)?.walks).toEqual([IDS[1]]);
  answer([sliderOf(IDS[1])]);
  panel.getByText("2 sliders measured here");
  expect(greyed()).toEqual(["false", "false"]);
});

it("asks where nothing is known of how long a search takes: the sliders were on the shelf", () => {
  const image = "d".repeat(64);
  const walks = IDS.map((id) => ({
    ...WALK,
    id: id.replace("0123abcd", "beef0000"),
    method: "region",
    settings: { mask: image, picture: JSON.stringify(PICTURE) },
  }));
  act(() => {
    app.catalog.setState({
      walks: { [PICTURE.model]: { model: PICTURE.model, walks, is_complete: true } },
    });
    app.editor.commit("Paint", (picture) => ({ ...picture, masks: [{ ...MASK, image }] }));
  });
  panel.getByText("2 sliders found");
  const before = asked.length;
  turnTo(9);
  rest();
  expect(asked).toHaveLength(before);
  fireEvent.click(panel.getByRole("button", { name: "Measure again" }));
  expect(asked.at(-1)?.walks).toEqual(walks.map(({ id }) => id));
});

it("animates the region under its name, with those that are kept still and no others", () => {
  act(() => {
    app.jobs.store.setState({ recipes: [{ ...RECIPE, kind: "manifold" }] });
    const masks = [
      MASK,
      { name: "Hat", image: "b".repeat(64), is_still: false },
      { name: "Eyes", image: "c".repeat(64), is_still: true },
    ];
    app.editor.commit("Paint", (picture) => ({ ...picture, masks }));
  });
  fireEvent.click(panel.getByRole("button", { name: "Animate this region…" }));
  const { pane } = app.jobsView.getState();
  if (pane.kind !== "form") throw new Error(`a form was asked for, not ${pane.kind}`);
  expect(pane.params).toMatchObject({
    mask: MASK.image,
    picture: { masks: [{ name: "Mouth" }, { name: "Eyes" }] },
  });
});

it("says of a slider that goes nowhere here that it is of no use, and keeps its range", () => {
  turnTo(9);
  rest();
  answer([sliderOf(IDS[0], { low: 0, high: 0 }), sliderOf(IDS[1])]);
  panel.getByText("Of no use at this picture");
  expect(panel.getByRole("slider", { name: "Grin" }).getAttribute("aria-valuemax")).toBe(String(WALK.high));
});
