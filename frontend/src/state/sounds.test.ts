/** A sound is of the document it was chosen in: the next one neither plays it nor takes it. */

import { beforeEach, expect, it } from "vitest";
import { AudioClient } from "../protocol/audio";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Sound } from "../protocol/wire";
import { commitContent, createDocumentStore, type DocumentStore, openDocument, redo, undo } from "./document";
import { Live } from "./live";
import { Sounds } from "./sounds";
import { withPictures, withSound } from "./timeline";

const SOUND: Sound = { id: "ab".repeat(32), seconds: 60, tempo: 120, beats: [0.4], loudness: [1] };
const FILE = new File(["x"], "song.wav");

let document: DocumentStore;
let sounds: Sounds;
/** Lets the server answer what it was asked last. */
let answer: () => void;

const timeline = () => document.getState().timeline;

function set(next: ReturnType<typeof timeline>): void {
  commitContent(document, "Change", { picture: PICTURE, timeline: next });
}

beforeEach(() => {
  document = createDocumentStore();
  openDocument(document, PICTURE);
  const fetch = () =>
    new Promise<Response>((resolve) => {
      answer = () => resolve(Response.json(SOUND));
    });
  sounds = new Sounds(new AudioClient(new HttpClient(fetch)), document, new Live());
});

async function choose(): Promise<Sound | null> {
  const sent = sounds.send(FILE);
  answer();
  return await sent;
}

it("goes when another document is opened, though neither names it", async () => {
  expect(await choose()).toEqual(SOUND);
  openDocument(document, PICTURE, withPictures([PICTURE, PICTURE])(null));
  expect([sounds.sound.get(), sounds.name.get()]).toEqual([null, ""]);
});

it("that is on its way when another document is opened is nobody's", async () => {
  const sent = sounds.send(FILE);
  openDocument(document, PICTURE);
  answer();
  expect([await sent, sounds.sound.get(), sounds.isLoading.get()]).toEqual([null, null, false]);
});

it("stays where it is in the next document, too", async () => {
  await choose();
  const whole = withSound(SOUND.id)(withPictures([PICTURE])(null));
  set(whole);
  openDocument(document, PICTURE, whole);
  expect([sounds.sound.get(), sounds.name.get()]).toEqual([SOUND, "song.wav"]);
});

it("waits for the next keyframe when the last is removed, and is gone with a timeline that has none", async () => {
  set(withPictures([PICTURE])(null));
  set(null);
  await choose();
  expect(sounds.sound.get()).toEqual(SOUND);
  set(withSound(SOUND.id)(withPictures([PICTURE])(null)));
  set(null);
  expect([sounds.sound.get(), sounds.name.get()]).toEqual([SOUND, "song.wav"]);
  undo(document);
  expect(sounds.sound.get()).toEqual(SOUND);
  undo(document);
  undo(document);
  expect([timeline()?.drive, sounds.sound.get()]).toEqual([null, null]);
  redo(document);
  expect(timeline()).toBeNull();
});
