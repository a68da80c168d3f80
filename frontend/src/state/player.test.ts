/** The player: by the clock, newest time only, and gone as soon as the hand takes hold. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import type { Quality } from "../protocol/frame";
import type { Picture, Timeline } from "../protocol/wire";
import { commit, createDocumentStore, type DocumentStore, openDocument, undo } from "./document";
import { Editor } from "./editor";
import { FIRST_EXPORT } from "./export_form";
import { fakeTimeline } from "./fakes";
import { Live } from "./live";
import { alphaOf, withAlpha, withSeed } from "./picture";
import type { Player } from "./player";
import { withDuration, withPictures, withRepeat } from "./timeline";
import type { TimelineDesk } from "./timeline_desk";
import { pictureAt } from "./timeline_sampling";

/** Ten pictures a second are asked for: numbers stay readable. */
const FPS = 10;

let clock: FakeClock;
let documents: DocumentStore;
let editor: Editor;
let player: Player;
let desk: TimelineDesk;
let shown: [Picture, Quality][];

const newest = () => shown.at(-1);
/** A slider that says where the timeline is: 0 to 10 over a second. */
const place = () => alphaOf(newest()?.[0] ?? PICTURE, "x");

function timeline(): Timeline {
  const made = withPictures([PICTURE, withAlpha("x", 10)(PICTURE)])(null);
  if (!made) throw new Error("there is no timeline");
  return made;
}

/** Lets time pass in steps of 5 ms, as a screen of 200 Hz does. */
function pass(ms: number): void {
  for (let step = 0; step < ms; step += 5) {
    clock.pass(5);
    clock.repaint();
  }
}

beforeEach(() => {
  clock = new FakeClock();
  documents = createDocumentStore();
  shown = [];
  editor = new Editor(
    documents,
    (picture, quality) => void shown.push([picture, quality]),
    () => undefined,
  );
  const page = fakeTimeline(documents, editor, new Live(), clock);
  ({ player, timelineDesk: desk } = page);
  page.timelineView.setState({ choices: { ...FIRST_EXPORT, fps: FPS } });
  openDocument(documents, PICTURE, timeline());
  shown = [];
});

it("asks once for each time of its grid, by the clock, and ends in full quality", () => {
  player.play();
  pass(505);
  expect(shown.map(([picture]) => alphaOf(picture, "x"))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(shown.every(([, quality]) => quality === "live")).toBe(true);
  pass(600);
  expect([player.isPlaying.get(), player.seconds.get(), place(), newest()?.[1]]).toEqual([
    false,
    1,
    10,
    "final",
  ]);
});

it("skips what it comes too late for", () => {
  player.play();
  clock.pass(350);
  clock.repaint();
  expect(shown.map(([picture]) => alphaOf(picture, "x"))).toEqual([0, 3]);
});

it("counts the times that passed without a picture", () => {
  player.play();
  player.noteShown();
  pass(205);
  expect(player.figures.get().late).toBe(1);
  player.noteShown();
  pass(100);
  expect(player.figures.get()).toEqual({ rate: 2, late: 1 });
});

it("begins again where it plays once, and goes round where it repeats", () => {
  player.seek(1, "final");
  player.play();
  expect(place()).toBe(0);
  player.pause();
  desk.change("Repeat", withRepeat("ping_pong"));
  player.seek(0, "final");
  player.play();
  pass(1505);
  expect([player.isPlaying.get(), place()]).toEqual([true, 5]);
  pass(1000);
  expect(place()).toBe(5);
});

it("stops when the hand moves a slider, and shows the picture that the slider moves", () => {
  player.play();
  pass(300);
  editor.preview(withAlpha("y", 2));
  expect([player.isPlaying.get(), editor.isPresenting.get()]).toEqual([false, false]);
  pass(300);
  expect(newest()).toEqual([withAlpha("y", 2)(PICTURE), "live"]);
});

it("stops for a change of the picture, and for its undoing", () => {
  commit(documents, "Seed", withSeed(3)(PICTURE));
  player.play();
  undo(documents);
  expect([player.isPlaying.get(), newest()]).toEqual([false, [PICTURE, "final"]]);
});

it("scrubs live, and settles", () => {
  player.seek(0.5, "live");
  player.seek(0.7, "final");
  expect(shown.map(([picture, quality]) => [alphaOf(picture, "x"), quality])).toEqual([
    [5, "live"],
    [7, "final"],
  ]);
  player.seek(99, "final");
  expect(player.seconds.get()).toBe(1);
  player.leave();
  expect(newest()).toEqual([PICTURE, "final"]);
});

it("follows the timeline while that is changed", () => {
  player.seek(1, "final");
  desk.preview(withDuration(0, 4));
  expect(newest()).toEqual([pictureAt(desk.timeline ?? timeline(), 1), "final"]);
  expect(place()).toBe(2.5);
  desk.cancel();
  expect(place()).toBe(10);
});

it("has nothing to play of a timeline without time", () => {
  desk.change("Cut", withDuration(0, 0));
  player.play();
  expect(player.isPlaying.get()).toBe(false);
});
