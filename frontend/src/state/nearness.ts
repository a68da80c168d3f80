/** Nearness: how near a model came to its world, read from the file of a finished measurement. */

import { asLoose, type ChartData, numbers, readChart } from "./charts";

/** Kind of the job that measures it, and the file it leaves. */
export const NEARNESS_KIND = "nearness";
export const NEARNESS_FILE = "nearness.json";

/** The limits of `methods/nearness/params.py`. */
export const LEAST_PICTURES = 50;
export const MOST_PICTURES = 20_000;
export const USUAL_PICTURES = 1000;

export interface NearnessScores {
  readonly frechet: number;
  /** What two samples of the world differ by: on average, and at most. */
  readonly floor: number;
  readonly floorHigh: number;
  readonly precision: number;
  readonly precisionCeiling: number;
  readonly recall: number;
  readonly recallCeiling: number;
}

export interface NearnessPictures {
  readonly kind: "pictures";
  readonly title: string;
  readonly note: string;
  readonly file: string;
}

export interface NearnessSection {
  readonly title: string;
  readonly text: string;
  readonly isSmall: boolean;
  readonly charts: readonly ChartData[];
  readonly pictures: readonly NearnessPictures[];
}

export interface Nearness {
  readonly world: string;
  readonly count: number;
  readonly psi: number;
  /** By what a network sees, and by plain pixels. */
  readonly seen: NearnessScores;
  readonly pixels: NearnessScores;
  /** The distance of infinitely many pictures. */
  readonly limit: number;
  /** Factor by factor, what the world has and the model has not. */
  readonly missing: readonly { readonly name: string; readonly what: readonly string[] }[];
  readonly notes: readonly string[];
  readonly sections: readonly NearnessSection[];
}

/** Null for what is no such measurement, or one of another version. */
export function readNearness(data: unknown): Nearness | null {
  const loose = asLoose(data);
  const { world, missing, notes, sections } = loose;
  const [count, psi, limit] = numbers([loose.n, loose.psi, loose.frechet_limit]);
  const [seen, pixels] = [readScores(loose, ""), readScores(loose, "pixel_")];
  if (typeof world !== "string" || seen === null || pixels === null || !Array.isArray(sections)) return null;
  if (typeof count !== "number" || typeof psi !== "number" || typeof limit !== "number") return null;
  const read = sections.map(readSection);
  if (read.some((section) => section === null)) return null;
  return {
    world,
    count,
    psi,
    seen,
    pixels,
    limit,
    missing: Object.entries(asLoose(missing)).map(([name, what]) => ({ name, what: words(what) })),
    notes: words(notes),
    sections: read.filter((section) => section !== null),
  };
}

function readScores(data: Readonly<Record<string, unknown>>, prefix: string): NearnessScores | null {
  const found = numbers(
    [
      "frechet",
      "noise_floor",
      "noise_floor_high",
      "precision",
      "precision_ceiling",
      "recall",
      "recall_ceiling",
    ].map((name) => data[`${prefix}${name}`]),
  ).filter((value) => value !== null);
  const [frechet, floor, floorHigh, precision, precisionCeiling, recall, recallCeiling] = found;
  if (frechet === undefined || floor === undefined || floorHigh === undefined) return null;
  if (precision === undefined || precisionCeiling === undefined) return null;
  if (recall === undefined || recallCeiling === undefined) return null;
  return { frechet, floor, floorHigh, precision, precisionCeiling, recall, recallCeiling };
}

function readSection(data: unknown): NearnessSection | null {
  const { title, text, size, figures } = asLoose(data);
  if (typeof title !== "string" || !Array.isArray(figures)) return null;
  const charts: ChartData[] = [];
  const pictures: NearnessPictures[] = [];
  for (const figure of figures) {
    const { kind, title: name, note, file } = asLoose(figure);
    if (kind === "pictures") {
      if (typeof name !== "string" || typeof file !== "string") return null;
      pictures.push({ kind, title: name, note: typeof note === "string" ? note : "", file });
      continue;
    }
    const chart = readChart(figure);
    if (chart === null) return null;
    charts.push(chart);
  }
  return { title, text: typeof text === "string" ? text : "", isSmall: size === "small", charts, pictures };
}

function words(data: unknown): readonly string[] {
  return Array.isArray(data) ? data.filter((word) => typeof word === "string") : [];
}
