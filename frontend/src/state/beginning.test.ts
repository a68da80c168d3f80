// @vitest-environment node
/** Beginning: a saved document is not overwritten by what takes its place, and undo goes back to it. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { commitContent, goTo, redo, undo } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { withModel } from "./missing";
import { seedOf, withSeed } from "./picture";
import { withPictures } from "./timeline";

const SECOND = "0123456789ac";
const OTHER = { id: "sprites-64", title: "Sprites", classes: [], psi: 1 } as unknown as ModelSummary;

let server: FakeDocumentServer;
let one: ReturnType<typeof openWindow>;

const notice = () => one.live.notice.get();
const kept = (id: string) => server.documents.get(id)?.document.picture ?? PICTURE;
/** Lets the hand rest, and waits for what that saves. */
const rest = async () => {
  one.clock.pass(600);
  await one.saved.finish();
};

beforeEach(async () => {
  server = new FakeDocumentServer();
  one = openWindow(server);
  await one.documentDesk.save();
});

describe("another model", () => {
  it("begins a new document, and the saved one stays as it was", async () => {
    turn(one.documents, 8);
    await one.modelDesk.choose(OTHER);
    expect(one.documents.getState().picture).toMatchObject({ model: OTHER.id, latent: { seed: 8 } });
    expect(one.saved.id).toBeNull();
    expect(notice()).toMatchObject({
      sentence: "“portraits-64, seed 7” stays as it was saved: this is a new document.",
      actions: [{ label: "Back to “portraits-64, seed 7”" }],
    });
    turn(one.documents, 9);
    await rest();
    // What had been changed by then is saved; what came after is not.
    expect(kept(FIRST)).toEqual(withSeed(8)(PICTURE));
  });

  it("is left again by the button and by undo, and what is done then is the old one's", async () => {
    await one.modelDesk.choose(OTHER);
    turn(one.documents, 9);
    notice()?.actions?.[0]?.run();
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 7]);
    expect(one.saved.store.getState().status).toBe("kept");
    redo(one.documents);
    expect([one.saved.id, one.documents.getState().picture?.model]).toEqual([null, OTHER.id]);
    undo(one.documents);
    turn(one.documents, 10);
    await rest();
    expect([one.saved.id, seedOf(kept(FIRST))]).toEqual([FIRST, 10]);
  });

  it("is a document of its own once it is saved, on both sides of the border", async () => {
    await one.modelDesk.choose(OTHER);
    await one.documentDesk.save();
    expect(one.saved.id).toBe(SECOND);
    turn(one.documents, 9);
    // At once: the last change was not saved yet when the border was crossed.
    const { line, at } = one.documents.getState();
    goTo(one.documents, line, 0);
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 7]);
    await expect.poll(() => seedOf(kept(SECOND))).toBe(9);
    goTo(one.documents, line, at);
    expect(one.saved.id).toBe(SECOND);
    turn(one.documents, 11);
    await rest();
    expect([seedOf(kept(FIRST)), seedOf(kept(SECOND)), kept(SECOND).model]).toEqual([7, 11, OTHER.id]);
  });

  it("takes the place of the picture where nothing was saved, or a timeline stays", async () => {
    await one.saved.leave();
    await one.modelDesk.choose(OTHER);
    expect([notice(), one.saved.id]).toMatchObject([{ code: "saved" }, null]);
    undo(one.documents);
    const { picture } = one.documents.getState();
    if (picture === null) throw new Error("nothing is open");
    commitContent(one.documents, "Keyframe", { picture, timeline: withPictures([picture])(null) });
    await one.documentDesk.save();
    const { id } = one.saved;
    await one.modelDesk.choose(OTHER);
    expect(one.saved.id).toBe(id);
    expect(notice()?.sentence).toContain("goes on with it: its timeline stays.");
    notice()?.actions?.[0]?.run();
    expect(one.documents.getState().picture).toEqual(PICTURE);
  });

  it("takes the place of one that is gone in every keyframe, in a new document", async () => {
    const timeline = withPictures([PICTURE, { ...PICTURE, model: "other" }])(null);
    commitContent(one.documents, "Keyframes", { picture: PICTURE, timeline });
    await one.modelDesk.replace(PICTURE.model, OTHER, withModel(OTHER));
    const models = one.documents.getState().timeline?.keyframes.map(({ picture }) => picture.model);
    expect([one.saved.id, models]).toEqual([null, [OTHER.id, "other"]]);
    expect(server.documents.get(FIRST)?.document.timeline).toEqual(timeline);
  });

  it("waits where what is open cannot be saved", async () => {
    turn(one.documents, 8);
    server.broken = "PUT";
    expect(await one.modelDesk.choose(OTHER)).toBeNull();
    expect([one.saved.id, one.documents.getState().picture?.model]).toEqual([FIRST, PICTURE.model]);
    expect(notice()).toMatchObject({ code: "disk_full", actions: [{ label: "Close it unsaved" }] });
  });
});

describe("a step across the border", () => {
  it("owes the server what it did not have, and sends it until it has", async () => {
    await one.modelDesk.choose(OTHER);
    await one.documentDesk.save();
    turn(one.documents, 9);
    server.isDown = true;
    goTo(one.documents, one.documents.getState().line, 0);
    await expect.poll(() => notice()?.code).toBe("unreachable");
    expect(notice()?.sentence).toContain("is not all saved yet");
    server.isDown = false;
    one.clock.pass(4000);
    await expect.poll(() => seedOf(kept(SECOND))).toBe(9);
    expect(seedOf(kept(FIRST))).toBe(7);
  });

  it("finds what another window did to the old one meanwhile", async () => {
    const two = openWindow(server);
    await two.documentDesk.open(FIRST);
    await one.modelDesk.choose(OTHER);
    turn(two.documents, 30);
    await two.saved.finish();
    undo(one.documents);
    await expect.poll(() => seedIn(one.documents)).toBe(30);
    expect(one.saved.store.getState()).toMatchObject({ status: "kept", summary: { revision: 2 } });
    // Not even then is it lost what this one showed.
    undo(one.documents);
    expect(seedIn(one.documents)).toBe(7);
  });

  it("finds out that the old one was deleted", async () => {
    const two = openWindow(server);
    await two.documentDesk.open(FIRST);
    const { summary } = two.saved.store.getState();
    await one.modelDesk.choose(OTHER);
    if (summary) await two.documentDesk.remove(summary);
    undo(one.documents);
    await expect.poll(() => notice()?.code).toBe("document_removed");
    expect([one.saved.id, seedIn(one.documents)]).toEqual([null, 7]);
  });

  it("is one by a jump into a branch that another document left", async () => {
    turn(one.documents, 8);
    await one.saved.finish();
    server.put(SECOND, 1, {
      name: "Other",
      document: { version: 1, picture: withSeed(50)(PICTURE), timeline: null } as never,
    });
    await one.documentDesk.open(SECOND);
    const [branch] = one.documents.getState().branches;
    if (branch === undefined) throw new Error("the line of the one before is a branch");
    goTo(one.documents, branch, 0);
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 7]);
    await rest();
    expect([seedOf(kept(FIRST)), seedOf(kept(SECOND))]).toEqual([7, 50]);
  });
});
