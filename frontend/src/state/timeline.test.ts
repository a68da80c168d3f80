/** Changes of a timeline keep what they do not mean, and stay within its limits. */

import { describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { MAX_DURATION_S, MAX_KEYFRAMES, type Timeline } from "../protocol/wire";
import { seedOf, withSeed } from "./picture";
import {
  findKeyframe,
  isTooBlended,
  picturesAlong,
  startOf,
  type TimelineChange,
  withDuration,
  withEasing,
  withMoved,
  withoutKeyframe,
  withPictures,
  withReplaced,
  withSplit,
  withStart,
  withStartsAt,
} from "./timeline";
import { pictureAt, secondsOf } from "./timeline_sampling";

const seed = (number: number) => withSeed(number)(PICTURE);

/** Keyframes of the seeds 1, 2, 3, a second each. */
const THREE = made(withPictures([seed(1), seed(2), seed(3)])(null));

function made(timeline: Timeline | null): Timeline {
  if (timeline === null) throw new Error("there is no timeline");
  return timeline;
}

function seedsAfter(change: TimelineChange): number[] {
  return made(change(THREE)).keyframes.map(({ picture }) => seedOf(picture));
}

function durationsAfter(change: TimelineChange): number[] {
  return made(change(THREE)).keyframes.map(({ duration }) => duration);
}

describe("keyframes", () => {
  it("are put at the end, or before a place", () => {
    expect(seedsAfter(withPictures([seed(4), seed(5)]))).toEqual([1, 2, 3, 4, 5]);
    expect(seedsAfter(withPictures([seed(4)], 1))).toEqual([1, 4, 2, 3]);
  });

  it("fill the timeline and no more", () => {
    const many = Array.from({ length: MAX_KEYFRAMES }, () => seed(9));
    expect(made(withPictures(many)(THREE)).keyframes).toHaveLength(MAX_KEYFRAMES);
  });

  it("are moved with their stretch", () => {
    expect(seedsAfter(withMoved(0, 2))).toEqual([2, 3, 1]);
    expect(seedsAfter(withMoved(2, 0))).toEqual([3, 1, 2]);
    expect(seedsAfter(withMoved(1, 99))).toEqual([1, 3, 2]);
    const held = withMoved(0, 1)(withEasing(0, "hold")(THREE));
    expect(made(held).keyframes.map(({ easing }) => easing)).toEqual(["linear", "hold", "linear"]);
  });

  it("are replaced and removed, the last with the timeline", () => {
    expect(seedsAfter(withReplaced(1, seed(8)))).toEqual([1, 8, 3]);
    expect(seedsAfter(withoutKeyframe(0))).toEqual([2, 3]);
    expect(withoutKeyframe(0)(withPictures([PICTURE])(null))).toBeNull();
  });

  it("that are not there change nothing", () => {
    for (const change of [withReplaced(7, PICTURE), withMoved(7, 0), withDuration(7, 3), withStart(0, 3)]) {
      expect(change(THREE)).toBe(THREE);
    }
  });

  it("are found by their picture, the chosen one first", () => {
    const twice = made(withPictures([seed(1)])(THREE));
    expect(findKeyframe(twice, seed(1), null)).toBe(0);
    expect(findKeyframe(twice, seed(1), 3)).toBe(3);
    expect(findKeyframe(twice, seed(9), 3)).toBeNull();
  });
});

describe("time", () => {
  it("is kept to the thousandth and within its limits", () => {
    expect(durationsAfter(withDuration(1, 0.12345))).toEqual([1, 0.123, 1]);
    expect(durationsAfter(withDuration(1, -4))).toEqual([1, 0, 1]);
    expect(durationsAfter(withDuration(1, 1e9))).toEqual([1, MAX_DURATION_S, 1]);
  });

  it("is parted where a keyframe is made of what is shown", () => {
    const parted = made(withSplit(0.25)(THREE));
    expect(parted.keyframes.map(({ duration }) => duration)).toEqual([0.25, 0.75, 1, 1]);
    expect(parted.keyframes[1]?.picture).toEqual(pictureAt(THREE, 0.25));
    expect(secondsOf(parted)).toBe(secondsOf(THREE));
    expect(withSplit(1)(THREE)).toBe(THREE);
  });

  it("of one keyframe is moved between its neighbours", () => {
    expect(durationsAfter(withStart(1, 1.5))).toEqual([1.5, 0.5, 1]);
    expect(durationsAfter(withStart(1, 9))).toEqual([2, 0, 1]);
    expect(durationsAfter(withStart(2, 9))).toEqual([1, 8, 1]);
  });

  it("of all is moved onto beats, no two onto one", () => {
    const beats = [0, 0.4, 0.8, 1.2, 1.6, 2.0];
    const onBeats = made(withStartsAt(beats)(THREE));
    expect([0, 1, 2].map((index) => startOf(onBeats, index))).toEqual([0, 0.8, 2]);
    const crowded = made(withStartsAt([0.9, 1.1])(withDuration(1, 0.05)(THREE)));
    expect(crowded.keyframes.map(({ duration }) => duration)).toEqual([0.9, 0.2, 1]);
  });
});

it("goes along a walk in even steps, and leaves other sliders alone", () => {
  const moved = { ...PICTURE, edits: [{ walk: "a", alpha: 1, layers: null, is_locked: false }] };
  const along = picturesAlong(moved, "chain", { low: 0, high: 36 }, 5);
  expect(along.map(({ edits }) => edits.find(({ walk }) => walk === "chain")?.alpha ?? 0)).toEqual([
    0, 9, 18, 27, 36,
  ]);
  expect(along.every(({ edits }) => edits[0]?.walk === "a")).toBe(true);
});

it("knows pictures that lie between too many", () => {
  const parts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ seed: index, weight: 1 / count, class_index: null }));
  const blend = (count: number) => ({
    ...PICTURE,
    latent: { kind: "blend" as const, parts: parts(count), path: "lerp" as const },
  });
  expect([8, 9].map((count) => isTooBlended(blend(count)))).toEqual([false, true]);
  const strong = (weight: number) => ({
    ...blend(0),
    latent: {
      kind: "blend" as const,
      parts: [weight, 1 - weight].map((each, seed) => ({ seed, weight: each, class_index: null })),
      path: "lerp" as const,
    },
  });
  expect([2, -1, 2.1, -1.1].map((weight) => isTooBlended(strong(weight)))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
