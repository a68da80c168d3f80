/** Saved content: a document on its way to the server and back. */

import { WendProblem } from "../protocol/http";
import type { DocumentDetail, WendDocument } from "../protocol/wire";
import {
  type Act,
  type Content,
  commitContent,
  contentOf,
  type DocumentStore,
  isSameContent,
  layBranch,
} from "./document";
import { DocumentInvalid } from "./foreign";
import { DOCUMENT_VERSION } from "./normalize";
import { type Salvaged, salvageDocument } from "./salvage";

/** Steps that come from another window take each other's place in the history. */
const ELSEWHERE: Act = Symbol("changed in another window");
const ELSEWHERE_LABEL = "Changed in another window";

/** Takes over what another window has saved, as a step. */
export function takeTheirs(document: DocumentStore, content: Content): void {
  commitContent(document, ELSEWHERE_LABEL, content, ELSEWHERE);
}

/** Lays what another window has saved beside what this one goes on with; that may be its own, sent as it went away. */
export function layTheirs(document: DocumentStore, content: Content): void {
  const { line, at } = document.getState();
  const now = line[at];
  if (now && isSameContent(now, content)) return;
  layBranch(document, ELSEWHERE_LABEL, content);
}

/** What was saved, as far as it can be read. Throws `WendProblem` where nothing of it can. */
export function readSaved({ document }: DocumentDetail): Salvaged {
  try {
    return salvageDocument(document);
  } catch (error) {
    if (!(error instanceof DocumentInvalid)) throw error;
    throw new WendProblem(
      "document_damaged",
      `The saved document is damaged. ${error.message}`,
      "Restore the data folder from a copy; nothing was changed.",
    );
  }
}

export function asDocument(content: Content): WendDocument {
  return { version: DOCUMENT_VERSION, ...contentOf(content) };
}
