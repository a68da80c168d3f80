/** Audio over HTTP: files that a timeline follows, and what they say about time. */

import { addressOf } from "./address";
import type { HttpClient } from "./http";
import type { Sound } from "./wire";

export class AudioClient {
  constructor(private readonly http: HttpClient) {}

  /** Sends an audio file; the server listens to it. Throws WendProblem. */
  send(file: Blob): Promise<Sound> {
    return this.http.json("/api/audio", {
      method: "POST",
      headers: { "Content-Type": file.type || "application/octet-stream" },
      body: file,
    });
  }

  /** What the server knows of a file that it has. Throws WendProblem. */
  fetch(id: string): Promise<Sound> {
    return this.http.json(`/api/audio/${encodeURIComponent(id)}`);
  }
}

/** Where a file lies that the server has. */
export function soundUrl(id: string): string {
  return addressOf(`/api/audio/${encodeURIComponent(id)}/file`);
}
