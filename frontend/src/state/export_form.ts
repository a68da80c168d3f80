/** The export form: what is asked of a job of kind `export`, and what will come of it. */

import type { Params, Sound, Timeline, WendDocument } from "../protocol/wire";
import { frameCount } from "./timeline_sampling";

export const EXPORT_KIND = "export";

/** Of play and of an export, unless another is chosen. */
export const DEFAULT_FPS = 24;

/** Of the server's `imaging/video.py`. */
export const EXPORT_FORMATS = [
  { value: "mp4", title: "MP4", words: "H.264: plays everywhere", hasSound: true, mostFps: 120 },
  { value: "webm", title: "WebM", words: "VP9: smaller, for the web", hasSound: true, mostFps: 120 },
  { value: "gif", title: "GIF", words: "255 colours a picture", hasSound: false, mostFps: 50 },
  { value: "webp", title: "WebP", words: "animated, in full colour", hasSound: false, mostFps: 120 },
  { value: "png", title: "PNG", words: "a zip of pictures, without loss", hasSound: false, mostFps: 120 },
] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number]["value"];

export const SIZE_RANGE = [16, 4096] as const;

export interface ExportChoices {
  readonly format: ExportFormat;
  readonly fps: number;
  /** Side of a picture in pixels; null: the model's own. */
  readonly size: number | null;
  /** Start and edit side by side. */
  readonly compare: boolean;
  /** Whether the timeline's sound is laid under it. */
  readonly withSound: boolean;
}

export const FIRST_EXPORT: ExportChoices = {
  format: "mp4",
  fps: DEFAULT_FPS,
  size: null,
  compare: false,
  withSound: true,
};

export function formatOf({ format }: Pick<ExportChoices, "format">) {
  return EXPORT_FORMATS.find(({ value }) => value === format) ?? EXPORT_FORMATS[0];
}

/** The parameters of the job. */
export function exportParams(document: WendDocument, choices: ExportChoices, sound: Sound | null): Params {
  const { hasSound, mostFps } = formatOf(choices);
  return {
    document,
    format: choices.format,
    fps: Math.min(choices.fps, mostFps),
    size: choices.size,
    compare: choices.compare,
    audio: hasSound && choices.withSound && sound ? sound.id : null,
  };
}

/** Pictures of the animation. */
export function countPictures(timeline: Timeline, choices: ExportChoices): number {
  return frameCount(timeline, Math.min(choices.fps, formatOf(choices).mostFps));
}

/** Choices of an earlier visit, as far as they still are some. */
export function readExport(kept: unknown): ExportChoices {
  if (typeof kept !== "object" || kept === null) return FIRST_EXPORT;
  const { format, fps, size, compare, withSound } = kept as Readonly<Record<string, unknown>>;
  const found = EXPORT_FORMATS.find(({ value }) => value === format);
  return {
    format: found?.value ?? FIRST_EXPORT.format,
    fps: typeof fps === "number" && fps >= 1 && fps <= 120 ? fps : FIRST_EXPORT.fps,
    size: isSize(size) ? size : null,
    compare: compare === true,
    withSound: withSound !== false,
  };
}

function isSize(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= SIZE_RANGE[0] && Number(value) <= SIZE_RANGE[1];
}
