/** Dragged pictures: how a picture is carried from one part of the page to another. */

import type { DragEvent } from "react";
import type { Picture } from "../protocol/wire";
import { DocumentInvalid } from "../state/foreign";
import { normalizePicture } from "../state/normalize_picture";

const TYPE = "application/x-wend-picture";

export function carryPicture({ dataTransfer }: DragEvent, picture: Picture): void {
  dataTransfer.setData(TYPE, JSON.stringify(picture));
  dataTransfer.effectAllowed = "copy";
}

/** Whether a picture is being carried; what it is can be read only where it is dropped. */
export function carriesPicture({ dataTransfer }: DragEvent): boolean {
  return dataTransfer.types.includes(TYPE);
}

/** The picture that was dropped; null where it is none, as from another page of another version. */
export function droppedPicture({ dataTransfer }: DragEvent): Picture | null {
  try {
    return normalizePicture(JSON.parse(dataTransfer.getData(TYPE)), "picture");
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DocumentInvalid) return null;
    throw error;
  }
}
