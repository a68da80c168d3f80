/** The class picker changes the document, undoably, and is not there for models without classes. */

import { MantineProvider } from "@mantine/core";
import { act, cleanup, fireEvent, type RenderResult, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { ModelSummary } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { createCommands } from "../state/commands";
import { createDocumentStore, type DocumentStore, openDocument, undo } from "../state/document";
import { Editor } from "../state/editor";
import { fakeJobs } from "../state/fakes";
import { Live } from "../state/live";
import { Thumbnails } from "../state/thumbnails";
import { createViewStore } from "../state/view";
import { type App, AppContext } from "./app";
import { ClassPicker } from "./ClassPicker";

const nothing = () => undefined;
const CAST = ["captain", "pirate", "baker", "witch", "punk", "genie", "rocker", "wizard", "surfer"];

let document: DocumentStore;

function model(classes: readonly string[]): ModelSummary {
  return { id: PICTURE.model, title: "Cast", classes } as ModelSummary;
}

function open(classes: readonly string[], classIndex: number | null): RenderResult {
  openDocument(document, { ...PICTURE, class_index: classIndex });
  const view = createViewStore({ getItem: () => null, setItem: nothing });
  const live = new Live();
  const editor = new Editor(document, nothing, nothing);
  const http = new HttpClient(async () => new Response());
  const catalog = createCatalogStore();
  catalog.setState({ models: [model(classes)] });
  const app: App = {
    document,
    view,
    catalog,
    live,
    editor,
    thumbnails: new Thumbnails(http, new FakeClock()),
    commands: createCommands({
      ...fakeJobs(),
      catalog,
      document,
      view,
      live,
      editor,
      http,
      desk: { copy: async () => undefined, save: nothing, focus: nothing, reload: nothing },
      address: "",
      random: () => 0,
    }),
    ...fakeJobs(),
    isMac: false,
    attachStage: () => {
      throw new Error("there is no stage");
    },
    searchAgain: nothing,
    retryConnection: nothing,
    reload: nothing,
    now: () => 0,
  };
  return render(
    <MantineProvider env="test">
      <AppContext value={app}>
        <ClassPicker />
      </AppContext>
    </MantineProvider>,
  );
}

const field = (page: RenderResult) => page.getByRole("combobox", { name: "Class" }) as HTMLInputElement;
const chosen = () => document.getState().picture?.class_index;

beforeEach(() => {
  document = createDocumentStore();
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
  expect(document.getState().past.map((step) => step.label)).toEqual(["Class witch"]);
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

it("changes nothing when the same class is chosen again", () => {
  const page = open(CAST, 2);
  fireEvent.click(field(page));
  fireEvent.click(page.getByRole("option", { name: "baker", hidden: true }));
  expect(document.getState().past).toEqual([]);
  expect(chosen()).toBe(2);
});
