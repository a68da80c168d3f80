/** The class picker changes the document, undoably, and is not there for models without classes. */

import { act, cleanup, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { type DocumentStore, openDocument, pastOf, undo } from "../state/document";
import type { App } from "./app";
import { ClassPicker } from "./ClassPicker";
import { draw, makeApp } from "./fixture";

const CAST = ["captain", "pirate", "baker", "witch", "punk", "genie", "rocker", "wizard", "surfer"];

let app: App;
let document: DocumentStore;

function open(classes: readonly string[], classIndex: number | null): RenderResult {
  openDocument(document, { ...PICTURE, class_index: classIndex });
  app.catalog.setState({ models: [{ id: PICTURE.model, title: "Cast", classes } as ModelSummary] });
  return draw(app, <ClassPicker />);
}

const field = (page: RenderResult) => page.getByRole("combobox", { name: "Class" }) as HTMLInputElement;
const chosen = () => document.getState().picture?.class_index;

beforeEach(() => {
  app = makeApp();
  document = app.document;
});

afterEach(cleanup);

it("is not there for a model without classes", () => {
  const page = open([], null);
  expect(page.queryByRole("combobox")).toBeNull();
});

it("shows the picture's class, and none that the model does not have", () => {
  expect(field(open(CAST, 1)).value).toBe("pirate");
  cleanup();
  expect(field(open(CAST.slice(0, 2), 5)).value).toBe("");
});

it("makes one step that undo takes back", () => {
  const page = open(CAST, 0);
  fireEvent.click(field(page));
  fireEvent.click(page.getByRole("option", { name: "witch", hidden: true }));
  expect(chosen()).toBe(3);
  expect(pastOf(document.getState()).map((step) => step.label)).toEqual(["Class witch"]);
  expect(field(page).value).toBe("witch");
  act(() => undo(document));
  expect(chosen()).toBe(0);
  expect(field(page).value).toBe("captain");
});

it("finds a class by part of its name", () => {
  const page = open(CAST, 0);
  fireEvent.click(field(page));
  // A field that changes without focus is taken for the browser filling it in.
  act(() => field(page).focus());
  fireEvent.change(field(page), { target: { value: "wi" } });
  const names = page.getAllByRole("option", { hidden: true }).map((option) => option.textContent);
  expect(names).toEqual(["witch", "wizard"]);
  fireEvent.change(field(page), { target: { value: "nobody" } });
  expect(page.queryAllByRole("option", { hidden: true })).toEqual([]);
  expect(chosen()).toBe(0);
});

it("takes the first match with Enter, and lists the names in order", () => {
  const page = open(CAST, 0);
  act(() => field(page).focus());
  const names = page.getAllByRole("option", { hidden: true }).map((option) => option.textContent);
  expect(names).toEqual([...CAST].sort());
  fireEvent.change(field(page), { target: { value: "pi" } });
  fireEvent.keyDown(field(page), { key: "Enter", code: "Enter" });
  expect(chosen()).toBe(1);
  expect(field(page).value).toBe("pirate");
});

it("changes nothing when the same class is chosen again", () => {
  const page = open(CAST, 2);
  fireEvent.click(field(page));
  fireEvent.click(page.getByRole("option", { name: "baker", hidden: true }));
  expect(pastOf(document.getState())).toEqual([]);
  expect(chosen()).toBe(2);
});

it.each(["focus", "click"] as const)(
  "selects the present name on %s: what is typed takes its place",
  (how) => {
    const page = open(CAST, 0);
    act(() => (how === "focus" ? field(page).focus() : fireEvent.click(field(page))));
    const { selectionStart, selectionEnd } = field(page);
    expect([selectionStart, selectionEnd]).toEqual([0, "captain".length]);
  },
);
