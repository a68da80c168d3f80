// @vitest-environment node
/** Saved documents: saved by themselves, the newest wins in two windows, and nothing is lost. */

import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import type { DocumentSummary, SnapshotSummary, WendDocument } from "../protocol/wire";
import { commit, createDocumentStore, type DocumentStore, openDocument, undo } from "./document";
import { Editor } from "./editor";
import { fakeDocuments } from "./fakes";
import { comparedPictures, foundSnapshots } from "./gallery";
import { Live } from "./live";
import { DOCUMENT_VERSION } from "./normalize";
import { seedOf, withSeed } from "./picture";

const PROBLEM = { "Content-Type": "application/problem+json" };

/** One document on a server that answers as the real one does. */
class FakeServer {
  readonly documents = new Map<string, { summary: DocumentSummary; document: WendDocument }>();
  readonly snapshots: SnapshotSummary[] = [];
  readonly deleted = new Map<string, SnapshotSummary>();
  isDown = false;

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (this.isDown) throw new TypeError("failed to fetch");
    const method = init.method ?? "GET";
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    const [, , , id = "", rest = "", snapshot = "", act = ""] = path.split("/");
    if (path === "/api/documents" && method === "POST")
      return Response.json(this.put("0123456789ab", 1, body));
    const kept = this.documents.get(id);
    if (kept === undefined) return problem(404, "document_not_found");
    if (rest === "snapshots") return this.ofGallery(method, snapshot, act, body);
    if (method === "GET") return Response.json(kept);
    if (method === "PUT") {
      if (body.base !== kept.summary.revision) return problem(409, "document_changed");
      return Response.json(this.put(id, body.base + 1, { ...body, name: kept.summary.name }));
    }
    return problem(405, "method_not_allowed");
  };

  put(id: string, revision: number, { name, document }: { name: string; document: WendDocument }) {
    const { picture } = document;
    const summary = { id, name, picture, revision, gallery: 0, created: "", changed: String(revision) };
    this.documents.set(id, { summary, document });
    return summary;
  }

  private ofGallery(method: string, id: string, act: string, body: { title: string }): Response {
    const known = this.snapshots.findIndex((each) => each.id === id);
    if (act === "restore") this.snapshots.push(this.deleted.get(id) as SnapshotSummary);
    else if (method === "POST")
      this.snapshots.unshift({ ...SNAPSHOT, ...body, id: `s${this.snapshots.length}` });
    else if (method === "DELETE") {
      const [gone] = this.snapshots.splice(known, 1);
      if (gone) this.deleted.set(id, gone);
      return new Response(null, { status: 204 });
    } else return Response.json({ snapshots: [...this.snapshots] });
    return Response.json(act === "restore" ? this.deleted.get(id) : this.snapshots[0]);
  }
}

const SNAPSHOT: SnapshotSummary = {
  id: "s",
  title: "",
  picture: PICTURE,
  created: "2026-11-21T13:20:56+00:00",
};

function problem(status: number, code: string): Response {
  return Response.json({ code, detail: `${code}.`, hint: "" }, { status, headers: PROBLEM });
}

/** A window on that server. */
function openWindow(server: FakeServer) {
  const documents = createDocumentStore();
  const live = new Live();
  const clock = new FakeClock();
  const editor = new Editor(
    documents,
    () => undefined,
    () => undefined,
  );
  openDocument(documents, PICTURE);
  return { documents, live, clock, editor, ...fakeDocuments(documents, editor, live, server.fetch, clock) };
}

const seedIn = (documents: DocumentStore) => seedOf(documents.getState().picture ?? PICTURE);
const turn = (documents: DocumentStore, seed: number) =>
  commit(documents, `Seed ${seed}`, withSeed(seed)(documents.getState().picture ?? PICTURE));

let server: FakeServer;
let one: ReturnType<typeof openWindow>;
let two: ReturnType<typeof openWindow>;

const kept = () => server.documents.get("0123456789ab");
const tell = (window: typeof one) => {
  const summary = kept()?.summary;
  if (summary) window.hearDocument({ type: "document", document: summary });
};

beforeEach(async () => {
  server = new FakeServer();
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
    expect(one.saved.id).toBe("0123456789ab");
    expect(one.gallery.store.getState().snapshots).toHaveLength(1);
  });
});
