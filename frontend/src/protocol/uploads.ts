/** Uploads over HTTP: checkpoints sent part by part, and models of one's own taken away. */

import type { HttpClient } from "./http";
import type { UploadBody, UploadList, UploadSummary } from "./wire";

export class UploadsClient {
  constructor(private readonly http: HttpClient) {}

  /** Says what will come; an upload of the same file that was begun goes on where it stopped. */
  announce(body: UploadBody): Promise<UploadSummary> {
    return this.http.json("/api/models", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }

  /** Sends the bytes that come next. */
  part(id: string, offset: number, bytes: Blob, signal: AbortSignal): Promise<UploadSummary> {
    return this.http.json(pathOf(id), {
      method: "PATCH",
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) },
      body: bytes,
      signal,
    });
  }

  list(): Promise<UploadList> {
    return this.http.json("/api/uploads");
  }

  read(id: string): Promise<UploadSummary> {
    return this.http.json(pathOf(id));
  }

  /** Cancels it, or forgets what became of it. */
  async remove(id: string): Promise<void> {
    await this.http.ask(pathOf(id), { method: "DELETE" });
  }

  async removeModel(id: string): Promise<void> {
    await this.http.ask(`/api/models/${encodeURIComponent(id)}`, { method: "DELETE" });
  }
}

function pathOf(id: string): string {
  return `/api/uploads/${encodeURIComponent(id)}`;
}
