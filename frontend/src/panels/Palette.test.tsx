/** The palette finds commands by a few letters, and runs them from the keyboard. */

import { cleanup, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { seedOf } from "../state/picture";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { Palette } from "./Palette";

let app: App;
let page: RenderResult;

const field = () => page.getByRole("combobox");
const look = (text: string) => fireEvent.change(field(), { target: { value: text } });
const seed = () => {
  const { picture } = app.document.getState();
  return picture && seedOf(picture);
};

beforeEach(() => {
  app = makeApp();
  app.view.setState({ isPaletteOpen: true });
  page = draw(app, <Palette />);
});

afterEach(cleanup);

it("runs what is found, and goes", () => {
  look("next seed");
  expect(page.getAllByRole("option")).toHaveLength(1);
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(seed()).toBe(8);
  expect(page.queryByRole("dialog")).toBeNull();
});

it("is gone through with the arrows, no further than its ends", () => {
  look("seed");
  const names = page.getAllByRole("option").map((option) => option.textContent);
  for (let press = 0; press < names.length + 2; press += 1) fireEvent.keyDown(field(), { key: "ArrowDown" });
  expect(page.getByRole("option", { selected: true }).textContent).toBe(names.at(-1));
  fireEvent.keyDown(field(), { key: "Escape" });
  expect([seed(), app.view.getState().isPaletteOpen]).toEqual([7, false]);
});

it("begins at the first that can be done", () => {
  const options = page.getAllByRole("option");
  expect(options[0]?.textContent).toMatch(/^Undo/);
  const first = options.find((option) => option.getAttribute("aria-disabled") === "false");
  expect(page.getByRole("option", { selected: true })).toBe(first);
});

it("leaves alone what cannot be done now, and says when there is nothing", () => {
  look("undo");
  fireEvent.keyDown(field(), { key: "Enter" });
  expect(page.getByRole("option").getAttribute("aria-disabled")).toBe("true");
  look("xyzzy");
  expect(page.getByText("No command is called that.")).toBeTruthy();
});
