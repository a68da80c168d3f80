/** Scales: from values to pixels, with ticks at round numbers, as the server's reports draw them. */

/** What an axis says. Ends that are null follow the data. */
export interface Axis {
  readonly label: string;
  readonly unit: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly scale: "linear" | "log";
}

export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly isLog: boolean;
  readonly at: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

/** A scale that holds the axis's own ends, else those of the values moved out to round ones. */
export function fitScale(
  axis: Axis,
  values: readonly number[],
  start: number,
  stop: number,
  count: number,
  isTight = false,
): Scale {
  const finite = values.filter(Number.isFinite);
  return axis.scale === "log"
    ? fitLog(axis, finite, start, stop)
    : fitLinear(axis, finite, start, stop, count, isTight);
}

function fitLinear(
  axis: Axis,
  values: readonly number[],
  start: number,
  stop: number,
  count: number,
  isTight: boolean,
): Scale {
  let low = axis.low ?? least(values, 0);
  let high = axis.high ?? most(values, 1);
  if (!(high > low)) {
    const half = 0.5 * (Math.abs(low) || 1);
    low -= half;
    high += half;
  }
  const step = roundStep(high - low, count);
  if (axis.low === null && !isTight) low = step * Math.floor(low / step + 1e-9);
  if (axis.high === null && !isTight) high = step * Math.ceil(high / step - 1e-9);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return {
    low,
    high,
    isLog: false,
    at: (value) => start + ((stop - start) * (value - low)) / (high - low),
    ticks: Array.from({ length: Math.max(0, last - first + 1) }, (_, place) => {
      const value = (first + place) * step;
      return { value, text: written(value, decimals) };
    }),
  };
}

function fitLog(axis: Axis, values: readonly number[], start: number, stop: number): Scale {
  const positive = values.filter((value) => value > 0);
  const low = axis.low && axis.low > 0 ? axis.low : 10 ** Math.floor(Math.log10(least(positive, 0.1)) + 1e-9);
  const end = axis.high && axis.high > 0 ? axis.high : 10 ** Math.ceil(Math.log10(most(positive, 1)) - 1e-9);
  const high = end > low ? end : 10 * low;
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const [first, last] = [Math.ceil(from - 1e-9), Math.floor(to + 1e-9)];
  return {
    low,
    high,
    isLog: true,
    // What is zero or less lies on the lower end.
    at: (value) => start + ((stop - start) * (Math.log10(Math.max(value, low)) - from)) / (to - from),
    ticks: Array.from({ length: last - first + 1 }, (_, place) => {
      const value = 10 ** (first + place);
      return { value, text: written(value) };
    }),
  };
}

// Spread arguments of a long history would overflow the stack.
function least(values: readonly number[], fallback: number): number {
  return values.length === 0 ? fallback : values.reduce((a, b) => Math.min(a, b));
}

function most(values: readonly number[], fallback: number): number {
  return values.length === 0 ? fallback : values.reduce((a, b) => Math.max(a, b));
}

/** 1, 2 or 5 times a power of ten, so that about `count` of them make up `extent`. */
export function roundStep(extent: number, count: number): number {
  const raw = extent / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const share = raw / power;
  return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** A number for reading: a true minus, no exponent where it can be avoided. */
export function written(value: number, decimals?: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (decimals === undefined && size !== 0 && (size < 1e-4 || size >= 1e6)) return writtenPower(value);
  const digits = Math.max(3, Math.ceil(Math.log10(size + 1)));
  const text = decimals === undefined ? String(Number(value.toPrecision(digits))) : value.toFixed(decimals);
  return Number(text) === 0 ? "0" : text.replace("-", "−");
}

function writtenPower(value: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(2).split("e");
  const raised = [...String(Math.abs(Number(exponent)))].map((digit) => RAISED[Number(digit)]).join("");
  const power = `10${Number(exponent) < 0 ? "⁻" : ""}${raised}`;
  const digits = String(Number(mantissa)).replace("-", "−");
  return digits === "1" ? power : `${digits}·${power}`;
}
