/** Charts: what the server's measurements show, as data, read for this page to draw. */

/** An axis as the server's charts give it. */
export interface ChartAxis {
  readonly label: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly scale: "linear" | "log";
}

export interface LineData {
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

export interface BarsData {
  readonly kind: "bars";
  readonly title: string;
  readonly value: ChartAxis;
  readonly names: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
  readonly reference: number | null;
  readonly note: string;
}

export interface ScatterData {
  readonly kind: "scatter";
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly points: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  readonly note: string;
  /** A line where x equals y. */
  readonly hasDiagonal: boolean;
}

/** A chart of another kind: the report draws it, this page does not. */
export interface ElsewhereData {
  readonly kind: "elsewhere";
  readonly title: string;
}

export interface LinesData {
  readonly kind: "lines";
  readonly title: string;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly lines: readonly LineData[];
  readonly note: string;
  readonly is_filled: boolean;
}

export type ChartData = LinesData | BarsData | ScatterData | ElsewhereData;

export type Loose = Readonly<Record<string, unknown>>;

/** Null for what is no chart. */
export function readChart(data: unknown): ChartData | null {
  const { kind, title } = asLoose(data);
  if (typeof title !== "string") return null;
  if (kind === "lines") return readLines(title, asLoose(data));
  if (kind === "scatter") return readScatter(title, asLoose(data));
  return kind === "bars" ? readBars(title, asLoose(data)) : { kind: "elsewhere", title };
}

function readLines(title: string, { x, y, lines, note, is_filled }: Loose): LinesData | null {
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

function readBars(title: string, { value, names, series, reference, note }: Loose): BarsData | null {
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

function readScatter(title: string, { x, y, names, xs, ys, note, has_diagonal }: Loose): ScatterData | null {
  if (!Array.isArray(names)) return null;
  const [across, up] = [numbers(xs), numbers(ys)];
  return {
    kind: "scatter",
    title,
    x: readAxis(x),
    y: readAxis(y),
    points: names.flatMap((name, place) => {
      const [left, high] = [across[place], up[place]];
      return typeof left === "number" && typeof high === "number"
        ? [{ name: String(name), x: left, y: high }]
        : [];
    }),
    note: typeof note === "string" ? note : "",
    hasDiagonal: has_diagonal === true,
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

function readLine(data: unknown): LineData {
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

export function numbers(data: unknown): readonly (number | null)[] {
  return Array.isArray(data) ? data.map((value) => (typeof value === "number" ? value : null)) : [];
}

export function asLoose(data: unknown): Loose {
  return typeof data === "object" && data !== null ? (data as Loose) : {};
}
