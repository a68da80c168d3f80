/** Changes of a timeline: each takes one and returns another, and never alters what it got. Null: there is none. */

import type { Drive, Easing, Keyframe, Picture, Timeline } from "../protocol/wire";
import { MAX_DURATION_S, MAX_KEYFRAME_PARTS, MAX_KEYFRAME_WEIGHT, MAX_KEYFRAMES } from "../protocol/wire";
import { latentsOf } from "./mixing";
import { isSamePicture } from "./picture";
import { pictureAt, placeAt, secondsOf } from "./timeline_sampling";

export type TimelineChange = (timeline: Timeline | null) => Timeline | null;

/** What a sound does before a slider is chosen for it. */
const MOVES_NOTHING: Omit<Drive, "audio"> = { walk: null, amount: 1, by: "loudness" };

/** How long a new keyframe lasts, in seconds: long enough to see what changes. */
export const DEFAULT_DURATION_S = 1;

/** Shorter stretches cannot be taken hold of; a cut is typed as 0. */
export const MIN_DRAGGED_S = 0.05;

/** Finer times cannot be seen, and short numbers keep links short. */
const DURATION_DIGITS = 3;

function makeTimeline(keyframes: readonly Keyframe[]): Timeline {
  return { keyframes, repeat: "once", path: "lerp", drive: null };
}

/** Puts pictures on the timeline before the keyframe at this place; none, or past the end: after the last. */
export function withPictures(
  pictures: readonly Picture[],
  place: number | null = null,
  duration = DEFAULT_DURATION_S,
): TimelineChange {
  const added: readonly Keyframe[] = pictures.map((picture) => ({ picture, duration, easing: "linear" }));
  return (timeline) => {
    if (timeline === null) return added.length === 0 ? null : makeTimeline(added);
    const { keyframes } = timeline;
    const room = MAX_KEYFRAMES - keyframes.length;
    return {
      ...timeline,
      keyframes: keyframes.toSpliced(place ?? keyframes.length, 0, ...added.slice(0, room)),
    };
  };
}

/**
 * Makes a keyframe of what is shown at a time, in seconds, between two; the stretch is parted there, so that nothing
 * moves but what the change of easing brings.
 */
export function withSplit(seconds: number): TimelineChange {
  return (timeline) => {
    if (timeline === null || secondsOf(timeline) === 0) return timeline;
    const { start, share } = placeAt(timeline, seconds);
    const parted = timeline.keyframes[start];
    if (!parted || share === 0 || timeline.keyframes.length >= MAX_KEYFRAMES) return timeline;
    const first = { ...parted, duration: rounded(parted.duration * share) };
    const second = {
      picture: pictureAt(timeline, seconds),
      duration: rounded(parted.duration - first.duration),
      easing: parted.easing,
    };
    return { ...timeline, keyframes: timeline.keyframes.toSpliced(start, 1, first, second) };
  };
}

export function withReplaced(index: number, picture: Picture): TimelineChange {
  return changing(index, (keyframe) => ({ ...keyframe, picture }));
}

/** The last one takes the timeline with it. */
export function withoutKeyframe(index: number): TimelineChange {
  return (timeline) => {
    if (timeline === null) return null;
    const keyframes = timeline.keyframes.toSpliced(index, 1);
    return keyframes.length === 0 ? null : { ...timeline, keyframes };
  };
}

/** Moves a keyframe with its stretch, so that it comes to stand at a place. */
export function withMoved(index: number, place: number): TimelineChange {
  return (timeline) => {
    const moved = timeline?.keyframes[index];
    if (!timeline || !moved) return timeline;
    const to = Math.min(Math.max(place, 0), timeline.keyframes.length - 1);
    return { ...timeline, keyframes: timeline.keyframes.toSpliced(index, 1).toSpliced(to, 0, moved) };
  };
}

/** Seconds from a keyframe to the next. */
export function withDuration(index: number, seconds: number): TimelineChange {
  const duration = rounded(Math.min(Math.max(seconds, 0), MAX_DURATION_S));
  return changing(index, (keyframe) => ({ ...keyframe, duration }));
}

export function withEasing(index: number, easing: Easing): TimelineChange {
  return changing(index, (keyframe) => ({ ...keyframe, easing }));
}

export function withRepeat(repeat: Timeline["repeat"]): TimelineChange {
  return (timeline) => timeline && { ...timeline, repeat };
}

export function withPath(path: Timeline["path"]): TimelineChange {
  return (timeline) => timeline && { ...timeline, path };
}

export function withDrive(drive: Drive | null): TimelineChange {
  return (timeline) => timeline && { ...timeline, drive };
}

