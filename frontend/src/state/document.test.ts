/** The document goes back and forth in steps, and a drag is one of them. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { MAX_EDITS, type Picture } from "../protocol/wire";
import {
  commit,
  commitDeed,
  createDocumentStore,
  type DocumentStore,
  goTo,
  openDocument,
  pastOf,
  redo,
  redoable,
  undo,
  undoable,
} from "./document";
import { Editor } from "./editor";
import { alphaOf, seedOf, withAlpha, withLayers, withoutEdits, withSeed } from "./picture";

let store: DocumentStore;
let shown: [Picture, string][];
let refusals: number;
let editor: Editor;

function picture(): Picture {
  const now = store.getState().picture;
  if (!now) throw new Error("no picture");
  return now;
}

beforeEach(() => {
  store = createDocumentStore();
  shown = [];
  refusals = 0;
  editor = new Editor(
    store,
    (each, quality) => shown.push([each, quality]),
    () => {
      refusals += 1;
    },
  );
  openDocument(store, PICTURE);
});

describe("history", () => {
  it("undoes and redoes", () => {
    commit(store, "a", withSeed(1)(picture()));
    commit(store, "b", withSeed(2)(picture()));
    undo(store);
    expect(seedOf(picture())).toBe(1);
    undo(store);
    expect(picture()).toBe(PICTURE);
    redo(store);
    redo(store);
    expect(seedOf(picture())).toBe(2);
  });

  it("has ends", () => {
    undo(store);
    redo(store);
    expect(picture()).toBe(PICTURE);
  });

  it("goes back and forth with what was done outside", () => {
    const done: string[] = [];
    const deed = { undo: () => done.push("undone"), redo: () => done.push("redone") };
    commit(store, "a", withSeed(1)(picture()));
    commitDeed(store, "Keep Smile", deed);
    expect(undoable(store.getState())?.label).toBe("Keep Smile");
    undo(store);
    expect([done, seedOf(picture())]).toEqual([["undone"], 1]);
    expect(redoable(store.getState())?.label).toBe("Keep Smile");
    redo(store);
    expect(done).toEqual(["undone", "redone"]);
  });

  it("keeps the line that was left, and goes over to it", () => {
    const done: string[] = [];
    commit(store, "a", withSeed(1)(picture()));
    commitDeed(store, "Keep Smile", { undo: () => done.push("undone"), redo: () => done.push("redone") });
    undo(store);
    commit(store, "b", withSeed(2)(picture()));
    const [left = []] = store.getState().branches;
    expect(left.map(({ label }) => label)).toEqual(["Opened", "a", "Keep Smile"]);
    goTo(store, left, 2);
    expect([seedOf(picture()), done]).toEqual([1, ["undone", "redone"]]);
    expect(store.getState().branches.map((line) => line.at(-1)?.label)).toEqual(["b"]);
  });

  it("forgets what was undone when something new is done", () => {
    commit(store, "a", withSeed(1)(picture()));
    undo(store);
    commit(store, "b", withSeed(2)(picture()));
    redo(store);
    expect(seedOf(picture())).toBe(2);
  });

  it("makes one step of what one act settles twice, and none where it ends as it began", () => {
    const act = Symbol("double-click");
    const start = withAlpha("pca-w/0", 1)(PICTURE);
    openDocument(store, start);
    commit(store, "a", withAlpha("pca-w/0", 2)(start), act);
    commit(store, "a", withAlpha("pca-w/0", 0)(start), act);
    expect(pastOf(store.getState())).toHaveLength(1);
    undo(store);
    expect(picture()).toBe(start);
    redo(store);
    expect(picture().edits).toEqual([]);
    commit(store, "a", withSeed(1)(picture()));
    commit(store, "a", start, act);
    expect(pastOf(store.getState())).toHaveLength(3);

    openDocument(store, PICTURE);
    commit(store, "a", withAlpha("pca-w/0", 2)(PICTURE), act);
    commit(store, "a", PICTURE, act);
    expect(pastOf(store.getState())).toEqual([]);
  });

  it("takes no step for a change that changes nothing", () => {
    expect(commit(store, "a", withSeed(7)(picture()))).toBe(false);
    expect(pastOf(store.getState())).toEqual([]);
  });
});

describe("a drag", () => {
  it("is one step, live while it moves and final when it ends", () => {
    shown = [];
    for (const alpha of [0.1, 0.2, 0.3]) editor.preview(withAlpha("pca-w/0", alpha));
    expect(picture()).toBe(PICTURE);
    editor.commit("Smile", withAlpha("pca-w/0", 0.3));
    expect(shown.map(([each, quality]) => [alphaOf(each, "pca-w/0"), quality])).toEqual([
      [0.1, "live"],
      [0.2, "live"],
      [0.3, "live"],
      [0.3, "final"],
    ]);
    expect(pastOf(store.getState())).toHaveLength(1);
    undo(store);
    expect(shown.at(-1)).toEqual([PICTURE, "final"]);
  });

  it("that is given up leaves nothing", () => {
    editor.preview(withAlpha("pca-w/0", 1));
    editor.cancel();
    expect(shown.at(-1)).toEqual([PICTURE, "final"]);
    expect(pastOf(store.getState())).toEqual([]);
  });

  it("that ends where it began shows the document again", () => {
    editor.preview(withAlpha("pca-w/0", 1));
    editor.commit("Smile", withAlpha("pca-w/0", 0));
    expect(shown.at(-1)).toEqual([PICTURE, "final"]);
  });
});

describe("comparing", () => {
  it("shows the picture without edits, and then with them", () => {
    editor.commit("Smile", withAlpha("pca-w/0", 1));
    const edited = picture();
    editor.compare(true);
    expect(shown.at(-1)).toEqual([withoutEdits(edited), "final"]);
    editor.compare(false);
    expect(shown.at(-1)).toEqual([edited, "final"]);
  });
});

describe("edits", () => {
  it("of zero are dropped, unless they hold layers", () => {
    const moved = withAlpha("pca-w/0", 1)(PICTURE);
    expect(withAlpha("pca-w/0", 0)(moved)).toEqual(PICTURE);
    const layered = withLayers("pca-w/0", { start: 0, end: 2 })(moved);
    expect(withAlpha("pca-w/0", 0)(layered).edits).toEqual([
      { walk: "pca-w/0", alpha: 0, layers: { start: 0, end: 2 }, is_locked: false },
    ]);
  });

  it("keep their order", () => {
    const both = withAlpha("b", 1)(withAlpha("a", 1)(PICTURE));
    expect(withAlpha("a", 2)(both).edits.map(({ walk }) => walk)).toEqual(["a", "b"]);
  });

  it("are bounded, rounded and never minus zero", () => {
    expect(alphaOf(withAlpha("a", 1e9)(PICTURE), "a")).toBe(1000);
    expect(alphaOf(withAlpha("a", 0.12345)(PICTURE), "a")).toBe(0.123);
    expect(withAlpha("a", -0.0001)(PICTURE).edits).toEqual([]);
  });

  it("are at most so many", () => {
    for (let walk = 0; walk <= MAX_EDITS; walk += 1) editor.commit("", withAlpha(`pca/${walk}`, 1));
    expect(picture().edits).toHaveLength(MAX_EDITS);
    expect(refusals).toBe(1);
  });

  it("leave the seeds a circle", () => {
    expect(seedOf(withSeed(-1)(PICTURE))).toBe(2 ** 32 - 1);
    expect(seedOf(withSeed(2 ** 32)(PICTURE))).toBe(0);
  });
});
