/** Sampling: what is asked of a job that draws samples whose factors follow chosen distributions. */

import type { Params, Picture } from "../protocol/wire";
import { type FactorWalk, notationOfFactor, sayOffPrior, sayRange } from "./factor_units";
import { BARS, distributionOf, gapOf, type Heights, heightsOf, SHAPES, type Shape } from "./histogram";

export const SAMPLE_KIND = "sample";

/** The limits of `methods/sampling/params.py`. */
export const COUNT_RANGE = [1, 100_000] as const;
export const MAX_SAMPLE_SEED = 20_000;
export const MAX_SAMPLE_TARGETS = 4;
export const MAX_LIKE_IMAGES = 2000;

/** One factor and how it is to be spread. */
export interface TargetDraft {
  readonly walk: string;
  /** Ends of the range that is drawn over, in the factor's unit. */
  readonly low: number;
  readonly high: number;
  /** `drawn`: by hand, in the heights; `like`: as in other pictures. */
  readonly shape: Shape | "drawn" | "like";
  readonly heights: Heights;
  /** Pictures that were brought, by hash, or else a world or a variant of one. */
  readonly images: readonly string[];
  readonly world: string;
}

/** What the form holds. */
export interface SampleDraft {
  /** At least one. */
  readonly targets: readonly TargetDraft[];
  readonly count: number;
  readonly seed: number;
  /** Whether each picture is measured and corrected. */
  readonly isClosed: boolean;
}

/** Drawn at the first visit: enough to see a distribution, few enough for a minute. */
const FIRST_COUNT = 200;

export function firstTarget({ id, factor }: FactorWalk): TargetDraft {
  return {
    walk: id,
    low: factor.low,
    high: factor.high,
    shape: "uniform",
    heights: heightsOf("uniform"),
    images: [],
    world: "",
  };
}

export function firstDraft(walk: FactorWalk): SampleDraft {
  return { targets: [firstTarget(walk)], count: FIRST_COUNT, seed: 1, isClosed: false };
}

/** Gives a target a shape; what is drawn by hand begins with the bars that are there. */
export function withShape(target: TargetDraft, shape: TargetDraft["shape"]): TargetDraft {
  const isExact = SHAPES.find((each) => each === shape);
  return { ...target, shape, heights: isExact ? heightsOf(isExact) : target.heights };
}

/** What stands against a target, as a sentence, and what only has to be known of it. */
export interface TargetTold {
  readonly lack: string | null;
  readonly notes: readonly string[];
}

export function tellOf(target: TargetDraft, { title, factor }: FactorWalk): TargetTold {
  const { low, high, heights, shape, images, world } = target;
  const notation = notationOfFactor(factor.unit);
  const lacking = (lack: string) => ({ lack: `${title}: ${lack}`, notes: [] });
  if (shape === "like") {
    return images.length > 0 || world.trim() !== ""
      ? { lack: null, notes: [] }
      : lacking("bring pictures, or name a world.");
  }
  if (!(low < high)) return lacking("the range has to end above where it begins.");
  if (heights.every((height) => height === 0)) return lacking("nothing is drawn, every bar is empty.");
  const gap = shape === "drawn" ? gapOf(heights) : null;
  const at = (share: number) => low + share * (high - low);
  const off = sayOffPrior(low, factor) ?? sayOffPrior(high, factor);
  return {
    lack: null,
    notes: [
      ...(gap
        ? [`${title}: no sample will lie from ${sayRange(at(gap.low), at(gap.high), notation)}, as drawn.`]
        : []),
      ...(off ? [`${title}: ${off.charAt(0).toLowerCase()}${off.slice(1)}`] : []),
    ],
  };
}

/** The parameters of the job; the picture tells truncation and class. */
export function sampleParams({ targets, count, seed, isClosed }: SampleDraft, picture: Picture): Params {
  return {
    model: picture.model,
    targets: targets.map((target) => ({ walk: target.walk, distribution: sayDistribution(target) })),
    count,
    seed,
    loop: isClosed ? "closed" : "open",
    psi: picture.psi,
    psi_cutoff: picture.psi_cutoff,
    class_index: picture.class_index,
  };
}

function sayDistribution({ shape, low, high, heights, images, world }: TargetDraft) {
  switch (shape) {
    case "drawn":
      return { kind: "histogram", low, high, heights };
    case "like":
      return images.length > 0 ? { kind: "like", images } : { kind: "like", world: world.trim() };
    default:
      return distributionOf(shape, low, high);
  }
}

/** The draft that a job was begun with, as far as its factors are still there; null where none is. */
export function draftOfJob(params: Params, walks: readonly FactorWalk[]): SampleDraft | null {
  const told = Array.isArray(params.targets) ? (params.targets as readonly unknown[]) : [];
  const targets = told.flatMap((each) => {
    const { walk: id, distribution } = asLoose(each);
    const walk = walks.find((known) => known.id === id);
    return walk ? [targetOf(walk, asLoose(distribution))] : [];
  });
  const [first] = targets;
  if (!first) return null;
  const { count, seed, loop } = params;
  return {
    targets,
    count: typeof count === "number" ? count : FIRST_COUNT,
    seed: typeof seed === "number" ? seed : 1,
    isClosed: loop === "closed",
  };
}

type Loose = Readonly<Record<string, unknown>>;

function targetOf(walk: FactorWalk, told: Loose): TargetDraft {
  const target = firstTarget(walk);
  switch (told.kind) {
    case "uniform":
      return { ...target, ...endsOf(told) };
    case "histogram": {
      const heights = numbers(told.heights);
      const isOurs = heights.length === BARS;
      return isOurs ? { ...target, ...endsOf(told), shape: "drawn", heights } : target;
    }
    case "bumps": {
      // Ours are told by where they stand in their range.
      const shape = SHAPES.find((each) => isShape(each, told));
      return shape ? { ...withShape(target, shape), ...rangeOf(shape, told) } : target;
    }
    case "like": {
      const images = Array.isArray(told.images) ? told.images.map(String) : [];
      const world = typeof told.world === "string" ? told.world : "";
      return { ...target, shape: "like", images, world };
    }
    default:
      return target;
  }
}

function isShape(shape: Shape, told: Loose): boolean {
  const unit = distributionOf(shape, 0, 1);
  return unit.kind === "bumps" && unit.centers.length === numbers(told.centers).length;
}

/** The range that a shape of bumps was drawn over. */
function rangeOf(shape: Shape, told: Loose): Pick<TargetDraft, "low" | "high"> | null {
  const unit = distributionOf(shape, 0, 1);
  const [center, sd] = [numbers(told.centers)[0], numbers(told.sds)[0]];
  if (unit.kind !== "bumps" || center === undefined || sd === undefined) return null;
  const width = sd / (unit.sds[0] ?? 1);
  const low = center - (unit.centers[0] ?? 0) * width;
  return { low, high: low + width };
}

function endsOf({ low, high }: Loose): Partial<TargetDraft> {
  return typeof low === "number" && typeof high === "number" ? { low, high } : {};
}

function numbers(data: unknown): readonly number[] {
  return Array.isArray(data) && data.every((value) => typeof value === "number") ? data : [];
}

function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}
