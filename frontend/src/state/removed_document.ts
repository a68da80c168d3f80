/** The removed document: what was open when it was deleted, for as long as it may be had back. */

import type { DocumentSummary } from "../protocol/wire";
import type { Content } from "./document";
import { isKept, type Moorings } from "./moorings";

/** What was open when it was deleted. */
interface Removed {
  readonly summary: DocumentSummary;
  /** What the server had. */
  readonly kept: Content | null;
  /** What the window showed. */
  readonly content: Content | null;
  /** The moments of the history that it began with. */
  readonly homes: readonly number[];
}

export class RemovedDocument {
  private removed: Removed | null = null;

  constructor(private readonly moorings: Moorings) {}

  /** It was deleted, here or in another window: nothing of the history lies there any more. Null: it is not open. */
  note(id: string): DocumentSummary | null {
    const { here, content } = this.moorings;
    if (here?.summary.id !== id) return null;
    this.removed = { ...here, content, homes: this.moorings.forgetAll(id) };
    return here.summary;
  }

  /** It is there again: this window's, where that still shows what it did then. */
  takeBack(restored: DocumentSummary): boolean {
    const { here, home, content: now } = this.moorings;
    const { summary, kept = null, content, homes = [] } = this.removed ?? {};
    if (here !== null || summary?.id !== restored.id || home === null) return false;
    if (!now || !content || !isKept({ kept: content }, now)) return false;
    for (const each of [...homes, home]) this.moorings.put(each, summary, kept);
    return true;
  }
}
