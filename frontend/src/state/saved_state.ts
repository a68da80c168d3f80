/** Saved state: what a window knows of the document that it keeps on the server, and what it needs to keep it. */

import type { Clock } from "../protocol/clock";
import type { DocumentsClient } from "../protocol/documents";
import type { WendProblem } from "../protocol/http";
import type { DocumentSummary } from "../protocol/wire";
import type { Content, DocumentStore } from "./document";
import type { Salvaged } from "./salvage";

/** `kept`: the server has all of it; `failed`: it could not be saved, and is tried again. */
export type SavedStatus = "kept" | "changed" | "saving" | "failed";

export interface SavedState {
  /** As the server has it; null: this document is kept in the address alone. */
  readonly summary: DocumentSummary | null;
  readonly status: SavedStatus;
  /** Why it could not be saved. */
  readonly problem: WendProblem | null;
}

export interface SavedContext {
  readonly client: DocumentsClient;
  readonly document: DocumentStore;
  /** Whether a hand holds something that it has not let go of, anywhere on the page. */
  readonly isInHand: () => boolean;
  readonly clock: Clock;
  /** It was deleted, here or in another window; what it shows stays. */
  readonly onRemoved: (summary: DocumentSummary) => void;
  /** What was left could not be saved yet; it is tried again. */
  readonly onOwed: (summary: DocumentSummary, problem: WendProblem) => void;
  /** Something else than the server went wrong where nobody waits for it. */
  readonly onBroken: (error: unknown) => void;
  /** Another window saved what cannot all be read: this one is a copy from now on. */
  readonly onDamaged: (summary: DocumentSummary, salvaged: Salvaged) => void;
}

/** What another window has saved. */
export interface Theirs {
  readonly summary: DocumentSummary;
  readonly content: Content;
}

export const NOTHING: SavedState = { summary: null, status: "kept", problem: null };
