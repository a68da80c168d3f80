/** Sketches over HTTP: sets of drawings, and files of strokes. */

import type { HttpClient } from "./http";
import type { DrawingList, SketchBody, SketchPatch, SketchSetList, SketchSetSummary } from "./wire";

const JSON_BODY = { "Content-Type": "application/json" };

export class SketchesClient {
  constructor(private readonly http: HttpClient) {}

  sets(): Promise<SketchSetList> {
    return this.http.json("/api/sketches");
  }

  read(id: string): Promise<SketchSetSummary> {
    return this.http.json(pathOf(id));
  }

  add(body: SketchBody): Promise<SketchSetSummary> {
    return this.http.json("/api/sketches", {
      method: "POST",
      headers: JSON_BODY,
      body: JSON.stringify(body),
    });
  }

  /** Throws WendProblem `sketch_set_changed` where another window has changed it since. */
  change(id: string, patch: SketchPatch): Promise<SketchSetSummary> {
    return this.http.json(pathOf(id), { method: "PATCH", headers: JSON_BODY, body: JSON.stringify(patch) });
  }

  async remove(id: string): Promise<void> {
    await this.http.ask(pathOf(id), { method: "DELETE" });
  }

  restore(id: string): Promise<SketchSetSummary> {
    return this.http.json(`${pathOf(id)}/restore`, { method: "POST" });
  }

  /** The drawings of an ndjson file, with lines of this width, a share of the side. */
  readStrokes(file: Blob, width: number): Promise<DrawingList> {
    return this.http.json(`/api/sketches/quickdraw?width=${width}`, {
      method: "POST",
      headers: { "Content-Type": "application/octet-stream" },
      body: file,
    });
  }
}

function pathOf(id: string): string {
  return `/api/sketches/${encodeURIComponent(id)}`;
}
