/** Audio over HTTP: files that a timeline follows, and what they say about time. */

import type { HttpClient } from "./http";
import type { Sound } from "./wire";

export class AudioClient {
  constructor(private readonly http: HttpClient) {}

  /** Sends an audio file; the server listens to it. Throws WendProblem. */
  async send(file: Blob): Promise<Sound> {
    const response = await this.http.ask("/api/audio", {
      method: "POST",
      headers: { "Content-Type": file.type || "application/octet-stream" },
      body: file,
    });
    return (await response.json()) as Sound;
  }

  /** What the server knows of a file that it has. Throws WendProblem. */
  async fetch(id: string): Promise<Sound> {
    return (await this.http.ask(`/api/audio/${encodeURIComponent(id)}`)).json() as Promise<Sound>;
  }
}
