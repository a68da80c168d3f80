/** BarChart: names down the side, and for each a bar per series, with its value in writing. */

import { useId } from "react";
import styles from "./BarChart.module.css";
import { nameOf } from "./ChartAxes";
import { Legend, toneOf } from "./ChartLegend";
import lineStyles from "./LineChart.module.css";
import { type Axis, fitScale, written } from "./scale";

export interface BarSeries {
  readonly name: string;
  /** One for each name; null where it was not measured. */
  readonly values: readonly (number | null)[];
}

export interface BarChartProps {
  readonly title: string;
  readonly value: Axis;
  readonly names: readonly string[];
  readonly series: readonly BarSeries[];
  /** A value worth a line across all bars. */
  readonly reference: number | null;
}

export function BarChart({ title, value: axis, names, series, reference }: BarChartProps) {
  const titleId = useId();
  const values = series.flatMap((each) => each.values.filter((value) => value !== null));
  const ends = [...values, ...(reference === null ? [] : [reference])];
  // Bars begin at zero, where the axis has one.
  const scale = fitScale(axis, axis.scale === "log" ? ends : [0, ...ends], 0, 100, 4);
  const start = scale.isLog ? scale.low : Math.max(scale.low, Math.min(scale.high, 0));
  const bar = (value: number) => {
    const [a, b] = [start, Math.max(scale.low, Math.min(scale.high, value))]
      .map(scale.at)
      .sort((x, y) => x - y);
    return { left: `${a}%`, width: `${(b ?? 0) - (a ?? 0)}%` };
  };
  return (
    <figure className={lineStyles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={lineStyles.caption}>
        {title}
      </figcaption>
      <Legend names={series.map(({ name }) => name)} />
      <ul className={styles.rows}>
        {names.map((name, row) => (
          <li key={name}>
            <span className={styles.name}>{name}</span>
            <div>
              {series.map((each, index) => (
                <Bar
                  key={each.name}
                  what={series.length > 1 ? each.name : ""}
                  value={each.values[row] ?? null}
                  unit={axis.unit}
                  style={{ background: toneOf(index, series.length), ...bar(each.values[row] ?? start) }}
                  mark={reference === null ? null : `${scale.at(reference)}%`}
                />
              ))}
            </div>
          </li>
        ))}
      </ul>
      <p className={styles.axis}>
        {nameOf(axis)}
        {reference !== null && ` · the line is at ${written(reference)}`}
      </p>
    </figure>
  );
}

interface BarProps {
  /** Whose it is; empty where there is one series only. */
  readonly what: string;
  readonly value: number | null;
  readonly unit: string;
  readonly style: { readonly background: string; readonly left: string; readonly width: string };
  readonly mark: string | null;
}

function Bar({ what, value, unit, style, mark }: BarProps) {
  return (
    <div className={styles.bar} title={what}>
      <span className={styles.track}>
        {value !== null && <span className={styles.fill} style={style} />}
        {mark !== null && <span className={styles.mark} style={{ left: mark }} />}
      </span>
      <span className={styles.value}>{value === null ? "–" : `${written(value)} ${unit}`.trim()}</span>
    </div>
  );
}
