/** Factors over HTTP: the picture that has chosen values, found by the model or by measuring. */

import type { HttpClient } from "./http";
import type { FactorSetAnswer, FactorSetBody } from "./wire";

export class FactorsClient {
  constructor(private readonly http: HttpClient) {}

  /** Edits that bring factors to values. Throws WendProblem; a question that was given up, an AbortError. */
  set(body: FactorSetBody, signal: AbortSignal): Promise<FactorSetAnswer> {
    return this.http.json("/api/factors/set", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal,
    });
  }
}
