// @vitest-environment node
/** The history of a tab is there again after a reload, as far as it can be written down. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { commit, commitDeed, goTo, openDocument, redo, undo } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { FakeStorage } from "./fakes";
import { KeptHistory } from "./kept_history";
import { seedOf, withSeed } from "./picture";

const OTHER = { id: "sprites-64", title: "Sprites", classes: [], psi: 1 } as unknown as ModelSummary;

let server: FakeDocumentServer;
let storage: FakeStorage;
let one: ReturnType<typeof openWindow>;

const historyOf = ({ documents, saved }: typeof one) =>
  new KeptHistory({ document: documents, moorings: saved.moorings, storage });
const labels = ({ documents }: typeof one) => documents.getState().line.map(({ label }) => label);

beforeEach(() => {
  server = new FakeDocumentServer();
  storage = new FakeStorage();
  one = openWindow(server);
});

/** Another page in the same tab, that shows what its address says. */
function reload(seed: number): typeof one {
  historyOf(one).keep();
  const next = openWindow(server);
  openDocument(next.documents, withSeed(seed)(PICTURE));
  return next;
}

it("brings steps, what was undone, and branches", () => {
  for (const seed of [8, 9]) turn(one.documents, seed);
  undo(one.documents);
  turn(one.documents, 10);
  turn(one.documents, 11);
  undo(one.documents);
  const two = reload(10);
  historyOf(two).restore();
  expect(labels(two)).toEqual(["Opened", "Seed 8", "Seed 10", "Seed 11"]);
  redo(two.documents);
  expect(seedIn(two.documents)).toBe(11);
  const [branch] = two.documents.getState().branches;
  goTo(two.documents, branch ?? [], 2);
  expect(seedIn(two.documents)).toBe(9);
  // What is done from there on has a name of its own.
  turn(two.documents, 12);
  const ids = two.documents.getState().line.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(storage.kept.size).toBe(0);
});

it("leaves alone what is another document by now", () => {
  turn(one.documents, 8);
  const two = reload(30);
  historyOf(two).restore();
  expect(labels(two)).toEqual(["Opened"]);
});

it("leaves out what a step did outside of the document", () => {
  turn(one.documents, 8);
  commitDeed(one.documents, "Pin", { undo: () => undefined, redo: () => undefined });
  turn(one.documents, 9);
  const two = reload(9);
  historyOf(two).restore();
  expect(labels(two)).toEqual(["Opened", "Seed 8", "Seed 9"]);
  undo(two.documents);
  expect(seedIn(two.documents)).toBe(8);
});

it("knows under which document each step is saved, and takes over what another window did", async () => {
  await one.documentDesk.save();
  turn(one.documents, 8);
  await one.saved.finish();
  await one.modelDesk.choose(OTHER);
  await one.documentDesk.save();
  const { id } = one.saved;
  historyOf(one).keep();
  const two = openWindow(server);
  await two.documentDesk.open(id ?? "");
  historyOf(two).restore();
  expect(two.saved.id).toBe(id);
  undo(two.documents);
  expect([two.saved.id, seedIn(two.documents)]).toEqual([FIRST, 8]);
  undo(two.documents);
  await two.saved.finish();
  expect(seedOf(server.documents.get(FIRST)?.document.picture ?? PICTURE)).toBe(7);
  expect(server.documents.get(id ?? "")?.document.picture.model).toBe(OTHER.id);
});

it("gives no new moment the number of a document whose line there was no room for", async () => {
  await one.documentDesk.save();
  const { summary } = one.saved.store.getState();
  if (summary === null) throw new Error("nothing was saved");
  // Of a line that was left out, with a number that comes next.
  one.saved.moorings.put(1, { ...summary, id: "f".repeat(12) }, null);
  historyOf(one).keep();
  const two = openWindow(server);
  await two.documentDesk.open(FIRST);
  historyOf(two).restore();
  await two.modelDesk.choose(OTHER);
  expect([two.documents.getState().line.at(-1)?.home, two.saved.id]).toEqual([1, null]);
});

it("goes on from what another window saved meanwhile", async () => {
  await one.documentDesk.save();
  turn(one.documents, 8);
  await one.saved.finish();
  historyOf(one).keep();
  const two = openWindow(server);
  await two.documentDesk.open(FIRST);
  turn(two.documents, 20);
  await two.saved.finish();
  const three = openWindow(server);
  await three.documentDesk.open(FIRST);
  historyOf(three).restore();
  expect([three.saved.id, seedIn(three.documents)]).toEqual([FIRST, 20]);
  expect(three.saved.store.getState().status).toBe("kept");
  undo(three.documents);
  expect(seedIn(three.documents)).toBe(8);
});

it("keeps as much as there is room for, and the newest of that", () => {
  const note = "x".repeat(1000);
  for (let seed = 8; seed < 1500; seed += 1) {
    commit(one.documents, `${note} ${seed}`, withSeed(seed)(PICTURE));
  }
  const two = reload(1499);
  expect((storage.getItem("wend.history") ?? "").length).toBeLessThanOrEqual(1_000_000);
  historyOf(two).restore();
  undo(two.documents);
  expect(seedIn(two.documents)).toBe(1498);
});

it.each([
  "{",
  "[]",
  '{"lines": 3}',
  '{"at": 0, "lines": [[0]], "moments": [{"id": 0}], "rests": [], "shared": [], "moored": []}',
])("begins anew where %s was written", (text) => {
  storage.setItem("wend.history", text);
  historyOf(one).restore();
  expect([labels(one), seedIn(one.documents)]).toEqual([["Opened"], 7]);
});
