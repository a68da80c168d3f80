/** Overlaps over HTTP: how the walks of a model lie to those a picture uses and locks. */

import type { HttpClient } from "./http";
import type { OverlapBody, OverlapList } from "./wire";

export class OverlapsClient {
  constructor(private readonly http: HttpClient) {}

  ask(body: OverlapBody, signal: AbortSignal): Promise<OverlapList> {
    return this.http.json("/api/overlaps", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  }
}
