/** Limits: what a finished measurement says of how far a walk can go, read from its file. */

/** Low and high strength. */
export type Range = readonly [number, number];

export interface Zones {
  readonly trained: Range | null;
  readonly reachable: Range | null;
  /** Beyond these pictures hardly change; null: that was not met. */
  readonly saturated: Range | null;
}

/** An axis as the server's charts give it. */
export interface ChartAxis {
  readonly label: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly scale: "linear" | "log";
}

export interface LimitsLine {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  readonly bands: readonly {
    readonly name: string;
    readonly low: readonly number[];
    readonly high: readonly number[];
  }[];
  readonly has_points: boolean;
}

export interface LimitsBars {
  readonly kind: "bars";
  readonly title: string;
  readonly value: ChartAxis;
  readonly names: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly reference: number | null;
  readonly note: string;
}

/** A chart of another kind: the report draws it, this page does not. */
export interface LimitsElsewhere {
  readonly kind: "elsewhere";
  readonly title: string;
}

export interface LimitsLines {
  readonly kind: "lines";
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly LimitsLine[];
  readonly note: string;
  readonly is_filled: boolean;
}

export type LimitsChart = LimitsLines | LimitsBars | LimitsElsewhere;

export interface Limits {
  readonly charts: readonly LimitsChart[];
  readonly zones: Zones;
  /** The strengths that were looked at, as the columns of the filmstrip stand. */
  readonly alphas: readonly number[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

type Loose = Readonly<Record<string, unknown>>;

/** Null for what is no measurement of limits, or one of another version. */
export function readLimits(data: unknown): Limits | null {
  const { charts, zones, facts, all } = asLoose(data);
  if (!Array.isArray(charts)) return null;
  const read = charts.map(readChart);
  if (read.some((chart) => chart === null)) return null;
  const { trained, reachable, saturated } = asLoose(zones);
  return {
    charts: read.filter((chart) => chart !== null),
    zones: { trained: readRange(trained), reachable: readRange(reachable), saturated: readRange(saturated) },
    alphas: numbers(asLoose(all).alpha).filter((alpha) => alpha !== null),
    facts: Object.entries(asLoose(facts)).flatMap(([name, value]) =>
      typeof value === "string" ? [{ name, value }] : [],
    ),
  };
}

function readChart(data: unknown): LimitsChart | null {
  const { kind, title } = asLoose(data);
  if (typeof title !== "string") return null;
  if (kind === "lines") return readLines(title, asLoose(data));
  return kind === "bars" ? readBars(title, asLoose(data)) : { kind: "elsewhere", title };
}

function readLines(title: string, { x, y, lines, note, is_filled }: Loose): LimitsLines | null {
  if (!Array.isArray(lines)) return null;
  return {
    kind: "lines",
    title,
    x: readAxis(x),
    y: readAxis(y),
    lines: lines.map(readLine),
    note: typeof note === "string" ? note : "",
    is_filled: is_filled === true,
  };
}

function readBars(title: string, { value, names, series, reference, note }: Loose): LimitsBars | null {
  if (!Array.isArray(names)) return null;
  return {
    kind: "bars",
    title,
    value: readAxis(value),
    names: names.map(String),
    series: Object.entries(asLoose(series)).map(([name, values]) => ({ name, values: numbers(values) })),
    reference: typeof reference === "number" ? reference : null,
    note: typeof note === "string" ? note : "",
  };
}

function readAxis(data: unknown): ChartAxis {
  const { label, unit, low, high, scale } = asLoose(data);
  return {
    label: typeof label === "string" ? label : "",
    unit: typeof unit === "string" ? unit : "",
    low: typeof low === "number" ? low : null,
    high: typeof high === "number" ? high : null,
    scale: scale === "log" ? "log" : "linear",
  };
}

function readLine(data: unknown): LimitsLine {
  const { name, x, y, bands, has_points } = asLoose(data);
  return {
    name: typeof name === "string" ? name : "",
    x: numbers(x).map((value) => value ?? Number.NaN),
    y: numbers(y),
    bands: (Array.isArray(bands) ? bands : []).map((band) => {
      const { name: what, low, high } = asLoose(band);
      const ends = (end: unknown) => numbers(end).map((value) => value ?? Number.NaN);
      return { name: typeof what === "string" ? what : "", low: ends(low), high: ends(high) };
    }),
    has_points: has_points === true,
  };
}

function numbers(data: unknown): readonly (number | null)[] {
  return Array.isArray(data) ? data.map((value) => (typeof value === "number" ? value : null)) : [];
}

function readRange(data: unknown): Range | null {
  const [low, high] = numbers(data);
  return typeof low === "number" && typeof high === "number" ? [low, high] : null;
}

function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}
