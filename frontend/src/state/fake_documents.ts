/** Fake documents: a server of saved ones, and windows that are open on it. */

import { FakeClock, PICTURE } from "../protocol/fakes";
import type { DocumentSummary, SnapshotSummary, WendDocument } from "../protocol/wire";
import { commit, createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { FakeStorage, fakeDocuments } from "./fakes";
import { Live } from "./live";
import { seedOf, withSeed } from "./picture";

/** The id of the first document that is saved. */
export const FIRST = "0123456789ab";
const PROBLEM = { "Content-Type": "application/problem+json" };

/** Documents on a server that answers as the real one does. */
export class FakeDocumentServer {
  readonly documents = new Map<string, { summary: DocumentSummary; document: WendDocument }>();
  readonly snapshots: SnapshotSummary[] = [];
  readonly deleted = new Map<string, SnapshotSummary>();
  private readonly removed = new Map<string, { summary: DocumentSummary; document: WendDocument }>();
  isDown = false;
  /** What was asked: method and path. */
  asked: string[] = [];
  /** A method that is answered with 500, as of a disk that is full. */
  broken: string | null = null;
  /** The code of the problem that everything is answered with. */
  refusal: string | null = null;
  /** Laid down: the next question of this method waits for `go`. */
  held: { readonly method: string; readonly go: Promise<void> } | null = null;

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    if (this.isDown) throw new TypeError("failed to fetch");
    const method = init.method ?? "GET";
    this.asked.push(`${method} ${path}`);
    await this.wait(method);
    if (this.broken === method) return problem(500, "disk_full");
    if (this.refusal !== null) return problem(401, this.refusal);
    const body = typeof init.body === "string" ? JSON.parse(init.body) : {};
    const [, , , id = "", rest = "", snapshot = "", act = ""] = path.split("/");
    if (method === "GET" && id === "")
      return Response.json({ documents: [...this.documents.values()].map(({ summary }) => summary) });
    if (path === "/api/documents" && method === "POST")
      return Response.json(this.put(`0123456789a${"bcdef"[this.documents.size]}`, 1, body));
    if (rest === "restore") return this.restore(id);
    const kept = this.documents.get(id);
    if (kept === undefined) return problem(404, "document_not_found");
    if (rest === "snapshots") return this.ofGallery(method, snapshot, act, body);
    return this.ofOne(method, id, kept, body);
  };

  private ofOne(
    method: string,
    id: string,
    kept: { summary: DocumentSummary; document: WendDocument },
    body: { base: number; document: WendDocument },
  ): Response {
    if (method === "GET") return Response.json(kept);
    if (method === "DELETE") {
      this.removed.set(id, kept);
      this.documents.delete(id);
      return new Response(null, { status: 204 });
    }
    if (method === "PUT") {
      if (body.base !== kept.summary.revision) return problem(409, "document_changed");
      return Response.json(this.put(id, body.base + 1, { ...body, name: kept.summary.name }));
    }
    return problem(405, "method_not_allowed");
  }

  put(id: string, revision: number, { name, document }: { name: string; document: WendDocument }) {
    const { picture } = document;
    const summary = { id, name, picture, revision, gallery: 0, created: "", changed: String(revision) };
    this.documents.set(id, { summary, document });
    return summary;
  }

  private async wait(method: string): Promise<void> {
    if (this.held?.method !== method) return;
    const { go } = this.held;
    this.held = null;
    await go;
  }

  private restore(id: string): Response {
    const kept = this.removed.get(id);
    if (kept === undefined) return problem(404, "document_not_found");
    this.documents.set(id, kept);
    return Response.json(kept.summary);
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

/** A window on that server; one that has only just been opened shows nothing yet. */
export function openWindow(
  server: FakeDocumentServer,
  isAtWork = () => false,
  storage = new FakeStorage(),
  hasPicture = true,
) {
  const documents = createDocumentStore();
  const live = new Live();
  const clock = new FakeClock();
  const editor = new Editor(
    documents,
    () => undefined,
    () => undefined,
  );
  if (hasPicture) openDocument(documents, PICTURE);
  return {
    documents,
    live,
    clock,
    editor,
    ...fakeDocuments(documents, editor, live, server.fetch, clock, isAtWork, storage),
  };
}

export const seedIn = (documents: DocumentStore) => seedOf(documents.getState().picture ?? PICTURE);
/** One step of the hand. */
export const turn = (documents: DocumentStore, seed: number) =>
  commit(documents, `Seed ${seed}`, withSeed(seed)(documents.getState().picture ?? PICTURE));
