// @vitest-environment node
/** The document desk: no act drops what the server does not have, and none says that it has. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { beginDocument, commit, contentOf, goToMoment } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { DOCUMENT_VERSION } from "./normalize";
import { seedOf, withSeed } from "./picture";
import type { Salvaged } from "./salvage";

const OTHER: Salvaged = {
  document: { version: DOCUMENT_VERSION, picture: withSeed(50)(PICTURE), timeline: null, controls: [] },
  fault: null,
  lost: [],
};

let server: FakeDocumentServer;
let one: ReturnType<typeof openWindow>;

const savedSeed = () => seedOf(server.documents.get(FIRST)?.document.picture ?? PICTURE);
const notice = () => one.live.notice.get();
/** Holds the next question of a method; what lets it go. */
const hold = (method: string) => {
  let go = () => undefined as undefined;
  const waiting = new Promise<void>((resolve) => {
    go = () => void resolve();
  });
  server.held = { method, go: waiting };
  return go;
};
const theSummary = () => {
  const { summary } = one.saved.store.getState();
  if (summary === null) throw new Error("nothing is saved");
  return summary;
};

beforeEach(() => {
  server = new FakeDocumentServer();
  one = openWindow(server);
});

describe("saving for the first time", () => {
  it("makes one document of two presses", async () => {
    await Promise.all([one.documentDesk.save(), one.gallery.take(), one.gallery.take()]);
    expect([...server.documents.keys()]).toEqual([FIRST]);
    expect(one.saved.id).toBe(FIRST);
    expect(one.gallery.store.getState().snapshots).toHaveLength(2);
  });

  it("has what was changed and left before the server had answered", async () => {
    const go = hold("POST");
    const saving = one.documentDesk.save();
    await expect.poll(() => server.held).toBeNull();
    turn(one.documents, 8);
    beginDocument(one.documents, "Open file", contentOf(OTHER.document));
    go();
    await saving;
    await expect.poll(savedSeed).toBe(8);
    expect([one.saved.id, seedIn(one.documents)]).toEqual([null, 50]);
  });

  it("is seen through before another one is opened", async () => {
    server.put("0123456789ff", 1, { name: "Other", document: OTHER.document });
    const go = hold("POST");
    const saving = one.documentDesk.save();
    const opening = one.documentDesk.open("0123456789ff");
    go();
    await Promise.all([saving, opening]);
    expect(one.saved.id).toBe("0123456789ff");
    const first = [...server.documents.values()].find(({ summary }) => summary.name !== "Other");
    expect(seedOf(first?.document.picture ?? PICTURE)).toBe(7);
    expect(seedOf(server.documents.get("0123456789ff")?.document.picture ?? PICTURE)).toBe(50);
  });
});

describe("what cannot be saved", () => {
  beforeEach(async () => {
    await one.documentDesk.save();
    server.put("0123456789ff", 1, { name: "Other", document: OTHER.document });
    turn(one.documents, 8);
    server.broken = "PUT";
  });

  it("stays open, unless it is closed all the same", async () => {
    expect(await one.documentDesk.leave()).toBe(false);
    expect(one.saved.id).toBe(FIRST);
    expect(notice()).toMatchObject({ code: "disk_full", actions: [{ label: "Close it unsaved" }] });
    notice()?.actions?.[0]?.run();
    expect(one.saved.id).toBeNull();
    expect(seedIn(one.documents)).toBe(8);
  });

  it("is not dropped for another one, nor for a file", async () => {
    await one.documentDesk.open("0123456789ff");
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 8]);
    expect(notice()).toMatchObject({ code: "disk_full" });
    await one.opening.bring(OTHER, "Open document");
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 8]);
    server.broken = null;
    one.clock.pass(4000);
    await expect.poll(savedSeed).toBe(8);
  });
});

