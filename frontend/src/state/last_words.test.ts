// @vitest-environment node
/** What a window could not save as it was closed is seen to by the next one. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { undo } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { FakeStorage } from "./fakes";
import { seedOf } from "./picture";

let server: FakeDocumentServer;
let storage: FakeStorage;

const open = () => openWindow(server, () => false, storage);
const savedSeed = (id = FIRST) => seedOf(server.documents.get(id)?.document.picture ?? PICTURE);

/** A window that is closed with a change that the server does not hear of. */
async function closeUnheard(): Promise<void> {
  const one = open();
  await one.documentDesk.save();
  turn(one.documents, 8);
  server.isDown = true;
  one.lastWords.leave();
  await Promise.resolve();
  server.isDown = false;
}

beforeEach(() => {
  server = new FakeDocumentServer();
  storage = new FakeStorage();
});

it("is saved, where nobody saved since", async () => {
  await closeUnheard();
  const two = open();
  await two.lastWords.deliver();
  expect(savedSeed()).toBe(8);
  expect(two.live.notice.get()?.sentence).toContain("“portraits-64, seed 7” has what was not saved");
  expect(storage.kept.size).toBe(0);
});

it("is a step of the document, where that is open", async () => {
  await closeUnheard();
  const two = open();
  await two.documentDesk.open(FIRST);
  await two.lastWords.deliver();
  expect(seedIn(two.documents)).toBe(8);
  await two.saved.finish();
  expect(savedSeed()).toBe(8);
  undo(two.documents);
  expect(seedIn(two.documents)).toBe(7);
});

it("lies beside what others saved since: in the history, or in a copy", async () => {
  await closeUnheard();
  const two = open();
  await two.documentDesk.open(FIRST);
  turn(two.documents, 20);
  await two.saved.finish();
  const words = new Map(storage.kept);
  await two.lastWords.deliver();
  expect([seedIn(two.documents), savedSeed()]).toEqual([20, 20]);
  expect(two.documents.getState().branches[0]?.at(-1)?.label).toBe("Not saved when a window was closed");
  for (const [key, value] of words) storage.setItem(key, value);
  const three = open();
  await three.lastWords.deliver();
  const copy = [...server.documents.values()].find(({ summary }) => summary.name.endsWith(", unsaved"));
  expect([savedSeed(), savedSeed(copy?.summary.id)]).toEqual([20, 8]);
});

it("goes without a word where it arrived, or the document is gone", async () => {
  const one = open();
  await one.documentDesk.save();
  turn(one.documents, 8);
  one.lastWords.leave();
  await expect.poll(() => savedSeed()).toBe(8);
  const two = open();
  await two.lastWords.deliver();
  expect([two.live.notice.get(), storage.kept.size]).toEqual([null, 0]);
  await closeUnheard();
  server.documents.clear();
  await two.lastWords.deliver();
  expect([two.live.notice.get(), storage.kept.size]).toEqual([null, 0]);
});

it("is forgotten once it is known to have arrived, whatever others do from there on", async () => {
  const one = open();
  await one.documentDesk.save();
  turn(one.documents, 8);
  one.lastWords.leave();
  await expect.poll(() => savedSeed()).toBe(8);
  const two = open();
  const told = server.documents.get(FIRST)?.summary;
  if (told) await two.lastWords.hear({ ...told, revision: 7 });
  expect(storage.kept.size).toBe(1);
  if (told) await two.lastWords.hear(told);
  expect(storage.kept.size).toBe(0);
});

it("is written down again by a window that is closed while it delivers", async () => {
  await closeUnheard();
  const two = open();
  let go: () => void = () => undefined;
  const held = new Promise<void>((done) => {
    go = done;
  });
  server.held = { method: "GET", go: held };
  const delivered = two.lastWords.deliver();
  await expect.poll(() => server.held).toBeNull();
  expect(storage.kept.size).toBe(0);
  two.lastWords.leave();
  expect(storage.kept.size).toBe(1);
  go();
  await delivered;
});

it("waits for the server, and outlives what a hand wrote there", async () => {
  await closeUnheard();
  server.isDown = true;
  const two = open();
  await two.lastWords.deliver();
  expect(storage.kept.size).toBe(1);
  server.isDown = false;
  await two.lastWords.deliver();
  expect(savedSeed()).toBe(8);
  storage.setItem("wend.last-words", '{"all": [3, {"id": "x", "name": "y", "revision": 1, "document": []}]}');
  await two.lastWords.deliver();
  expect(storage.kept.size).toBe(0);
});

it("is nothing where all is saved", async () => {
  const one = open();
  await one.documentDesk.save();
  one.lastWords.leave();
  expect(storage.kept.size).toBe(0);
});
