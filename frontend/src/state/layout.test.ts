// @vitest-environment node
/** Sizes of panels outlive the window, within what a panel can be. */

import { expect, it } from "vitest";
import { FakeStorage } from "./fakes";
import { createLayoutStore, resizePanel } from "./layout";

it("keeps what a hand has set, within its ends, until it is set back", () => {
  const storage = new FakeStorage();
  const layout = createLayoutStore(storage);
  resizePanel(layout, "side", 400.4);
  resizePanel(layout, "rail", 1);
  resizePanel(layout, "jobs", 300);
  expect(createLayoutStore(storage).getState()).toEqual({ side: 400, rail: 200, jobs: 300 });
  resizePanel(layout, "side", null);
  expect(createLayoutStore(storage).getState()).toEqual({ rail: 200, jobs: 300 });
});

it("does without what another version or a hand wrote", () => {
  const storage = new FakeStorage();
  storage.setItem("wend.layout", JSON.stringify({ rail: "wide", side: 9000, models: 240, attic: 3 }));
  expect(createLayoutStore(storage).getState()).toEqual({ models: 240 });
});