/** The sound that is heard, and moves what moved before; null: none. */
export function withSound(audio: string | null): TimelineChange {
  return (timeline) =>
    timeline && {
      ...timeline,
      drive: audio === null ? null : { ...(timeline.drive ?? MOVES_NOTHING), audio },
    };
}

/** Makes a keyframe begin at a time, or as near to it as its neighbours let it; the rest stays where it is. */
export function withStart(index: number, seconds: number): TimelineChange {
  return (timeline) => {
    const before = timeline?.keyframes[index - 1];
    const own = timeline?.keyframes[index];
    if (!timeline || !before || !own) return timeline;
    const from = startOf(timeline, index - 1);
    const isLast = index === timeline.keyframes.length - 1;
    const until = isLast ? Number.POSITIVE_INFINITY : startOf(timeline, index + 1);
    const start = Math.min(Math.max(seconds, from), until);
    const shortened = withDuration(index - 1, start - from)(timeline);
    return isLast ? shortened : withDuration(index, until - start)(shortened);
  };
}

/** Makes every keyframe after the first begin on the nearest of these rising times, none of them at one with another. */
export function withStartsAt(times: readonly number[]): TimelineChange {
  return (timeline) => {
    if (timeline === null) return null;
    let now = 0;
    const starts = timeline.keyframes.map((_, index) => startOf(timeline, index));
    const keyframes = timeline.keyframes.map((keyframe, index) => {
      const wanted = starts[index + 1];
      if (wanted === undefined) return keyframe;
      const free = times.filter((time) => time > now + MIN_DRAGGED_S);
      const next = nearest(free, wanted);
      if (next === null) return keyframe;
      const duration = rounded(next - now);
      now = next;
      return { ...keyframe, duration };
    });
    return { ...timeline, keyframes };
  };
}

/** The one of some numbers that is nearest to another; null where there is none. */
export function nearest(values: readonly number[], wanted: number): number | null {
  return values.reduce<number | null>(
    (best, value) => (best === null || Math.abs(value - wanted) < Math.abs(best - wanted) ? value : best),
    null,
  );
}

/** Seconds from the first keyframe to this one. */
export function startOf({ keyframes }: Timeline, index: number): number {
  return keyframes.slice(0, index).reduce((sum, { duration }) => sum + duration, 0);
}

/** The keyframe whose picture this is; the one that is chosen is asked first. */
export function findKeyframe(
  timeline: Timeline | null,
  picture: Picture,
  chosen: number | null,
): number | null {
  const all = timeline?.keyframes ?? [];
  const own = chosen === null ? undefined : all[chosen];
  if (own && isSamePicture(own.picture, picture)) return chosen;
  const found = all.findIndex((keyframe) => isSamePicture(keyframe.picture, picture));
  return found < 0 ? null : found;
}

/** Whether a picture blends too many seeds, or too strongly, to be one that others are blended with. */
export function isTooBlended(picture: Picture): boolean {
  const blends = latentsOf(picture).flatMap((latent) => (latent.kind === "blend" ? [latent.parts] : []));
  const count = Math.max(picture.noise_blend.length, ...blends.map(({ length }) => length));
  const isTooStrong = blends.flat().some(({ weight }) => Math.abs(weight) > MAX_KEYFRAME_WEIGHT);
  return count > MAX_KEYFRAME_PARTS || isTooStrong;
}

/** Pictures along a walk: `count` strengths from `low` to `high`, everything else as it is. */
export function picturesAlong(
  picture: Picture,
  walk: string,
  { low, high }: { readonly low: number; readonly high: number },
  count: number,
): readonly Picture[] {
  const others = picture.edits.filter((edit) => edit.walk !== walk);
  const own = picture.edits.find((edit) => edit.walk === walk);
  return Array.from({ length: count }, (_, index) => {
    const alpha = rounded(low + ((high - low) * index) / Math.max(count - 1, 1));
    if (alpha === 0 && !own?.layers && !own?.is_locked) return { ...picture, edits: others };
    return { ...picture, edits: [...others, { walk, layers: null, is_locked: false, ...own, alpha }] };
  });
}

function changing(index: number, change: (keyframe: Keyframe) => Keyframe): TimelineChange {
  return (timeline) => {
    const keyframe = timeline?.keyframes[index];
    if (!timeline || !keyframe) return timeline;
    return { ...timeline, keyframes: timeline.keyframes.with(index, change(keyframe)) };
  };
}

function rounded(value: number): number {
  return Number(value.toFixed(DURATION_DIGITS));
}
