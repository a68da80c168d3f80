/** Limits: what a finished measurement says of how far a walk can go, read from its file. */

import { asLoose, type ChartData, numbers, readChart } from "./charts";

/** Low and high strength. */
export type Range = readonly [number, number];

export interface Zones {
  readonly trained: Range | null;
  readonly reachable: Range | null;
  /** Beyond these pictures hardly change; null: that was not met. */
  readonly saturated: Range | null;
}

export interface Limits {
  readonly charts: readonly ChartData[];
  readonly zones: Zones;
  /** The strengths that were looked at, as the columns of the filmstrip stand. */
  readonly alphas: readonly number[];
  readonly facts: readonly { readonly name: string; readonly value: string }[];
}

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

function readRange(data: unknown): Range | null {
  const [low, high] = numbers(data);
  return typeof low === "number" && typeof high === "number" ? [low, high] : null;
}
