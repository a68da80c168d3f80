/**
 * Sampling: the picture a timeline shows at a time. `server/wend/documents/sampling.py` is its twin, line by line;
 * both are held to the golden cases in `tests/contract/timeline`.
 */

import type { Easing, Edit, Keyframe, Picture, Sound, Timeline } from "../protocol/wire";
import { MAX_ALPHA } from "../protocol/wire";
import { bounded, mixedLatent, mixedModel, mixedNoise, mixedRows, sum, type Weighted } from "./mixing";
import { isSamePicture } from "./picture";
import { levelAt } from "./sound";

/** How long it lasts, in seconds: once from the first keyframe to the last, otherwise until it begins again. */
export function secondsOf({ keyframes, repeat }: Timeline): number {
  const stretches = keyframes.map(({ duration }) => duration);
  if (repeat === "loop") return sum(stretches);
  const way = sum(stretches.slice(0, -1));
  return repeat === "ping_pong" ? 2 * way : way;
}

/** Pictures of an animation of it: its length times fps, rounded; 0 for one that lasts no time. */
export function frameCount(timeline: Timeline, fps: number): number {
  return Math.floor(secondsOf(timeline) * fps + 0.5);
}

/**
 * The picture at a time in seconds, which may lie before the start or after the end.
 *
 * At a keyframe it is that keyframe's, as it stands. Between two, numbers lie between theirs, and what cannot be
 * halved (masks, cutoff, layers, locks, a model's walks) is the nearer one's. Of two models that the keyframes are of, or
 * that one of them blends, the shares lie between, too; of three the nearer one's stay as they are. `sound` drives the
 * timeline's `drive`; null: nothing does.
 */
export function pictureAt(timeline: Timeline, seconds: number, sound: Sound | null = null): Picture {
  const picture = between(timeline, placeAt(timeline, seconds));
  const { drive } = timeline;
  if (!drive?.walk || sound === null) return picture;
  return driven(timeline, picture, drive.walk, drive.amount * levelAt(sound, drive.by, seconds));
}

// -- where on the timeline ------------------------------------------------------------------------------

/** The stretch from keyframe `start`, and the share of it that has passed, 0 to 1 before easing. */
export interface Place {
  readonly start: number;
  readonly share: number;
}

export function placeAt(timeline: Timeline, seconds: number): Place {
  const { keyframes, repeat } = timeline;
  const last = keyframes.length - 1;
  let left = wayAt(timeline, seconds);
  const stretches = repeat === "loop" ? keyframes : keyframes.slice(0, last);
  for (const [start, { duration }] of stretches.entries()) {
    if (left < duration) return { start, share: left / duration };
    left -= duration;
  }
  return { start: repeat === "loop" && secondsOf(timeline) > 0 ? 0 : last, share: 0 };
}

/** Seconds along the keyframes in their order, from the first, at a time: back and forth for `ping_pong`. */
export function wayAt(timeline: Timeline, seconds: number): number {
  const total = secondsOf(timeline);
  if (timeline.repeat === "once" || total === 0) return Math.min(Math.max(seconds, 0), total);
  const rest = seconds % total;
  const left = rest < 0 ? rest + total : rest;
  return timeline.repeat === "ping_pong" && left > 0.5 * total ? total - left : left;
}

/** The share of the way, of the share of the time: quadratic at one end, cubic (smoothstep) at both. */
export function eased(easing: Easing, share: number): number {
  switch (easing) {
    case "linear":
      return share;
    case "ease_in":
      return share * share;
    case "ease_out":
      return share * (2 - share);
    case "ease_in_out":
      return share * share * (3 - 2 * share);
    case "hold":
      return 0;
    default:
      return easing satisfies never;
  }
}

// -- between two keyframes ------------------------------------------------------------------------------

function between(timeline: Timeline, { start, share }: Place): Picture {
  const { keyframes, path } = timeline;
  const a = at(keyframes, start);
  const b = at(keyframes, (start + 1) % keyframes.length);
  const way = eased(a.easing, share);
  if (way === 0 || isSamePicture(a.picture, b.picture)) return a.picture;
  const [near, far] = way < 0.5 ? [a.picture, b.picture] : [b.picture, a.picture];
  const pair: Weighted = [
    [a.picture, 1 - way],
    [b.picture, way],
  ];
  const shares = path === "spline" ? spline(timeline, start, way) : pair;
  return {
    ...near,
    model_blend: mixedModel(pair, near, far),
    latent: mixedLatent(shares, near, path === "slerp"),
    mix: mixedRows(shares, near, path === "slerp"),
    psi: bounded(shares.map(([picture, weight]) => [picture.psi, weight])),
    noise_blend: mixedNoise(a.picture, b.picture, pair),
    edits: editsOf(timeline, shares, near, far),
  };
}

/**
 * Shares of up to four keyframes on the cubic through them; they sum to 1, the outer ones below 0.
 *
 * Hermite's cubic with the slope at a keyframe that of the line between its neighbours, over their times; at an end,
 * a cut, a hold or where the model changes that of the stretch itself: another model's seeds, classes and walks say
 * nothing of this one's. Equal durations give the uniform spline.
 * Source: Catmull and Rom, "A class of local interpolating splines", 1974; over unequal times Kochanek and Bartels,
 * "Interpolating splines with local tension, continuity, and bias control", SIGGRAPH 1984, eq. 11.
 */
