/** What a timeline must be, told from what somebody sent. */

import {
  type Drive,
  type Keyframe,
  MAX_ALPHA,
  MAX_DURATION_S,
  MAX_EDITS,
  MAX_KEYFRAMES,
  type Timeline,
} from "../protocol/wire";
import {
  DocumentInvalid,
  orNull,
  readChoice,
  readFields,
  readHash,
  readList,
  readName,
  readNumber,
} from "./foreign";
import { normalizePicture } from "./normalize_picture";
import { isTooBlended } from "./timeline";
import { walksOf } from "./timeline_sampling";

export function normalizeTimeline(data: unknown): Timeline {
  const fields = readFields(data, "timeline", ["keyframes", "repeat", "path", "drive"]);
  const timeline: Timeline = {
    keyframes: readList(fields.keyframes, "keyframes", 1, MAX_KEYFRAMES).map(normalizeKeyframe),
    repeat: readChoice(fields.repeat ?? "once", "repeat", ["once", "loop", "ping_pong"]),
    path: readChoice(fields.path ?? "lerp", "path", ["lerp", "slerp", "spline"]),
    drive: orNull(fields.drive, normalizeDrive),
  };
  if (walksOf(timeline).length > MAX_EDITS) {
    throw new DocumentInvalid(`Its keyframes move more than ${MAX_EDITS} sliders.`);
  }
  return timeline;
}

function normalizeKeyframe(data: unknown, index: number): Keyframe {
  const where = `keyframe ${index + 1}`;
  const fields = readFields(data, where, ["picture", "duration", "easing"]);
  const picture = normalizePicture(fields.picture, `picture of ${where}`);
  if (isTooBlended(picture))
    throw new DocumentInvalid(`Its ${where} blends too many seeds, or too strongly.`);
  return {
    picture,
    duration: readNumber(fields.duration ?? 2, `duration of ${where}`, 0, MAX_DURATION_S),
    easing: readChoice(fields.easing ?? "linear", `easing of ${where}`, [
      "linear",
      "ease_in",
      "ease_out",
      "ease_in_out",
      "hold",
    ]),
  };
}

function normalizeDrive(data: unknown): Drive {
  const { audio, walk, amount, by } = readFields(data, "drive", ["audio", "walk", "amount", "by"]);
  return {
    audio: readHash(audio, "audio"),
    walk: orNull(walk, (name) => readName(name, "walk of the drive")),
    amount: readNumber(amount ?? 1, "amount of the drive", -MAX_ALPHA, MAX_ALPHA),
    by: readChoice(by ?? "loudness", "drive", ["loudness", "beats"]),
  };
}
