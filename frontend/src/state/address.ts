/** The address: the page's URL always carries the document, so that a reload loses nothing. */

import { WendProblem } from "../protocol/http";
import type { WendDocument } from "../protocol/wire";
import { type DocumentStore, onContentChange, presentContent } from "./document";
import { encodeLink, MAX_ADDRESS_BYTES, savedAlone, withoutSaved, withSaved } from "./link";
import { DOCUMENT_VERSION } from "./normalize";
import type { Saved } from "./saved";
import type { Unsent } from "./unsent";

export interface AddressContext {
  readonly document: DocumentStore;
  readonly saved: Pick<Saved, "store">;
  readonly unsent: Unsent;
  /** The fragment that stands in the address now. */
  readonly read: () => string;
  readonly write: (fragment: string) => void;
  /** Told whether the address says all that there is: packing it takes a moment. */
  readonly mark: (isCurrent: boolean) => void;
  readonly onProblem: (problem: WendProblem) => void;
}

/**
 * Writes every change of the document into the address, the last one last, and which saved one it is; tells of one
 * that neither the address nor the server holds. What is not there yet, or not on the server yet, is noted at once.
 * What it returns writes the address anew, where something else has been put there.
 */
export function keepInAddress({
  document,
  saved,
  unsent,
  read,
  write,
  mark,
  onProblem,
}: AddressContext): () => Promise<void> {
  /** Whether the address says all that there is. */
  let isCurrent = false;

  const content = (): WendDocument | null => {
    const present = presentContent(document);
    return present && { version: DOCUMENT_VERSION, ...present };
  };
  const savedId = () => saved.store.getState().summary?.id ?? null;
  const note = () => {
    const now = content();
    if (now === null) return;
    const isKept = saved.store.getState().status === "kept";
    if (isCurrent && isKept) unsent.settle(read(), savedId(), now);
    else unsent.note(read(), savedId(), now);
  };
  /** The tab's own note is all that has it; a document that was left must not be opened by a reload. */
  const giveUp = (problem: WendProblem) => {
    const rest = withoutSaved(read());
    if (rest !== read()) write(rest === "" ? "#" : rest);
    note();
    onProblem(problem);
  };
  const pack = async () => {
    isCurrent = false;
    mark(isCurrent);
    note();
    const before = content();
    const id = savedId();
    if (before === null) return;
    const packed = await encodeLink(before, MAX_ADDRESS_BYTES).catch((error: unknown) => {
      if (!(error instanceof WendProblem)) throw error;
      return error;
    });
    const { picture, timeline, controls } = document.getState();
    const isPast = picture !== before.picture || timeline !== before.timeline || controls !== before.controls;
    if (isPast || savedId() !== id) return;
    if (!(packed instanceof WendProblem)) write(withSaved(packed, id));
    else if (id !== null) write(savedAlone(id));
    else return giveUp(packed);
    isCurrent = true;
    mark(isCurrent);
    note();
  };

  onContentChange(document, () => void pack());
  saved.store.subscribe(({ summary, status }, before) => {
    if (summary?.id !== before.summary?.id) void pack();
    else if (status !== before.status) note();
  });
  return pack;
}
