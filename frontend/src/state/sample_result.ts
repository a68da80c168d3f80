/** The result of sampling: how values came to be spread beside what was wanted, read from its file. */

export const SAMPLE_FILE = "distribution.json";

/** One factor over all samples; histograms are shares of all samples, a number for each bin. */
export interface Spread {
  readonly walk: string;
  readonly title: string;
  readonly unit: string;
  /** Ends of the bins: one more than there are. */
  readonly edges: readonly number[];
  readonly wanted: readonly number[];
  readonly predicted: readonly number[];
  /** Null where nothing measures the factor. */
  readonly measured: readonly number[] | null;
  /** Of the same seeds without any control. */
  readonly without: readonly number[];
  /** Largest distances of the distribution functions from what was wanted. */
  readonly ksPredicted: number;
  readonly ksMeasured: number | null;
  readonly ksWithout: number;
  /** Shares of what was asked for beyond the factor's reach, and of samples off the prior. */
  readonly cut: number;
  readonly offPrior: number;
  readonly meanError: number | null;
}

export interface Samples {
  readonly count: number;
  /** At least one. */
  readonly spreads: readonly Spread[];
}

type Loose = Readonly<Record<string, unknown>>;

/** Null for what is no result of sampling, or one of another version. */
export function readSamples(data: unknown): Samples | null {
  const { count, targets } = asLoose(data);
  if (typeof count !== "number" || !Array.isArray(targets)) return null;
  const spreads = targets.map((target) => readSpread(asLoose(target)));
  if (spreads.length === 0 || spreads.some((spread) => spread === null)) return null;
  return { count, spreads: spreads.filter((spread) => spread !== null) };
}

function readSpread(told: Loose): Spread | null {
  const [edges, wanted, predicted, without] = [told.edges, told.wanted, told.predicted, told.without].map(
    numbers,
  );
  const { ks_predicted: ksPredicted, ks_without: ksWithout } = told;
  if (!edges || !wanted || !predicted || !without) return null;
  if (edges.length !== wanted.length + 1 || predicted.length !== wanted.length) return null;
  if (typeof ksPredicted !== "number" || typeof ksWithout !== "number") return null;
  return {
    walk: String(told.walk),
    title: String(told.title),
    unit: String(told.unit),
    edges,
    wanted,
    predicted,
    measured: numbers(told.measured),
    without,
    ksPredicted,
    ksMeasured: numberOf(told.ks_measured),
    ksWithout,
    cut: numberOf(told.cut) ?? 0,
    offPrior: numberOf(told.off_prior) ?? 0,
    meanError: numberOf(told.mean_error),
  };
}

/** Bins of a drawing for so many samples: finer ones would show chance, not the spread. */
const BINS_PER_ROOT = 1.3;
const LEAST_BINS = 8;

/** The same spread in as few bins as its samples can fill; several of the old ones make a new one. */
export function coarsened(spread: Spread, count: number): Spread {
  const bins = spread.wanted.length;
  const wished = Math.max(LEAST_BINS, BINS_PER_ROOT * Math.sqrt(count));
  const size = Math.max(1, Math.round(bins / wished));
  if (size === 1 || bins % size !== 0) return spread;
  const sums = (shares: readonly number[]) =>
    Array.from({ length: bins / size }, (_, place) =>
      shares.slice(place * size, (place + 1) * size).reduce((sum, share) => sum + share, 0),
    );
  return {
    ...spread,
    edges: spread.edges.filter((_, place) => place % size === 0),
    wanted: sums(spread.wanted),
    predicted: sums(spread.predicted),
    measured: spread.measured && sums(spread.measured),
    without: sums(spread.without),
  };
}

/** The middle of every bin. */
export function middlesOf({ edges }: Spread): readonly number[] {
  return edges.slice(1).map((edge, place) => 0.5 * (edge + (edges[place] ?? edge)));
}

function numbers(data: unknown): readonly number[] | null {
  return Array.isArray(data) && data.every((value) => typeof value === "number") ? data : null;
}

function numberOf(data: unknown): number | null {
  return typeof data === "number" && Number.isFinite(data) ? data : null;
}

function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}