function spline({ keyframes, repeat }: Timeline, start: number, way: number): Weighted {
  const count = keyframes.length;
  const isLoop = repeat === "loop";
  const b = (start + 1) % count;
  const modelOf = (index: number) => at(keyframes, index).picture.model;
  const isOfBoth = (index: number) => modelOf(index) === modelOf(start) && modelOf(index) === modelOf(b);
  const [previous, following] = [(start - 1 + count) % count, (start + 2) % count];
  const before = (start > 0 || isLoop) && isOfBoth(previous) ? previous : null;
  const after = (start + 2 < count || isLoop) && isOfBoth(following) ? following : null;
  const { duration } = at(keyframes, start);
  const coming = before === null ? null : moving(at(keyframes, before));
  const going = after === null ? null : moving(at(keyframes, b));
  const [u, u2, u3] = [way, way * way, way * way * way];
  const [leave, arrive] = [u3 - 2 * u2 + u, u3 - u2];
  let [w0, w1, w2, w3] = [0, 2 * u3 - 3 * u2 + 1, 3 * u2 - 2 * u3, 0];
  if (coming === null) {
    w1 -= leave;
    w2 += leave;
  } else {
    const slope = (leave * duration) / (coming.duration + duration);
    w0 -= slope;
    w2 += slope;
  }
  if (going === null) {
    w1 -= arrive;
    w2 += arrive;
  } else {
    const slope = (arrive * duration) / (duration + going.duration);
    w1 -= slope;
    w3 += slope;
  }
  const weighted: readonly (readonly [number | null, number])[] = [
    [before, w0],
    [start, w1],
    [b, w2],
    [after, w3],
  ];
  return weighted.flatMap(([index, weight]) =>
    index === null || weight === 0 ? [] : [[at(keyframes, index).picture, weight] as const],
  );
}

/** The keyframe, if the way from it to the next is one. */
function moving(keyframe: Keyframe): Keyframe | null {
  return keyframe.duration === 0 || keyframe.easing === "hold" ? null : keyframe;
}

/**
 * The edits of all, by the order of first appearance on the timeline; one that is missing is at 0. Where the model
 * changes, the nearer one's alone: a walk of one model may be none of the other's.
 */
function editsOf(timeline: Timeline, shares: Weighted, near: Picture, far: Picture): readonly Edit[] {
  const own = byWalk(near);
  const all = shares.map(([picture]) => byWalk(picture));
  const ends = [own, byWalk(far)];
  return walksOf(timeline).flatMap((walk) => {
    const [first] = [...ends, ...all].flatMap((edits) => edits.get(walk) ?? []);
    if (!first || (near.model !== far.model && !own.has(walk))) return [];
    const alphas = all.map((edits, place) => [edits.get(walk)?.alpha ?? 0, shares[place]?.[1] ?? 0] as const);
    const is_locked = own.get(walk)?.is_locked ?? false;
    return [{ walk, alpha: bounded(alphas), layers: first.layers, is_locked }];
  });
}

function byWalk({ edits }: Picture): ReadonlyMap<string, Edit> {
  return new Map(edits.map((edit) => [edit.walk, edit]));
}

/** Every walk that moves in it, in order of first appearance, the driven one last. */
export function walksOf({ keyframes, drive }: Timeline): readonly string[] {
  const moved = keyframes.flatMap(({ picture }) => picture.edits.map(({ walk }) => walk));
  return [...new Set(drive?.walk ? [...moved, drive.walk] : moved)];
}

/** Models that the drive moves: of the keyframes with its slider; where none has it, the first one's. */
function drivenModels({ keyframes }: Timeline, walk: string): ReadonlySet<string> {
  const having = keyframes.filter(({ picture }) => picture.edits.some((edit) => edit.walk === walk));
  return new Set((having[0] ? having : keyframes.slice(0, 1)).map(({ picture }) => picture.model));
}

/** The picture with the driven slider moved on; one that was not there is added at the end of a driven model's. */
function driven(timeline: Timeline, picture: Picture, walk: string, shift: number): Picture {
  if (!drivenModels(timeline, walk).has(picture.model)) return picture;
  if (!picture.edits.some((edit) => edit.walk === walk)) {
    return { ...picture, edits: [...picture.edits, { walk, alpha: shift, layers: null, is_locked: false }] };
  }
  const moved = (edit: Edit) => Math.min(Math.max(edit.alpha + shift, -MAX_ALPHA), MAX_ALPHA);
  const edits = picture.edits.map((edit) => (edit.walk === walk ? { ...edit, alpha: moved(edit) } : edit));
  return { ...picture, edits };
}

function at(keyframes: readonly Keyframe[], index: number): Keyframe {
  const keyframe = keyframes[index];
  if (!keyframe) throw new RangeError(`there is no keyframe ${index}`);
  return keyframe;
}
