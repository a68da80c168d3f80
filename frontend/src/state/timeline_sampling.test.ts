// @vitest-environment node
/** The picture a timeline shows at a time, as the server has it: both read the same golden cases. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Picture, Sound, Timeline } from "../protocol/wire";
import { normalizePicture } from "./normalize_picture";
import { normalizeTimeline } from "./normalize_timeline";
import { frameCount, pictureAt, secondsOf, wayAt } from "./timeline_sampling";

interface Case {
  readonly name: string;
  readonly timeline: Timeline;
  readonly sound: Sound | null;
  readonly seconds: number;
  readonly frames: readonly { readonly fps: number; readonly count: number }[];
  readonly samples: readonly { readonly at: number; readonly picture: Picture }[];
}

const FOLDER = join(import.meta.dirname, "../../../tests/contract/timeline");

function readCases(): readonly Case[] {
  return readdirSync(FOLDER).flatMap(
    (file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Case[],
  );
}

/** The same value, its numbers as near as sums in another order are. */
function close(value: unknown): unknown {
  if (typeof value === "number") return expect.closeTo(value, 9);
  if (Array.isArray(value)) return value.map(close);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, close(each)]));
}

describe.each(readCases().map((each) => [each.name, each] as const))(
  "%s",
  (_, { timeline, sound, ...golden }) => {
    it("lasts as long, and has as many pictures", () => {
      expect(secondsOf(timeline)).toBeCloseTo(golden.seconds, 9);
      for (const { fps, count } of golden.frames) expect(frameCount(timeline, fps)).toBe(count);
    });

    it("shows the same pictures", () => {
      for (const { at, picture } of golden.samples) {
        expect(pictureAt(timeline, at, sound), `at ${at} s`).toEqual(close(picture));
      }
    });

    it("passes the gate as it is, with all that lies between", () => {
      expect(normalizeTimeline(timeline)).toEqual(timeline);
      for (const { picture } of golden.samples) expect(normalizePicture(picture, "picture")).toEqual(picture);
    });
  },
);

it("goes back along the keyframes where it goes to and fro", () => {
  const found = readCases().find(
    ({ timeline }) => timeline.repeat === "ping_pong" && secondsOf(timeline) > 0,
  );
  if (!found) throw new Error("no case goes to and fro");
  const total = secondsOf(found.timeline);
  expect(wayAt(found.timeline, total - 0.25)).toBeCloseTo(0.25, 9);
  expect(wayAt(found.timeline, total + 0.25)).toBeCloseTo(0.25, 9);
});
