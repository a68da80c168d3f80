/** Unsent: the newest state of this tab's document, until the address and the server have it too. */

import type { WendDocument } from "../protocol/wire";
import { DocumentInvalid } from "./foreign";
import { type KeyValueStorage, readKept } from "./kept";
import { normalizeDocument } from "./normalize";

const KEY = "wend.unsent";

/** A document that was newer than what stood in the address. */
export interface UnsentDocument {
  /** The saved document that it is a change of; null: of none. */
  readonly saved: string | null;
  readonly document: WendDocument;
}

/**
 * An address takes a moment to pack, the server a longer one; a reload in between would lose the last change. So it
 * is written down at once, together with the address of then. A tab that opens at that very address goes on with
 * it; any other address, such as a link that somebody pasted, means what it says. A reload that had begun before
 * the address was written goes to the address before that one, and to a state that is settled since.
 */
export class Unsent {
  /** `storage` must belong to this tab alone, and outlive a reload. */
  constructor(private readonly storage: KeyValueStorage) {}

  /** `address` stands in the bar while this is newer than what it says. */
  note(address: string, saved: string | null, document: WendDocument): void {
    const past = readKept(this.storage, KEY);
    const before = past.address === address ? past.before : past.address;
    this.storage.setItem(KEY, JSON.stringify({ address, before, saved, document }));
  }

  /** `address` says all of it now, and the server has it. */
  settle(address: string, saved: string | null, document: WendDocument): void {
    this.note(address, saved, document);
    this.storage.setItem(KEY, JSON.stringify({ ...readKept(this.storage, KEY), isSettled: true }));
  }

  /** What is newer than this address, if anything. `isReload`: the tab stood here a moment ago. */
  of(address: string, isReload = false): UnsentDocument | null {
    const kept = readKept(this.storage, KEY);
    const isNewer = kept.address === address && kept.isSettled !== true;
    if (!isNewer && !(isReload && kept.before === address)) return null;
    try {
      const saved = typeof kept.saved === "string" ? kept.saved : null;
      return { saved, document: normalizeDocument(kept.document) };
    } catch (error) {
      // Another version wrote it, before this tab was reloaded.
      if (error instanceof DocumentInvalid) return null;
      throw error;
    }
  }
}
