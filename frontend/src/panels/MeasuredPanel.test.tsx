/** The panel lists what was measured with its change since the start, and says when nothing can be. */

import { MantineProvider } from "@mantine/core";
import { act, cleanup, render } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Sight } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { createCommands } from "../state/commands";
import { createDocumentStore, openDocument } from "../state/document";
import { Editor } from "../state/editor";
import { fakeJobs } from "../state/fakes";
import { Live } from "../state/live";
import { Thumbnails } from "../state/thumbnails";
import { createViewStore, type ViewStore } from "../state/view";
import { type App, AppContext } from "./app";
import { MeasuredPanel } from "./MeasuredPanel";

const nothing = () => undefined;

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
let panel: ReturnType<typeof render>;

beforeEach(() => {
  const document = createDocumentStore();
  openDocument(document, PICTURE);
  view = createViewStore({ getItem: () => null, setItem: nothing });
  view.setState({ isMeasuring: true, pins: ["tilt", "glasses"] });
  live = new Live();
  const editor = new Editor(document, nothing, nothing);
  const http = new HttpClient(async () => new Response());
  const desk = { copy: async () => undefined, save: nothing, focus: nothing, reload: nothing };
  const catalog = createCatalogStore();
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
      desk,
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
  panel = render(
    <MantineProvider>
      <AppContext value={app}>
        <MeasuredPanel />
      </AppContext>
    </MantineProvider>,
  );
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
    ms: 1,
  });
}

it("shows dashes for what is not measured yet, and the same rows afterwards", () => {
  expect(texts()).toEqual(["tilt––", "glasses––"]);
  act(() => read(3, 4.25));
  expect(texts()).toEqual(["tilt4.3°+5.8", "glassesround was none97 %"]);
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