describe("a deleted document", () => {
  beforeEach(() => one.documentDesk.save());

  it("is this window's again, where it shows what it did", async () => {
    turn(one.documents, 8);
    await one.documentDesk.remove(theSummary());
    expect([one.saved.id, seedIn(one.documents)]).toEqual([null, 8]);
    notice()?.actions?.[0]?.run();
    await expect.poll(() => one.saved.id).toBe(FIRST);
    expect(one.saved.store.getState()).toMatchObject({ status: "kept", summary: { revision: 2 } });
  });

  it("is told of once, wherever the history goes back to it, and is there again as a whole", async () => {
    const first = one.documents.getState().line[0]?.id ?? -1;
    beginDocument(one.documents, "Open file", contentOf(OTHER.document));
    await one.documentDesk.open(FIRST);
    one.hearDocument({ type: "document_removed", id: FIRST });
    expect(notice()?.code).toBe("document_removed");
    const summary = [...server.documents.values()][0]?.summary;
    one.live.notice.set(null);
    const asked = server.asked.length;
    expect(goToMoment(one.documents, first)).toBe(true);
    await one.saved.finish();
    expect([one.saved.id, server.asked.length, notice()]).toEqual([null, asked, null]);
    if (!summary) throw new Error("nothing is saved");
    expect(one.saved.takeBack(summary)).toBe(true);
    expect(one.saved.id).toBe(FIRST);
  });

  it("is not saved over with what was opened since", async () => {
    await one.documentDesk.remove(theSummary());
    const back = notice()?.actions?.[0];
    await one.opening.bring(OTHER, "Open document");
    back?.run();
    await expect.poll(() => notice()?.code).toBe("document_restored");
    one.clock.pass(600);
    await one.saved.finish();
    expect([one.saved.id, seedIn(one.documents), savedSeed()]).toEqual([null, 50, 7]);
    notice()?.actions?.[0]?.run();
    await expect.poll(() => one.saved.id).toBe(FIRST);
    expect(seedIn(one.documents)).toBe(7);
  });

  it("stays this window's where the server could not delete it", async () => {
    server.broken = "DELETE";
    await one.documentDesk.remove(theSummary());
    expect(one.saved.id).toBe(FIRST);
    turn(one.documents, 9);
    one.clock.pass(600);
    await expect.poll(savedSeed).toBe(9);
  });

  it("keeps what it showed when the last change was not on the server", async () => {
    turn(one.documents, 8);
    const gone = server.documents.get(FIRST);
    if (!gone) throw new Error("nothing is saved");
    one.hearDocument({ type: "document_removed", id: FIRST });
    notice()?.actions?.[0]?.run();
    // The fake restores what was deleted through it.
    await expect.poll(() => notice()?.code).toBe("document_not_found");
    expect(one.saved.takeBack(gone.summary)).toBe(true);
    one.clock.pass(600);
    await expect.poll(savedSeed).toBe(8);
  });
});

it("says that the list did not come, and lists none twice", async () => {
  server.isDown = true;
  await one.documentDesk.list();
  expect(one.documentDesk.store.getState()).toMatchObject({ listed: null, isMissing: true });
  server.isDown = false;
  await one.documentDesk.save();
  await one.documentDesk.list();
  expect(one.documentDesk.store.getState()).toMatchObject({ listed: [{ id: FIRST }], isMissing: false });
  // The fake lists all of them again, as if they had been changed meanwhile.
  await one.documentDesk.listMore();
  expect(one.documentDesk.store.getState().listed).toHaveLength(1);
});

it("names a photo's document and snapshot after its file", async () => {
  const code = "c".repeat(64);
  one.catalog.setState({ codeTitles: { [code]: "me at sea.jpeg" } });
  commit(one.documents, "Open photo", { ...PICTURE, latent: { kind: "code", code } });
  await one.gallery.take();
  expect(one.saved.store.getState().summary?.name).toBe("portraits-64, me at sea");
  expect(one.gallery.store.getState().snapshots?.[0]?.title).toBe("me at sea");
});

it("undoes a snapshot beside its own document", async () => {
  await one.gallery.take();
  const undo = notice()?.actions?.[0];
  server.put("0123456789ff", 1, { name: "Other", document: OTHER.document });
  await one.documentDesk.open("0123456789ff");
  const asked: string[] = [];
  server.asked = asked;
  undo?.run();
  await expect.poll(() => asked).toContainEqual(expect.stringContaining(`DELETE /api/documents/${FIRST}/`));
});

it("goes on with what a hand did while another document was on its way", async () => {
  await one.documentDesk.save();
  server.put("0123456789ff", 1, { name: "Other", document: OTHER.document });
  const go = hold("GET");
  const opening = one.documentDesk.open("0123456789ff");
  await Promise.resolve();
  commit(one.documents, "Seed 8", withSeed(8)(PICTURE));
  go();
  await opening;
  expect([one.saved.id, savedSeed()]).toEqual(["0123456789ff", 8]);
});
