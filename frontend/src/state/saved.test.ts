// @vitest-environment node
/** Saved documents: saved by themselves, the newest wins in two windows, and nothing is lost. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { Picture, WendDocument } from "../protocol/wire";
import { undo } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { comparedPictures, foundSnapshots } from "./gallery";
import { DOCUMENT_VERSION } from "./normalize";
import { seedOf, withSeed } from "./picture";

let server: FakeDocumentServer;
let one: ReturnType<typeof openWindow>;
let two: ReturnType<typeof openWindow>;

const kept = () => server.documents.get("0123456789ab");
const tell = (window: typeof one) => {
  const summary = kept()?.summary;
  if (summary) window.hearDocument({ type: "document", document: summary });
};

beforeEach(async () => {
  server = new FakeDocumentServer();
  one = openWindow(server);
  two = openWindow(server);
  await one.documentDesk.save();
});

describe("one window", () => {
  it("saves what changes, together, once the hand rests", async () => {
    expect(one.live.notice.get()?.sentence).toBe("Saved as “portraits-64, seed 7”.");
    turn(one.documents, 8);
    turn(one.documents, 9);
    expect(one.saved.store.getState().status).toBe("changed");
    one.clock.pass(600);
    await expect.poll(() => one.saved.store.getState().status).toBe("kept");
    expect(kept()?.summary.revision).toBe(2);
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(9);
  });

  it("says that it could not save, and tries again", async () => {
    server.isDown = true;
    turn(one.documents, 8);
    one.clock.pass(600);
    await expect.poll(() => one.saved.store.getState().status).toBe("failed");
    expect(one.saved.store.getState().problem?.code).toBe("unreachable");
    server.isDown = false;
    one.clock.pass(4000);
    await expect.poll(() => one.saved.store.getState().status).toBe("kept");
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(8);
  });

  it("saves what was changed while it asked the server something else", async () => {
    let go = () => undefined as undefined;
    const waiting = new Promise<void>((resolve) => {
      go = () => void resolve();
    });
    server.held = { method: "GET", go: waiting };
    one.saved.resume();
    turn(one.documents, 8);
    one.clock.pass(600);
    go();
    await expect.poll(() => one.clock.timerCount).toBe(1);
    one.clock.pass(600);
    await expect.poll(() => one.saved.store.getState().status).toBe("kept");
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(8);
  });

  it("keeps what it shows when the document is deleted elsewhere", () => {
    one.hearDocument({ type: "document_removed", id: "0123456789ab" });
    expect(one.saved.store.getState().summary).toBeNull();
    expect(seedIn(one.documents)).toBe(7);
    expect(one.live.notice.get()).toMatchObject({ code: "document_removed", actions: [{ label: "Undo" }] });
  });

  it("never saves a file that was opened in the place of what was open", async () => {
    turn(one.documents, 8);
    const document: WendDocument = {
      version: DOCUMENT_VERSION,
      picture: withSeed(50)(PICTURE),
      timeline: null,
      controls: [],
    };
    await one.opening.bring({ document, fault: null, lost: [] }, "Open document");
    expect(one.saved.store.getState().summary).toBeNull();
    expect(seedIn(one.documents)).toBe(50);
    // What had not been saved by then was.
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(8);
  });

  it("opens a damaged one as a copy, which is not saved over it", async () => {
    const whole = kept();
    if (!whole) throw new Error("nothing was saved");
    const damaged = { ...whole.document, picture: { ...PICTURE, edits: "gone" } } as unknown as WendDocument;
    server.documents.set("0123456789ab", { summary: whole.summary, document: damaged });
    await two.documentDesk.open("0123456789ab");
    expect(two.saved.store.getState().summary).toBeNull();
    expect(two.live.notice.get()).toMatchObject({ code: "document_damaged" });
    expect(two.live.notice.get()?.hint).toContain("without: edits");
  });
});

describe("two windows", () => {
  beforeEach(() => two.saved.open("0123456789ab"));

  it("are live on both, and one's own state is a step back", async () => {
    turn(one.documents, 8);
    await one.saved.finish();
    tell(two);
    await expect.poll(() => seedIn(two.documents)).toBe(8);
    expect(two.saved.store.getState()).toMatchObject({ status: "kept", summary: { revision: 2 } });
    undo(two.documents);
    expect(seedIn(two.documents)).toBe(7);
    await two.saved.finish();
    tell(one);
    await expect.poll(() => seedIn(one.documents)).toBe(7);
  });

  it("that save at once: the newest wins, and the other stays as a branch", async () => {
    turn(one.documents, 8);
    turn(two.documents, 9);
    await one.saved.finish();
    await two.saved.finish();
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(9);
    expect(kept()?.summary.revision).toBe(3);
    const [branch] = two.documents.getState().branches;
    expect(branch?.at(-1)).toMatchObject({
      label: "Changed in another window",
      picture: withSeed(8)(PICTURE),
    });
    tell(one);
    await expect.poll(() => seedIn(one.documents)).toBe(9);
    // What the first had is a step back in its own history.
    undo(one.documents);
    expect(seedIn(one.documents)).toBe(8);
  });

  it("do not interrupt a hand that drags", async () => {
    two.editor.preview(withSeed(20));
    turn(one.documents, 8);
    await one.saved.finish();
    tell(two);
    two.clock.pass(300);
    expect(two.editor.isInHand).toBe(true);
    two.editor.commit("Drag", withSeed(20));
    await two.saved.finish();
    expect(seedOf(kept()?.document.picture ?? PICTURE)).toBe(20);
    expect(two.documents.getState().branches[0]?.at(-1)?.picture).toEqual(withSeed(8)(PICTURE));
  });
});

it("two windows do not interrupt a hand on the timeline or in a mask", async () => {
  let isAtWork = true;
  two = openWindow(server, () => isAtWork);
  await two.saved.open(FIRST);
  turn(one.documents, 8);
  await one.saved.finish();
  tell(two);
  two.clock.pass(300);
  expect([seedIn(two.documents), two.clock.timerCount]).toEqual([7, 1]);
  isAtWork = false;
  two.clock.pass(300);
  await expect.poll(() => seedIn(two.documents)).toBe(8);
});

it("a window that comes back knows what it sent as it went away", async () => {
  turn(one.documents, 8);
  one.lastWords.leave();
  await expect.poll(() => kept()?.summary.revision).toBe(2);
  await one.saved.finish();
  expect(one.saved.store.getState().status).toBe("kept");
  expect(one.documents.getState().branches).toEqual([]);
});

describe("what another window saved, and cannot all be read", () => {
  beforeEach(async () => {
    await two.saved.open(FIRST);
    const picture = { ...withSeed(8)(PICTURE), edits: "gone" } as unknown as Picture;
    server.put(FIRST, 2, {
      name: "Faces",
      document: { version: DOCUMENT_VERSION, picture, timeline: null, controls: [] },
    });
  });
  const isLeftAlone = async () => {
    await expect.poll(() => two.live.notice.get()?.code).toBe("document_damaged");
    expect(two.saved.id).toBeNull();
    turn(two.documents, 10);
    two.clock.pass(600);
    await two.saved.finish();
    expect(kept()).toMatchObject({ summary: { revision: 2 }, document: { picture: { edits: "gone" } } });
  };

  it("is not saved over by a window that follows", async () => {
    tell(two);
    await isLeftAlone();
  });

  it("is not saved over by a window that was second", async () => {
    turn(two.documents, 9);
    two.clock.pass(600);
    await isLeftAlone();
    expect(two.documents.getState().branches[0]?.at(-1)?.picture).toEqual(withSeed(8)(PICTURE));
  });
});

describe("snapshots", () => {
  it("are taken of what the stage shows, compared with now, deleted and brought back", async () => {
    turn(one.documents, 8);
    await one.gallery.take();
    turn(one.documents, 9);
    await one.gallery.take();
    const [newest, oldest] = one.gallery.store.getState().snapshots ?? [];
    expect([newest?.title, oldest?.title]).toEqual(["Seed 9", "Seed 8"]);
    if (!oldest) throw new Error("there is none");
    one.gallery.toggleCompared(oldest.id);
    const pair = comparedPictures(one.gallery.store.getState(), one.documents.getState().picture);
    expect(pair.map(({ title }) => title)).toEqual(["Seed 8", "Now"]);
    one.gallery.restore(oldest);
    expect(seedIn(one.documents)).toBe(8);
    undo(one.documents);
    expect(seedIn(one.documents)).toBe(9);
    await one.gallery.remove(oldest);
    expect(one.gallery.store.getState()).toMatchObject({ snapshots: [newest], compared: [] });
    one.live.notice.get()?.actions?.[0]?.run();
    await expect.poll(() => one.gallery.store.getState().snapshots).toHaveLength(2);
    one.gallery.search("8 SEED");
    expect(foundSnapshots(one.gallery.store.getState()).map(({ id }) => id)).toEqual([oldest.id]);
  });

  it("save a document that was not", async () => {
    await one.saved.leave();
    await one.gallery.take();
    expect(one.saved.id).toBe("0123456789ac");
    expect(one.gallery.store.getState().snapshots).toHaveLength(1);
  });
});
