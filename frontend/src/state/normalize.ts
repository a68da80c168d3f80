/** The one gate every foreign document passes before it enters the page. */

import type { WendDocument } from "../protocol/wire";
import { normalizeControls } from "./controls";
import { DocumentInvalid, orNull, readFields } from "./foreign";
import { normalizePicture } from "./normalize_picture";
import { normalizeTimeline } from "./normalize_timeline";

export const DOCUMENT_VERSION = 4;

/** What a document must be, told from what it is. Fields with a default may be missing. Throws `DocumentInvalid`. */
export function normalizeDocument(data: unknown): WendDocument {
  const fields = readFields(data, "document", ["version", "picture", "timeline", "controls"]);
  const version = fields.version ?? 1;
  if (typeof version === "number" && version > DOCUMENT_VERSION) {
    throw new DocumentInvalid(`It was written by a newer Wend (version ${version}).`);
  }
  if (version !== 1 && version !== 2 && version !== 3 && version !== 4) {
    throw new DocumentInvalid("Its version is not one that Wend ever wrote.");
  }
  // Version 1 had no timeline, version 2 neither mixed rows nor locks, version 3 no controls: all say the same today.
  return {
    version: DOCUMENT_VERSION,
    picture: normalizePicture(fields.picture, "picture"),
    timeline: orNull(fields.timeline, normalizeTimeline),
    controls: orNull(fields.controls, normalizeControls) ?? [],
  };
}
