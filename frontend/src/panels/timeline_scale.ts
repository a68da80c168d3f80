/** The scale of the timeline's strip: seconds to pixels, and the marks of its ruler. */

import type { Timeline } from "../protocol/wire";
import { startOf } from "../state/timeline";

/** Room for the picture of the last keyframe, which has no stretch of its own. */
export const TAIL_PX = 164;

/** Room before the first keyframe, so that the playhead can be seen at the start. */
export const LEAD_PX = 16;

/** About as wide as the picture of a keyframe. */
const CARD_PX = 120;

/** A short timeline is not drawn out over all of a wide window. */
const WIDEST_S_PX = 220;

/** Ticks with words stand at least so far apart. */
const WORDS_PX = 64;

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600] as const;

export interface StripScale {
  /** Pixels in a second. */
  readonly perSecond: number;
  /** The whole strip, in pixels. */
  readonly width: number;
  /** What is drawn, in seconds: every stretch that is played. */
  readonly seconds: number;
}

/** Fits the timeline into a window so many pixels wide; `zoom` makes it that much longer. */
export function makeScale(timeline: Timeline, window: number, zoom: number): StripScale {
  const seconds = shownSeconds(timeline);
  const room = Math.max(window - LEAD_PX - TAIL_PX, 1);
  const perSecond = Math.min(room / Math.max(seconds, 0.1), WIDEST_S_PX) * zoom;
  return { perSecond, seconds, width: Math.max(window, LEAD_PX + seconds * perSecond + TAIL_PX) };
}

/** The stretches that are drawn: the last one only where it is the way back to the first. */
function shownSeconds(timeline: Timeline): number {
  const { keyframes, repeat } = timeline;
  return startOf(timeline, repeat === "loop" ? keyframes.length : keyframes.length - 1);
}

export function toX(seconds: number, { perSecond }: StripScale): number {
  return LEAD_PX + seconds * perSecond;
}

export function toSeconds(x: number, { perSecond }: StripScale): number {
  return Math.max(0, (x - LEAD_PX) / perSecond);
}

/** Seconds between two marks that have words. */
export function tickStep({ perSecond }: StripScale): number {
  return STEPS_S.find((step) => step * perSecond >= WORDS_PX) ?? 600;
}

/** The marks of the ruler, in seconds. */
export function ticks(scale: StripScale): readonly number[] {
  const step = tickStep(scale);
  const last = toSeconds(scale.width, scale);
  return Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => Number((index * step).toFixed(3)));
}

/** The place before which something is to be put that is dropped at these seconds: by the middles of the pictures. */
export function placeOfDrop(timeline: Timeline, x: number, scale: StripScale): number {
  const starts = timeline.keyframes.map((_, index) => toX(startOf(timeline, index), scale));
  const found = starts.findIndex((start) => x < start + CARD_PX / 2);
  return found < 0 ? starts.length : found;
}

/** `1:05.2`: minutes, seconds and tenths; widths that do not jump. */
export function clockTime(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${String(Math.floor((tenths % 600) / 10)).padStart(2, "0")}.${tenths % 10}`;
}

/** `0.5 s`, `2 s`, `1:30`: a mark in as few letters as it needs. */
export function tickTime(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, "0")}`;
}
