/** The history lists what was done, goes to any of it, and keeps what was left. */

import { act, cleanup, fireEvent, type RenderResult, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { beginDocument } from "../state/document";
import { seedOf, withSeed } from "../state/picture";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { HistoryPanel } from "./HistoryPanel";

let app: App;
let page: RenderResult;

const seed = () => {
  const { picture } = app.document.getState();
  return picture && seedOf(picture);
};
const steps = () =>
  within(page.getByRole("list", { name: "Steps" }))
    .getAllByRole("button")
    .map((button) => button.textContent);

beforeEach(() => {
  app = makeApp();
  for (const next of [1, 2, 3]) app.editor.commit(`Seed ${next}`, withSeed(next));
  app.view.setState({ isHistoryOpen: true });
  page = draw(app, <HistoryPanel />);
});

afterEach(cleanup);

it("lists the newest step first, and goes to the one that is pressed", () => {
  expect(steps()).toEqual(["Seed 3", "Seed 2", "Seed 1", "Opened"]);
  fireEvent.click(page.getByRole("button", { name: "Seed 1" }));
  expect(seed()).toBe(1);
  expect(page.getByRole("button", { name: "Seed 1" }).getAttribute("aria-current")).toBe("step");
  fireEvent.click(page.getByRole("button", { name: "Seed 3" }));
  expect(seed()).toBe(3);
});

it("keeps the way that was left, and goes over to it", () => {
  fireEvent.click(page.getByRole("button", { name: "Seed 1" }));
  act(() => app.editor.commit("Seed 9", withSeed(9)));
  expect(steps()).toEqual(["Seed 9", "Seed 1", "Opened"]);
  fireEvent.click(page.getByText("Left after “Seed 1”: 2 steps"));
  fireEvent.click(page.getByRole("button", { name: "Seed 2" }));
  expect(seed()).toBe(2);
  expect(steps()).toEqual(["Seed 3", "Seed 2", "Seed 1", "Opened"]);
  expect(page.getByText("Left after “Seed 1”: 1 step")).toBeTruthy();
});

it("says where a new document begins", () => {
  const { picture } = app.document.getState();
  if (picture === null) throw new Error("nothing is open");
  act(() => beginDocument(app.document, "Model Sprites", { picture, timeline: null, controls: [] }));
  expect(steps()[0]).toBe("Model Spritesnew document");
  fireEvent.click(page.getByRole("button", { name: "Seed 3" }));
  act(() => app.editor.commit("Seed 9", withSeed(9)));
  expect(page.getByText("Left after “Seed 3”: 1 step")).toBeTruthy();
});

it("closes with Escape", () => {
  fireEvent.keyDown(page.getByRole("region", { name: "History" }), { key: "Escape" });
  expect(page.queryByRole("region", { name: "History" })).toBeNull();
});
