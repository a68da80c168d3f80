/** Kin over HTTP: which models a model was made of or blends with, and the sliders that they have in common. */

import type { HttpClient } from "./http";
import type { KinList, WalksTaken } from "./wire";

export class KinClient {
  constructor(private readonly http: HttpClient) {}

  of(model: string): Promise<KinList> {
    return this.http.json(`/api/models/${encodeURIComponent(model)}/kin`);
  }

  /** Puts the sliders that a model lacks onto its shelf, from one of the same synthesis network. */
  takeWalks(model: string, other: string): Promise<WalksTaken> {
    const path = `/api/models/${encodeURIComponent(model)}/kin/${encodeURIComponent(other)}/walks`;
    return this.http.json(path, { method: "POST" });
  }
}
