/** Overlaps are asked for when what is in use changes, never while a hand moves. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE, WALK } from "../protocol/fakes";
import type { OverlapBody, OverlapList, WalkOverlap } from "../protocol/wire";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { leftOf, Overlaps, sayOverlap } from "./overlaps";
import { withAlpha, withLock } from "./picture";

let store: DocumentStore;
let editor: Editor;
let clock: FakeClock;
let asked: { body: OverlapBody; answer: (list: OverlapList) => void; signal: AbortSignal }[];
let overlaps: Overlaps;

const OVERLAP: WalkOverlap = { walk: "b", strength: 0.71, locks: 1, loose: [], cosines: [] };

beforeEach(() => {
  store = createDocumentStore();
  editor = new Editor(
    store,
    () => undefined,
    () => undefined,
  );
  clock = new FakeClock();
  asked = [];
  const ask = (body: OverlapBody, signal: AbortSignal) =>
    new Promise<OverlapList>((answer) => asked.push({ body, answer, signal }));
  overlaps = new Overlaps({ client: { ask }, document: store, clock });
  openDocument(store, PICTURE);
});

it("asks once of what is in use, not of how far it goes", async () => {
  editor.preview(withAlpha("a", 1));
  editor.commit("a", withAlpha("a", 1));
  editor.commit("a", withAlpha("a", 2));
  clock.pass(1000);
  editor.commit("a", withAlpha("a", 3));
  clock.pass(1000);
  expect(asked.map(({ body }) => body.edits)).toEqual([
    [{ walk: "a", alpha: 1, layers: null, is_locked: false }],
  ]);
  asked[0]?.answer({ model: PICTURE.model, walks: [OVERLAP] });
  await Promise.resolve();
  await Promise.resolve();
  expect(overlaps.found.get().get("b")).toBe(OVERLAP);
});

it("gives an older question up, and forgets when nothing is in use any more", async () => {
  editor.commit("a", withAlpha("a", 1));
  clock.pass(1000);
  editor.commit("lock", withLock("a", true));
  expect(asked[0]?.signal.aborted).toBe(true);
  asked[0]?.answer({ model: PICTURE.model, walks: [OVERLAP] });
  await Promise.resolve();
  expect(overlaps.found.get().size).toBe(0);
  clock.pass(1000);
  expect(asked).toHaveLength(2);
  editor.commit("none", (picture) => ({ ...picture, edits: [] }));
  clock.pass(1000);
  expect(asked).toHaveLength(2);
});

it("says in words what is left, what is not held, and what goes the same way", () => {
  const said = sayOverlap(
    {
      ...OVERLAP,
      loose: [{ walk: WALK.id, why: "curved" }],
      cosines: [
        { walk: "c", cosine: -0.5 },
        { walk: "d", cosine: 0.1 },
      ],
    },
    [WALK],
  );
  expect(said).toEqual([
    "71 % of it is left beside what is locked.",
    "The lock on “Component 1” does not hold it: its way is no straight line.",
    "Goes the same way as “c” −0.50.",
  ]);
  expect(leftOf({ ...OVERLAP, strength: 0.999 })).toBeNull();
  expect(leftOf({ ...OVERLAP, locks: 0 })).toBeNull();
  expect(sayOverlap(undefined, [])).toEqual([]);
});
