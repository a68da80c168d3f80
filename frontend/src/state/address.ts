/** The address: the page's URL always carries the document, so that a reload loses nothing. */

import { WendProblem } from "../protocol/http";
import type { DocumentStore } from "./document";
import { encodeLink, MAX_ADDRESS_BYTES } from "./link";
import { DOCUMENT_VERSION } from "./normalize";

/** Writes every change of the document into the address, the last one last; tells of one that it cannot hold. */
export function keepInAddress(
  document: DocumentStore,
  replaceFragment: (fragment: string) => void,
  onProblem: (problem: WendProblem) => void,
): void {
  document.subscribe(({ picture, timeline }, before) => {
    if (picture === null || (picture === before.picture && timeline === before.timeline)) return;
    encodeLink({ version: DOCUMENT_VERSION, picture, timeline }, MAX_ADDRESS_BYTES).then(
      (fragment) => {
        const now = document.getState();
        if (now.picture === picture && now.timeline === timeline) replaceFragment(fragment);
      },
      (error: unknown) => {
        if (!(error instanceof WendProblem)) throw error;
        onProblem(error);
      },
    );
  });
}
