/** Documents over HTTP: what is saved on the server, and the snapshots beside it. */

import type { HttpClient } from "./http";
import type {
  DocumentDetail,
  DocumentList,
  DocumentSummary,
  Picture,
  SnapshotList,
  SnapshotSummary,
  WendDocument,
} from "./wire";

const ROOT = "/api/documents";

export class DocumentsClient {
  constructor(private readonly http: HttpClient) {}

  /** Those whose name holds all the words, the newest change first; `last`: those after that one, as it was listed. */
  list(search: string, last: DocumentSummary | null = null): Promise<DocumentList> {
    const before = last && `${Date.parse(last.changed)},${last.id}`;
    const query = new URLSearchParams({ ...(search && { search }), ...(before && { before }) });
    return this.http.json(query.size > 0 ? `${ROOT}?${query}` : ROOT);
  }

  read(id: string): Promise<DocumentDetail> {
    return this.http.json(pathOf(id));
  }

  add(name: string, document: WendDocument): Promise<DocumentSummary> {
    return this.http.json(ROOT, bodyOf("POST", { name, document }));
  }

  /** `isLast`: the page is going away, and the browser is asked to see it through. */
  save(id: string, base: number, document: WendDocument, isLast = false): Promise<DocumentSummary> {
    return this.http.json(pathOf(id), { ...bodyOf("PUT", { base, document }), keepalive: isLast });
  }

  rename(id: string, name: string): Promise<DocumentSummary> {
    return this.http.json(pathOf(id), bodyOf("PATCH", { name }));
  }

  duplicate(id: string): Promise<DocumentSummary> {
    return this.http.json(`${pathOf(id)}/duplicate`, { method: "POST" });
  }

  async remove(id: string): Promise<void> {
    await this.http.ask(pathOf(id), { method: "DELETE" });
  }

  restore(id: string): Promise<DocumentSummary> {
    return this.http.json(`${pathOf(id)}/restore`, { method: "POST" });
  }

  snapshots(id: string): Promise<SnapshotList> {
    return this.http.json(`${pathOf(id)}/snapshots`);
  }

  takeSnapshot(id: string, title: string, picture: Picture): Promise<SnapshotSummary> {
    return this.http.json(`${pathOf(id)}/snapshots`, bodyOf("POST", { title, picture }));
  }

  renameSnapshot(id: string, snapshot: string, title: string): Promise<SnapshotSummary> {
    return this.http.json(snapshotPath(id, snapshot), bodyOf("PATCH", { title }));
  }

  async removeSnapshot(id: string, snapshot: string): Promise<void> {
    await this.http.ask(snapshotPath(id, snapshot), { method: "DELETE" });
  }

  restoreSnapshot(id: string, snapshot: string): Promise<SnapshotSummary> {
    return this.http.json(`${snapshotPath(id, snapshot)}/restore`, { method: "POST" });
  }
}

function pathOf(id: string): string {
  return `${ROOT}/${encodeURIComponent(id)}`;
}

function snapshotPath(id: string, snapshot: string): string {
  return `${pathOf(id)}/snapshots/${encodeURIComponent(snapshot)}`;
}

function bodyOf(method: string, body: object): RequestInit {
  return { method, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}
