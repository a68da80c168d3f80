/** ScatterChart: named points of one or more series; a point is a button. */

import { useId, useMemo } from "react";
import { Axes, BOTTOM, LEFT, nameOf, RIGHT, TOP } from "./ChartAxes";
import { Legend, toneOf } from "./ChartLegend";
import lineStyles from "./LineChart.module.css";
import styles from "./ScatterChart.module.css";
import { type Axis, fitScale, written } from "./scale";
import { useWidth } from "./use_width";

export interface ScatterPoint {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

export interface ScatterSeries {
  readonly name: string;
  readonly points: readonly ScatterPoint[];
}

export interface ScatterChartProps {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly ScatterSeries[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
  readonly height?: number;
}

export function ScatterChart({ title, x, y, series, chosen, onChoose, height = 240 }: ScatterChartProps) {
  const [frame, width] = useWidth();
  const titleId = useId();
  const [across, up] = useMemo(() => {
    const points = series.flatMap((each) => each.points);
    const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
    return [
      fitScale(x, xs, LEFT, width - RIGHT, Math.max(2, Math.round(width / 90))),
      fitScale(y, ys, height - BOTTOM, TOP, Math.max(2, Math.round(height / 50))),
    ];
  }, [x, y, series, width, height]);
  return (
    <figure className={lineStyles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={lineStyles.caption}>
        {title}
      </figcaption>
      <Legend names={series.map(({ name }) => name)} />
      <div ref={frame} className={lineStyles.frame} style={{ height }}>
        <svg width={width} height={height} aria-hidden="true">
          <Axes x={across} y={up} xAxis={x} yAxis={y} width={width} height={height} />
        </svg>
        {series.map((each, index) =>
          each.points.map((point) => {
            const [left, top] = [across.at(point.x), up.at(point.y)];
            const told = `${point.name}: ${nameOf(x)} ${written(point.x)}, ${nameOf(y)} ${written(point.y)}`;
            return (
              <button
                key={`${each.name} ${point.name}`}
                type="button"
                className={styles.point}
                data-side={left > 0.7 * width ? "left" : "right"}
                style={{ left, top, color: toneOf(index, series.length) }}
                aria-pressed={point.name === chosen}
                aria-label={series.length > 1 ? `${each.name}, ${told}` : told}
                title={told}
                onClick={() => onChoose(point.name)}
              >
                {index === 0 && <span>{point.name}</span>}
              </button>
            );
          }),
        )}
      </div>
    </figure>
  );
}
