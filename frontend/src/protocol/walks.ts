/** Walks over HTTP: what people change of a model's walks, and files of walks in and out. */

import type { HttpClient } from "./http";
import type { WalkPatch, WalkSummary, WalksBrought } from "./wire";

export class WalksClient {
  constructor(private readonly http: HttpClient) {}

  async patch(model: string, walk: string, patch: Partial<WalkPatch>): Promise<WalkSummary> {
    const answer = await this.http.ask(pathOf(model, walk), {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(patch),
    });
    return answer.json() as Promise<WalkSummary>;
  }

  async remove(model: string, walk: string): Promise<void> {
    await this.http.ask(pathOf(model, walk), { method: "DELETE" });
  }

  /** The walk as a file that any Wend opens. */
  async file(model: string, walk: string): Promise<Blob> {
    return (await this.http.ask(pathOf(model, walk, "/file"))).blob();
  }

  /** Puts the walks of a file on a model's shelf. */
  async bring(model: string, file: Blob): Promise<WalksBrought> {
    const answer = await this.http.ask(`/api/walks?model=${encodeURIComponent(model)}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
    return answer.json() as Promise<WalksBrought>;
  }
}

function pathOf(model: string, walk: string, suffix = ""): string {
  const place = walk.split("/").map(encodeURIComponent).join("/");
  return `/api/walks/${place}${suffix}?model=${encodeURIComponent(model)}`;
}
