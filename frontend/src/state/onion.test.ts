/** Onion skin: the keyframes around what is shown, while nothing moves. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Picture } from "../protocol/wire";
import { createDocumentStore, openDocument } from "./document";
import { createDrawerStore } from "./drawer";
import { Editor } from "./editor";
import { fakeTimeline } from "./fakes";
import { Live } from "./live";
import { Onion } from "./onion";
import { seedOf, withSeed } from "./picture";
import { Thumbnails } from "./thumbnails";
import { withPictures, withRepeat } from "./timeline";

const storage = { getItem: () => null, setItem: () => undefined };
const nothing = () => undefined;

/** What lies over the stage, by the seeds of the pictures. */
let laid: string[];
let page: ReturnType<typeof makePage>;

function makePage() {
  const document = createDocumentStore();
  const editor = new Editor(document, nothing, nothing);
  const drawer = createDrawerStore(storage);
  const timeline = fakeTimeline(document, editor, new Live());
  // A server whose pictures are their seeds.
  const http = new HttpClient(async (_path, init) => {
    const { picture } = JSON.parse(String(init?.body)) as { picture: Picture };
    return new Response(String(seedOf(picture)));
  });
  const lay = async (images: readonly Blob[]) => {
    laid = [];
    laid = await Promise.all(images.map((image) => image.text()));
  };
  new Onion({
    document,
    drawer,
    editor,
    player: timeline.player,
    view: timeline.timelineView,
    desk: timeline.timelineDesk,
    thumbnails: new Thumbnails(http, new FakeClock()),
    lay: (images) => void lay(images),
  });
  const seeds = [1, 2, 3, 4].map((seed) => withSeed(seed)(PICTURE));
  openDocument(document, PICTURE, withPictures(seeds)(null));
  return { document, editor, drawer, ...timeline };
}

beforeEach(() => {
  laid = [];
  page = makePage();
  page.drawer.setState({ isOpen: true, tab: "timeline" });
  page.timelineView.setState({ isOnion: true });
});

it("shows the keyframes before and after the one on the stage, round the ends of a loop", async () => {
  page.timelineDesk.goTo(1);
  await expect.poll(() => laid).toEqual(["1", "3"]);
  page.timelineDesk.goTo(0);
  await expect.poll(() => laid).toEqual(["2"]);
  page.timelineDesk.change("Repeat", withRepeat("loop"));
  await expect.poll(() => laid).toEqual(["4", "2"]);
});

it("shows where a new picture will stand between", async () => {
  page.timelineDesk.goTo(2);
  page.editor.commit("Seed", withSeed(9));
  await expect.poll(() => laid).toEqual(["3", "4"]);
});

it("shows both ends of the stretch that the playhead is in", async () => {
  page.player.seek(1.5, "final");
  await expect.poll(() => laid).toEqual(["2", "3"]);
});

it("goes while it plays, and with the drawer", async () => {
  page.timelineDesk.goTo(1);
  await expect.poll(() => laid).toHaveLength(2);
  page.player.play();
  await expect.poll(() => laid).toEqual([]);
  page.player.leave();
  await expect.poll(() => laid).toHaveLength(2);
  page.drawer.setState({ isOpen: false });
  await expect.poll(() => laid).toEqual([]);
});
