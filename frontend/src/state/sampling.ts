/** Sampling: what is asked of a job that draws samples whose factor follows a chosen distribution. */

import type { Params, Picture } from "../protocol/wire";
import { type FactorWalk, notationOfFactor, sayOffPrior, sayRange } from "./factor_units";
import { distributionOf, gapOf, type Heights, heightsOf, type Shape } from "./histogram";

export const SAMPLE_KIND = "sample";

export const COUNT_RANGE = [1, 10_000] as const;

/** What a form of sampling holds. */
export interface SampleDraft {
  readonly walk: string;
  /** Ends of the range that is drawn over, in the factor's unit. */
  readonly low: number;
  readonly high: number;
  /** Null: drawn by hand. */
  readonly shape: Shape | null;
  readonly heights: Heights;
  readonly count: number;
  readonly seed: number;
}

/** Drawn at the first visit: enough to see a distribution, few enough for a minute. */
const FIRST_COUNT = 200;

export function firstDraft({ id, factor }: FactorWalk): SampleDraft {
  return {
    walk: id,
    low: factor.low,
    high: factor.high,
    shape: "uniform",
    heights: heightsOf("uniform"),
    count: FIRST_COUNT,
    seed: 0,
  };
}

export function withShape(draft: SampleDraft, shape: Shape): SampleDraft {
  return { ...draft, shape, heights: heightsOf(shape) };
}

/** What stands against a draft, as a sentence, and what only has to be known of it. */
export interface DraftTold {
  readonly lack: string | null;
  readonly notes: readonly string[];
}

export function tellOf({ low, high, heights, shape }: SampleDraft, { factor }: FactorWalk): DraftTold {
  const notation = notationOfFactor(factor.unit);
  if (!(low < high)) return { lack: "The range has to end above where it begins.", notes: [] };
  if (heights.every((height) => height === 0)) {
    return { lack: "Nothing is drawn: every bar is empty.", notes: [] };
  }
  const gap = shape === null ? gapOf(heights) : null;
  const at = (share: number) => low + share * (high - low);
  const off = sayOffPrior(low, factor) ?? sayOffPrior(high, factor);
  return {
    lack: null,
    notes: [
      ...(gap
        ? [
            `No sample will lie from ${sayRange(at(gap.low), at(gap.high), notation)}: nothing is drawn there.`,
          ]
        : []),
      ...(off ? [off] : []),
    ],
  };
}

/** The parameters of the job; the picture tells truncation and class. */
export function sampleParams(draft: SampleDraft, picture: Picture): Params {
  const { walk, low, high, shape, heights, count, seed } = draft;
  const distribution =
    shape === null ? { kind: "histogram", low, high, heights } : distributionOf(shape, low, high);
  return {
    model: picture.model,
    targets: [{ walk, distribution }],
    count,
    seed,
    psi: picture.psi,
    class_index: picture.class_index,
  };
}
