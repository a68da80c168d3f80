/** Watching: the server is told what this window wants, and asked again for what it did not keep. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { Watching } from "../protocol/socket";
import type { Reading } from "../protocol/wire";
import { type CatalogStore, createCatalogStore } from "./catalog";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Live } from "./live";
import { createViewStore, type ViewStore } from "./view";
import { keepWatching } from "./watching";

const READING: Reading = {
  type: "reading",
  view: 0,
  revision: 4,
  values: [],
  chances: [],
  factors: [],
  ms: 1,
};

let kept: Map<string, string>;
let view: ViewStore;
let documents: DocumentStore;
let live: Live;
let catalog: CatalogStore;
let watched: Watching[];
let asked: number;
let cleared: number;

function open(): void {
  view = createViewStore({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  });
  documents = createDocumentStore();
  openDocument(documents, PICTURE);
  live = new Live();
  catalog = createCatalogStore();
  watched = [];
  asked = cleared = 0;
  keepWatching({
    view,
    document: documents,
    catalog,
    live,
    watch: (watching) => watched.push(watching),
    showFinal: () => {
      asked += 1;
    },
    clearMap: () => {
      cleared += 1;
    },
  });
}

beforeEach(() => {
  kept = new Map();
  open();
});

it("tells nothing until something is wanted", () => {
  view.setState({ isSmooth: false, overlayOpacity: 0.5 });
  expect([watched, asked]).toEqual([[], 0]);
});

it("asks for the picture again only where the server kept none", () => {
  view.setState({ isMeasuring: true });
  expect([watched, asked]).toEqual([[{ factors: true, overlay: null }], 1]);
  view.setState({ overlay: "labels" });
  view.setState({ overlay: "lines" });
  expect([watched.length, asked]).toEqual([3, 1]);
  view.setState({ isMeasuring: false, overlay: null });
  expect(watched.at(-1)).toEqual({ factors: false, overlay: null });
  expect(asked).toBe(1);
});

it("forgets what was measured when that is not wanted any more, or of another model", () => {
  view.setState({ isMeasuring: true });
  live.noteReading(READING);
  view.setState({ overlay: "lines" });
  expect(live.reading.get()).toBe(READING);
  view.setState({ isMeasuring: false });
  expect(live.reading.get()).toBeNull();
  live.noteReading(READING);
  openDocument(documents, { ...PICTURE, model: "other" });
  expect(live.reading.get()).toBeNull();
});

it("asks to be told again of another model, where anything is wanted", () => {
  openDocument(documents, { ...PICTURE, model: "other" });
  expect(watched).toEqual([]);
  view.setState({ isMeasuring: true });
  openDocument(documents, { ...PICTURE, psi: 0.25, model: "other" });
  expect(watched.length).toBe(1);
  openDocument(documents, PICTURE);
  expect(watched).toEqual(Array(2).fill({ factors: true, overlay: null }));
});

it("clears the map that another takes the place of", () => {
  view.setState({ overlay: "lines" });
  view.setState({ isMeasuring: true });
  expect(cleared).toBe(1);
  openDocument(documents, { ...PICTURE, model: "other" });
  expect(cleared).toBe(2);
});

it("goes on in the next window, with the values that were pinned", () => {
  view.setState({ isMeasuring: true, pins: ["tilt"], overlayOpacity: 0.25 });
  open();
  expect(watched).toEqual([{ factors: true, overlay: null }]);
  expect(view.getState()).toMatchObject({ pins: ["tilt"], overlayOpacity: 0.25, overlay: null });
});

it("takes nothing from a store that holds something else", () => {
  kept.set("wend.view", JSON.stringify({ pins: [1], isMeasuring: "yes", overlayOpacity: 3 }));
  open();
  expect(view.getState()).toMatchObject({ isMeasuring: false, overlayOpacity: 0.7 });
  expect(view.getState().pins).toContain("head_x");
});

it("knows whether a reading is of the picture on the stage", () => {
  const frame = { revision: 4, quality: "final", height: 64, width: 64, renderMs: 1 } as const;
  live.frames.noteShown(frame, 0);
  live.notePicture();
  live.noteReading(READING);
  expect(live.isReadingOfShown.get()).toBe(true);
  live.frames.noteShown({ ...frame, revision: 5 }, 1);
  live.notePicture();
  expect(live.isReadingOfShown.get()).toBe(false);
  live.noteReading({ ...READING, revision: 5 });
  expect(live.isReadingOfShown.get()).toBe(true);
});

it("asks for values where the model has factors, whose sliders have to know where they stand", () => {
  const factor = { edit: "shift_x", unit: "of width", low: -0.3, high: 0.3, rms: 0.02 };
  const walk = { ...WALK, factor: { ...factor, anchor: "zero", attribute: null } as const };
  catalog.setState({
    walks: { [PICTURE.model]: { model: PICTURE.model, walks: [walk], is_complete: true } },
  });
  expect([watched, asked]).toEqual([[{ factors: true, overlay: null }], 1]);
  // Of another one that is found later the picture has to be read again.
  const found = { ...walk, id: "factor-shift-y-0a1b2c/shift-y" };
  catalog.setState({
    walks: { [PICTURE.model]: { model: PICTURE.model, walks: [walk, found], is_complete: true } },
  });
  expect([watched.length, asked]).toEqual([1, 2]);
  catalog.setState({
    walks: { [PICTURE.model]: { model: PICTURE.model, walks: [WALK], is_complete: true } },
  });
  expect(watched.at(-1)).toEqual({ factors: false, overlay: null });
});
