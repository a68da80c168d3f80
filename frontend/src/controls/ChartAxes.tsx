/** Chart axes: the frame of a chart: ticks, names, and ranges that mean something. */

import styles from "./LineChart.module.css";
import type { Axis, Scale } from "./scale";

/** Room around the lines, in pixels. */
export const LEFT = 48;
export const RIGHT = 12;
export const TOP = 8;
export const BOTTOM = 36;

/** A range of the horizontal axis that means something. */
export interface ChartZone {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

export function Zones({
  zones,
  x,
  height,
}: {
  readonly zones: readonly ChartZone[];
  readonly x: Scale;
  readonly height: number;
}) {
  return zones.map(({ name, low, high }, depth) => {
    const [from, to] = [x.at(Math.max(low, x.low)), x.at(Math.min(high, x.high))];
    if (!(to > from)) return null;
    return (
      <rect
        key={name}
        className={styles.zone}
        data-depth={depth}
        x={from}
        width={to - from}
        y={TOP}
        height={height - BOTTOM - TOP}
      >
        <title>{name}</title>
      </rect>
    );
  });
}

interface AxesProps {
  readonly x: Scale;
  readonly y: Scale;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  readonly width: number;
  readonly height: number;
}

export function Axes({ x, y, xAxis, yAxis, width, height }: AxesProps) {
  const floor = height - BOTTOM;
  return (
    <g className={styles.axes}>
      {y.ticks.map(({ value, text }) => (
        <g key={value}>
          <line x1={LEFT} x2={width - RIGHT} y1={y.at(value)} y2={y.at(value)} />
          <text x={LEFT - 6} y={y.at(value) + 4} textAnchor="end">
            {text}
          </text>
        </g>
      ))}
      {x.ticks.map(({ value, text }) => (
        <g key={value}>
          <line x1={x.at(value)} x2={x.at(value)} y1={floor} y2={floor + 4} />
          <text x={x.at(value)} y={floor + 16} textAnchor="middle">
            {text}
          </text>
        </g>
      ))}
      <text className={styles.label} x={width - RIGHT} y={height - 4} textAnchor="end">
        {nameOf(xAxis)}
      </text>
      <text className={styles.label} x={0} y={height - 4}>
        {nameOf(yAxis)}
      </text>
    </g>
  );
}

export function nameOf({ label, unit }: Axis): string {
  return unit ? `${label} (${unit})` : label;
}
