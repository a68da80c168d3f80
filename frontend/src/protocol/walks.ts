/** Walks over HTTP: what people change of a model's walks, and files of walks in and out. */

import type { HttpClient } from "./http";
import type { WalkPatch, WalkSummary, WalksBrought } from "./wire";

/** What is said of another program's file where that does not say it itself. */
export interface WalkAnswers {
  /** Its file's name, which may tell more. */
  readonly name?: string;
  readonly space?: "z" | "w";
  readonly axis?: "rows" | "columns";
  /** As factors, whose values are set and not added to. */
  readonly sets?: "true";
}

/** How a walk is written: `wend` keeps all of it, the others are arrays that any program adds. */
export type WalkFormat = "wend" | "npy" | "safetensors";

export class WalksClient {
  constructor(private readonly http: HttpClient) {}

  patch(model: string, walk: string, patch: Partial<WalkPatch>): Promise<WalkSummary> {
    return this.http.json(pathOf(model, walk), {
      method: "PATCH",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(patch),
    });
  }

  async remove(model: string, walk: string): Promise<void> {
    await this.http.ask(pathOf(model, walk), { method: "DELETE" });
  }

  /** The walk as a file that any Wend opens, or other programs. */
  file(model: string, walk: string, format: WalkFormat = "wend"): Promise<Blob> {
    const path = pathOf(model, walk, "/file");
    return this.http.blob(format === "wend" ? path : `${path}&format=${format}`);
  }

  /** Where a walk acts, as a grey picture; `where` is its footprint's. */
  whereOf(model: string, where: string): Promise<Blob> {
    return this.http.blob(`/api/walks/footprints/${where}?model=${encodeURIComponent(model)}`);
  }

  /** Puts the walks of a file on a model's shelf. */
  bring(model: string, file: Blob, answers: WalkAnswers = {}): Promise<WalksBrought> {
    const query = new URLSearchParams({ model, ...answers });
    return this.http.json(`/api/walks?${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
  }
}

function pathOf(model: string, walk: string, suffix = ""): string {
  const place = walk.split("/").map(encodeURIComponent).join("/");
  return `/api/walks/${place}${suffix}?model=${encodeURIComponent(model)}`;
}
