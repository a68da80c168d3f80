/** Saved content: a document on its way to the server and back. */

import { WendProblem } from "../protocol/http";
import type { DocumentDetail, WendDocument } from "../protocol/wire";
import type { Content } from "./document";
import { DocumentInvalid } from "./foreign";
import { DOCUMENT_VERSION } from "./normalize";
import { type Salvaged, salvageDocument } from "./salvage";

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

export function asDocument({ picture, timeline }: Content): WendDocument {
  return { version: DOCUMENT_VERSION, picture, timeline };
}
