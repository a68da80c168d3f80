/** A sound that is chosen belongs to the document, with a slider that it moves and without one. */

import { act, cleanup, fireEvent, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AudioClient } from "../protocol/audio";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Sound } from "../protocol/wire";
import { undo } from "../state/document";
import { Sounds } from "../state/sounds";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { SoundPane } from "./SoundPane";

const SOUND: Sound = { id: "ab".repeat(32), seconds: 60, tempo: 120, beats: [0.4, 0.9], loudness: [1] };
const ALONE = { audio: SOUND.id, walk: null, amount: 1, by: "loudness" };

let app: App;

const drive = () => app.document.getState().timeline?.drive;

beforeEach(() => {
  const made = makeApp();
  const client = new AudioClient(new HttpClient(async () => Response.json(SOUND)));
  app = { ...made, sounds: new Sounds(client, made.document, made.live) };
});

afterEach(cleanup);

function open() {
  app.timelineDesk.put([PICTURE, PICTURE], null);
  return draw(app, <SoundPane timeline={app.document.getState().timeline} />);
}

it("is kept with the timeline, undone, and gone when it is removed", async () => {
  const pane = open();
  const file = new File(["x"], "song.wav");
  fireEvent.change(pane.getByLabelText("Audio file"), { target: { files: [file] } });
  await waitFor(() => expect(drive()).toEqual(ALONE));
  pane.getByText("song.wav");
  act(() => undo(app.document));
  expect([drive(), app.sounds.sound.get()]).toEqual([null, null]);
});

it("is fetched again with the document that names it", async () => {
  const pane = open();
  act(
    () =>
      void app.timelineDesk.change("Sound", (now) => now && { ...now, drive: { ...ALONE, by: "loudness" } }),
  );
  await waitFor(() => pane.getByText("Sound of the document", { exact: false }));
  fireEvent.click(pane.getByRole("button", { name: "Remove the sound" }));
  expect([drive(), app.sounds.sound.get()]).toEqual([null, null]);
});
