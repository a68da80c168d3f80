/** Survey: what a finished survey says a generator leaves out, read from its file. */

export const SURVEY_KIND = "survey";
export const SURVEY_FILE = "survey.json";

export interface SurveyClass {
  readonly name: string;
  /** Mean areas in percent of the picture. */
  readonly real: number;
  readonly model: number;
  /** −1: gone; null: nowhere real. */
  readonly relative: number | null;
  /** Ends of its 95 % interval. */
  readonly low: number | null;
  readonly high: number | null;
  /** Shares of pictures, 0..1. */
  readonly realFrequency: number;
  readonly modelFrequency: number;
  /** Mean length of its edge in real pictures, in sides of the picture. */
  readonly realOutline: number;
}

/** Examples of one class: a picture file of a row per kind. */
export interface SurveySheet {
  readonly file: string;
  /** How many examples each row holds. */
  readonly counts: readonly number[];
}

export interface SurveyModel {
  readonly title: string;
  readonly fsd: number;
  readonly fsdMean: number;
  readonly fsdCov: number;
  readonly classes: readonly SurveyClass[];
  /** Rank correlation of loss, by what it was held against. */
  readonly ranks: readonly { readonly name: string; readonly value: number | null }[];
  readonly sheets: Readonly<Record<string, SurveySheet>>;
}

export interface Survey {
  readonly against: string;
  readonly count: number;
  readonly realCount: number;
  readonly floor: { readonly mean: number; readonly high: number; readonly count: number };
  /** Classes of the figure, the largest first. */
  readonly shown: readonly string[];
  /** What the rows of a sheet are. */
  readonly rows: readonly string[];
  readonly models: readonly SurveyModel[];
  readonly skipped: { readonly count: number; readonly files: readonly SkippedFile[] };
  readonly notes: readonly string[];
}

export interface SkippedFile {
  readonly name: string;
  readonly why: string;
}

/** How the classes of the figure stand: as published, or by what is lost most in the first model. */
export type SurveyOrder = "area" | "loss";

type Loose = Readonly<Record<string, unknown>>;

/** Null for what is no survey, or one of another version. */
export function readSurvey(data: unknown): Survey | null {
  const { against, count, real_count, noise_floor, shown, rows, models, skipped, notes } = asLoose(data);
  const floor = asLoose(noise_floor);
  if (typeof against !== "string" || !Array.isArray(models) || !isNumber(floor.mean)) return null;
  const read = models.map(readModel);
  if (read.length === 0 || read.some((model) => model === null)) return null;
  const left = asLoose(skipped);
  return {
    against,
    count: numberOf(count),
    realCount: numberOf(real_count),
    floor: { mean: floor.mean, high: numberOf(floor.high), count: numberOf(floor.count) },
    shown: texts(shown),
    rows: texts(rows),
    models: read.filter((model) => model !== null),
    skipped: {
      count: numberOf(left.count),
      files: list(left.files).map((file) => {
        const { name, why } = asLoose(file);
        return { name: String(name), why: String(why) };
      }),
    },
    notes: texts(notes),
  };
}

function readModel(data: unknown): SurveyModel | null {
  const { title, fsd, fsd_mean, fsd_cov, classes, correlations, sheets } = asLoose(data);
  if (typeof title !== "string" || !isNumber(fsd) || !Array.isArray(classes)) return null;
  const { classes: _count, ...ranks } = asLoose(correlations);
  return {
    title,
    fsd,
    fsdMean: numberOf(fsd_mean),
    fsdCov: numberOf(fsd_cov),
    classes: classes.map(readClass),
    ranks: Object.entries(ranks).map(([name, value]) => ({ name, value: orNull(value) })),
    sheets: Object.fromEntries(
      Object.entries(asLoose(sheets)).map(([name, sheet]) => {
        const { file, counts } = asLoose(sheet);
        return [name, { file: String(file), counts: list(counts).map(numberOf) }];
      }),
    ),
  };
}

function readClass(data: unknown): SurveyClass {
  const { name, real, model, relative, low, high, real_frequency, model_frequency, real_outline } =
    asLoose(data);
  return {
    name: String(name),
    real: numberOf(real),
    model: numberOf(model),
    relative: orNull(relative),
    low: orNull(low),
    high: orNull(high),
    realFrequency: numberOf(real_frequency),
    modelFrequency: numberOf(model_frequency),
    realOutline: numberOf(real_outline),
  };
}

/** The figure's rows: of each class what every model makes of it. */
export interface FigureRow {
  readonly name: string;
  readonly real: number;
  readonly models: readonly SurveyClass[];
}

export function rowsOf({ shown, models }: Survey, order: SurveyOrder): readonly FigureRow[] {
  const tables = models.map(({ classes }) => new Map(classes.map((each) => [each.name, each])));
  const rows = shown.flatMap((name) => {
    const found = tables.map((table) => table.get(name)).filter((each) => each !== undefined);
    const [first] = found;
    return first && found.length === tables.length ? [{ name, real: first.real, models: found }] : [];
  });
  if (order === "area") return rows;
  const loss = ({ models: [first] }: FigureRow) => first?.relative ?? Number.POSITIVE_INFINITY;
  return [...rows].sort((a, b) => loss(a) - loss(b));
}

/** What loss may go with: each a number of a class as it is in real pictures. */
export type LossCause = "area" | "frequency" | "outline";

const CAUSES: Readonly<Record<LossCause, (of: SurveyClass) => number>> = {
  area: ({ real }) => real,
  frequency: ({ realFrequency }) => 100 * realFrequency,
  outline: ({ realOutline }) => realOutline,
};

export interface LossSeries {
  readonly name: string;
  /** y: relative difference in percent. */
  readonly points: readonly { readonly name: string; readonly x: number; readonly y: number }[];
}

/** Of every model the classes of the figure: how much is lost against what they are like. */
export function lossAgainst({ shown, models }: Survey, cause: LossCause): readonly LossSeries[] {
  return models.map(({ title, classes }) => ({
    name: title,
    points: classes.flatMap((each) =>
      each.relative !== null && shown.includes(each.name)
        ? [{ name: each.name, x: CAUSES[cause](each), y: 100 * each.relative }]
        : [],
    ),
  }));
}

function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}

function list(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

function texts(data: unknown): readonly string[] {
  return list(data).filter((each) => typeof each === "string");
}

function isNumber(data: unknown): data is number {
  return typeof data === "number";
}

function numberOf(data: unknown): number {
  return isNumber(data) ? data : 0;
}

function orNull(data: unknown): number | null {
  return isNumber(data) ? data : null;
}
