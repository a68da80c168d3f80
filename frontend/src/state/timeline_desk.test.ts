/** What a hand does to the timeline: each act one step of the document, and a refusal in words where it cannot be. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { createDocumentStore, type DocumentStore, openDocument, pastOf, redo, undo } from "./document";
import { Editor } from "./editor";
import { fakeTimeline } from "./fakes";
import { Live } from "./live";
import { seedOf, withAlpha, withSeed } from "./picture";
import type { Player } from "./player";
import type { Sounds } from "./sounds";
import { withDuration } from "./timeline";
import type { TimelineDesk } from "./timeline_desk";
import type { TimelineViewStore } from "./timeline_view";

let documents: DocumentStore;
let editor: Editor;
let live: Live;
let desk: TimelineDesk;
let view: TimelineViewStore;
let player: Player;
let sounds: Sounds;

const seed = (number: number) => withSeed(number)(PICTURE);
const seeds = () => documents.getState().timeline?.keyframes.map(({ picture }) => seedOf(picture)) ?? null;
const shownSeed = () => seedOf(documents.getState().picture ?? PICTURE);
const steps = () => pastOf(documents.getState()).map(({ label }) => label);

beforeEach(() => {
  documents = createDocumentStore();
  live = new Live();
  editor = new Editor(
    documents,
    () => undefined,
    () => undefined,
  );
  ({ timelineDesk: desk, timelineView: view, player, sounds } = fakeTimeline(documents, editor, live));
  openDocument(documents, seed(1));
});

function addSeeds(...numbers: number[]): void {
  for (const number of numbers) {
    editor.commit("Seed", withSeed(number));
    desk.add();
  }
}

it("adds the picture on the stage after the chosen keyframe, and undoes that", () => {
  addSeeds(1, 2, 3);
  expect([seeds(), desk.chosen]).toEqual([[1, 2, 3], 2]);
  desk.goTo(0);
  addSeeds(9);
  expect([seeds(), desk.chosen]).toEqual([[1, 9, 2, 3], 1]);
  undo(documents);
  expect(seeds()).toEqual([1, 2, 3]);
  redo(documents);
  expect(seeds()).toEqual([1, 9, 2, 3]);
});

it("adds what lies between two where the timeline is shown", () => {
  addSeeds(1, 2);
  player.seek(0.5, "final");
  desk.add();
  const { timeline } = documents.getState();
  expect(timeline?.keyframes.map(({ duration }) => duration)).toEqual([0.5, 0.5, 1]);
  expect(timeline?.keyframes[1]?.picture.latent).toMatchObject({ kind: "blend", path: "lerp" });
  expect(desk.chosen).toBe(1);
});

it("goes along the keyframes, which is one step back", () => {
  addSeeds(1, 2, 3);
  editor.commit("Smile", withAlpha("a", 1));
  desk.step(1);
  expect(shownSeed()).toBe(1);
  desk.step(-1);
  desk.step(-1);
  expect(shownSeed()).toBe(2);
  expect(steps().at(-1)).toBe("Keyframe 2");
  undo(documents);
  expect(documents.getState().picture).toEqual(withAlpha("a", 1)(seed(3)));
});

it("leaves the time between for the keyframe it goes to", () => {
  addSeeds(1, 2, 3);
  player.seek(1.9, "final");
  desk.step(1);
  expect([editor.isPresenting.get(), desk.chosen, player.seconds.get()]).toEqual([false, 2, 2]);
});

it("replaces, moves and removes", () => {
  addSeeds(1, 2, 3);
  editor.commit("Seed", withSeed(7));
  desk.replace();
  desk.move(2, 0);
  expect([seeds(), desk.chosen]).toEqual([[7, 1, 2], 0]);
  desk.remove(2);
  expect([seeds(), desk.chosen]).toEqual([[7, 1], 1]);
  desk.remove(1);
  desk.remove(0);
  expect([seeds(), desk.chosen]).toEqual([null, null]);
});

it("takes the picture between two for the sliders", () => {
  addSeeds(1, 2);
  player.seek(0.25, "final");
  desk.take();
  expect(documents.getState().picture?.latent).toMatchObject({ kind: "blend" });
  expect([editor.isPresenting.get(), steps().at(-1)]).toEqual([false, "Take the picture"]);
});

it("tries a change without making it", () => {
  addSeeds(1, 2);
  const before = documents.getState();
  desk.preview(withDuration(0, 5));
  expect([desk.timeline?.keyframes[0]?.duration, documents.getState()]).toEqual([5, before]);
  desk.change("Duration", withDuration(0, 4));
  expect([desk.draft.get(), desk.timeline?.keyframes[0]?.duration]).toEqual([null, 4]);
});

it("forgets a choice that an undo took away", () => {
  addSeeds(1, 2);
  undo(documents);
  expect([view.getState().chosen, desk.chosen]).toEqual([1, null]);
});

it("refuses what cannot be on a timeline, and says why", () => {
  const many = (from: number) =>
    Array.from({ length: 40 }, (_, index) => ({
      walk: `w/${from + index}`,
      alpha: 1,
      layers: null,
      is_locked: false,
    }));
  expect(
    desk.put(
      [
        { ...PICTURE, edits: many(0) },
        { ...PICTURE, edits: many(40) },
      ],
      null,
    ),
  ).toBe(false);
  expect(live.notice.get()?.code).toBe("too_many_edits");
  const parts = Array.from({ length: 9 }, (_, index) => ({ seed: index, weight: 1 / 9, class_index: null }));
  expect(desk.put([{ ...PICTURE, latent: { kind: "blend", parts, path: "lerp" } }], null)).toBe(false);
  expect(live.notice.get()?.code).toBe("keyframe_too_blended");
  expect(desk.put(Array(257).fill(PICTURE), null)).toBe(false);
  expect(live.notice.get()?.code).toBe("too_many_keyframes");
  expect(seeds()).toBeNull();
});

it("takes the sound that was chosen before there was a timeline", () => {
  sounds.sound.set({ id: "ab".repeat(32), seconds: 9, tempo: 0, beats: [], loudness: [] });
  addSeeds(1);
  expect(documents.getState().timeline?.drive).toMatchObject({ audio: "ab".repeat(32), walk: null });
});
