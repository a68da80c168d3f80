/** The sound is heard while the timeline plays, and begins anew with each round. */

import { beforeEach, expect, it } from "vitest";
import { AudioClient } from "../protocol/audio";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Sound } from "../protocol/wire";
import { createDocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeTimeline } from "./fakes";
import { Live } from "./live";
import { withSeed } from "./picture";
import { Sounds } from "./sounds";
import { keepSounding } from "./speaker";
import { withDrive, withPictures, withRepeat } from "./timeline";

const SOUND: Sound = { id: "ab".repeat(32), seconds: 60, tempo: 120, beats: [0, 0.5], loudness: [1] };
const nothing = () => undefined;

let heard: string[];
let clock: FakeClock;

beforeEach(() => {
  heard = [];
  clock = new FakeClock();
});

it("plays with the pictures, again from the start of a round, and stops", () => {
  const document = createDocumentStore();
  const editor = new Editor(document, nothing, nothing);
  const { player, sounds } = fakeTimeline(document, editor, new Live(), clock);
  keepSounding(
    player,
    sounds,
    document,
    {
      play: (url, seconds) => heard.push(`${url.slice(-9)} ${seconds.toFixed(1)}`),
      stop: () => heard.push("stop"),
    },
    () => clock.now(),
  );
  const made = withPictures([PICTURE, withSeed(1)(PICTURE)])(null);
  openDocument(document, PICTURE, withRepeat("ping_pong")(made));
  player.play();
  expect(heard).toEqual([]);
  sounds.sound.set(SOUND);
  for (let step = 0; step < 105; step += 1) {
    clock.pass(20);
    clock.repaint();
  }
  expect(heard).toEqual(["abab/file 0.0", "abab/file 0.0"]);
  player.pause();
  expect(heard.at(-1)).toBe("stop");
});

it("is fetched with a document that follows one", async () => {
  const asked: string[] = [];
  const document = createDocumentStore();
  const client = new AudioClient(
    new HttpClient(async (path) => {
      asked.push(path);
      return Response.json(SOUND);
    }),
  );
  const sounds = new Sounds(client, document, new Live());
  const drive = { audio: SOUND.id, walk: "a", amount: 1, by: "beats" as const };
  openDocument(document, PICTURE, withDrive(drive)(withPictures([PICTURE])(null)));
  await expect.poll(() => sounds.sound.get()).toEqual(SOUND);
  expect(asked).toEqual([`/api/audio/${SOUND.id}`]);
});

it("that the server refuses is told of", async () => {
  const live = new Live();
  const problem = JSON.stringify({ code: "sound_invalid", detail: "It holds no sound.", hint: "Another?" });
  const client = new AudioClient(
    new HttpClient(
      async () =>
        new Response(problem, { status: 400, headers: { "Content-Type": "application/problem+json" } }),
    ),
  );
  const sounds = new Sounds(client, createDocumentStore(), live);
  await sounds.send(new File(["x"], "x.wav"));
  expect([live.notice.get()?.sentence, sounds.isLoading.get()]).toEqual(["It holds no sound.", false]);
});
