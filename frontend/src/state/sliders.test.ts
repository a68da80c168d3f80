/** Sliders: found, ordered, nudged and taken along. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { WalkSummary } from "../protocol/wire";
import { commit, createDocumentStore, openDocument, undo } from "./document";
import { alphaOf, withAlpha, withLock } from "./picture";
import { createSliderViewStore } from "./slider_view";
import { matching, recentlyUsed, sorted, withEdits, withNudge } from "./sliders";

const walk = (id: string, title: string, more: Partial<WalkSummary> = {}): WalkSummary => ({
  ...WALK,
  id,
  title,
  ...more,
});
const SMILE = walk("a/0", "Smile", { strength: 0.2 });
const HAIR = walk("a/1", "Hair long/short", { strength: 0.3, settings: { moves: "hair length" } });
const AGE = walk("b/10", "Component 10", { strength: 0.1 });
const HIDDEN = walk("b/2", "Component 2", { strength: 0.9, is_hidden: true });
const ALL = [SMILE, HAIR, AGE, HIDDEN];
const ids = (walks: readonly WalkSummary[]) => walks.map(({ id }) => id);

describe("sliders", () => {
  it("are found by words of their name, their effect or their id", () => {
    expect(ids(matching(ALL, "hair"))).toEqual(["a/1"]);
    expect(ids(matching(ALL, "LENGTH short"))).toEqual(["a/1"]);
    expect(ids(matching(ALL, "b/"))).toEqual(["b/10", "b/2"]);
    expect(matching(ALL, "  ")).toBe(ALL);
  });

  it("are ordered, hidden ones last where that says nothing else", () => {
    expect(ids(sorted([SMILE, HAIR, AGE], "name", []))).toEqual(["b/10", "a/1", "a/0"]);
    expect(ids(sorted([SMILE, HAIR, AGE], "strength", []))).toEqual(["a/1", "a/0", "b/10"]);
    expect(ids(sorted([SMILE, HAIR, AGE], "recent", ["b/10", "a/0"]))).toEqual(["b/10", "a/0", "a/1"]);
  });

  it("were used last by what the document did last", () => {
    const store = createDocumentStore();
    openDocument(store, withAlpha("old/0", 1)(PICTURE));
    const now = () => store.getState().picture ?? PICTURE;
    commit(store, "a", withAlpha("a/0", 1)(now()));
    commit(store, "b", withAlpha("b/10", 1)(now()));
    commit(store, "a again", withAlpha("a/0", 2)(now()));
    expect(recentlyUsed(store.getState())).toEqual(["a/0", "b/10", "old/0"]);
    undo(store);
    expect(recentlyUsed(store.getState())).toEqual(["b/10", "a/0", "old/0"]);
  });
});

describe("a nudge", () => {
  it("moves all a little within their ranges, but what is locked or hidden", () => {
    const locked = withLock("a/0", true)(withAlpha("a/1", 2.9)(PICTURE));
    const nudged = withNudge(ALL, () => 1)(locked);
    expect(alphaOf(nudged, "a/0")).toBe(0);
    expect(alphaOf(nudged, "b/2")).toBe(0);
    expect(alphaOf(nudged, "b/10")).toBeCloseTo(0.6);
    expect(alphaOf(nudged, "a/1")).toBe(3);
  });

  it("stays within what a picture may have", () => {
    const many = Array.from({ length: 60 }, (_, index) => walk(`c/${index}`, "c"));
    const full = many.reduce((picture, { id }) => withAlpha(id, 1)(picture), PICTURE);
    const others = Array.from({ length: 60 }, (_, index) => walk(`d/${index}`, "d"));
    expect(withNudge(others, () => 1)(full).edits).toHaveLength(64);
  });
});

describe("copied sliders", () => {
  it("take the place of those of the same walks, and leave the others", () => {
    const other = withAlpha("a/0", 2)(withAlpha("b/10", 1)(PICTURE));
    const pasted = withEdits(other.edits)(withAlpha("a/1", 1)(withAlpha("a/0", -1)(PICTURE)));
    expect(pasted.edits.map(({ walk: id, alpha }) => `${id} ${alpha}`)).toEqual(["a/0 2", "a/1 1", "b/10 1"]);
  });

  let kept: Map<string, string>;
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  beforeEach(() => {
    kept = new Map();
  });

  it("outlive the window, with the order and the map, and without the search", () => {
    const { edits } = withAlpha("a/0", 2)(PICTURE);
    const copied = { model: PICTURE.model, edits };
    createSliderViewStore(storage).setState({
      copied,
      sort: "name",
      query: "hair",
      axes: { m: ["a/0", "a/1"] },
      isMapOpen: true,
    });
    const again = createSliderViewStore(storage).getState();
    expect(again).toMatchObject({ copied, sort: "name", query: "", isMapOpen: true });
    expect(again.axes).toEqual({ m: ["a/0", "a/1"] });
  });

  it("that something else wrote are none", () => {
    kept.set(
      "wend.sliders",
      JSON.stringify({ sort: "x", axes: { m: "a" }, copied: { model: "m", edits: [{}] } }),
    );
    const read = createSliderViewStore(storage).getState();
    expect(read).toMatchObject({ sort: "group", axes: {}, copied: null });
  });
});
