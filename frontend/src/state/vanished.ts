/** Vanished: which classes of a photo the picture that was found for it has less of, read from the job's file. */

import type { JobSummary } from "../protocol/wire";
import { INVERT_KIND, PIVOTAL_KIND } from "./photos";

export const VANISHED_FILE = "vanished.json";
/** Label maps of the photo and of the picture, in the colours of the key. */
export const PHOTO_LABELS = "photo-labels.png";
export const FOUND_LABELS = "found-labels.png";

export interface VanishedClass {
  readonly name: string;
  /** Areas in percent of the picture. */
  readonly photo: number;
  readonly found: number;
  /** Found less photo, in percentage points. */
  readonly points: number;
  /** −1: gone; null: not on the photo. */
  readonly relative: number | null;
  /** Of the key: `#rrggbb`. */
  readonly color: string;
  readonly hasVanished: boolean;
}

export interface Vanished {
  /** Why nothing tells labels; null: something does. */
  readonly lack: string | null;
  readonly segmenter: string;
  /** Share of pixels with one label on both, 0..1. */
  readonly agreement: number | null;
  /** The class that lost most area first. */
  readonly classes: readonly VanishedClass[];
}

/** Null for what is no such file, or one of another version. */
export function readVanished(data: unknown): Vanished | null {
  if (typeof data !== "object" || data === null) return null;
  const { lack, segmenter, agreement, classes } = data as Readonly<Record<string, unknown>>;
  if (!Array.isArray(classes)) return null;
  const rows = classes.map(readClass);
  if (rows.some((row) => row === null)) return null;
  return {
    lack: typeof lack === "string" ? lack : null,
    segmenter: typeof segmenter === "string" ? segmenter : "",
    agreement: typeof agreement === "number" ? agreement : null,
    classes: rows.filter((row) => row !== null),
  };
}

function readClass(data: unknown): VanishedClass | null {
  const { name, photo, found, points, relative, color, has_vanished } = (data ?? {}) as Readonly<
    Record<string, unknown>
  >;
  if (typeof name !== "string" || typeof photo !== "number" || typeof found !== "number") return null;
  // It is written into a style.
  if (typeof color !== "string" || !/^#[0-9a-f]{6}$/.test(color)) return null;
  return {
    name,
    photo,
    found,
    points: typeof points === "number" ? points : found - photo,
    relative: typeof relative === "number" ? relative : null,
    color,
    hasVanished: has_vanished === true,
  };
}

/** The newest job that found a photo in this model, or tuned this model to one; null for none. */
export function foundLast(jobs: readonly JobSummary[], model: string | undefined): string | null {
  const found = jobs.find(
    ({ state, kind, model: of, result_model: made }) =>
      state === "done" &&
      ((kind === INVERT_KIND && of === model) || (kind === PIVOTAL_KIND && made === model)),
  );
  return found?.id ?? null;
}
