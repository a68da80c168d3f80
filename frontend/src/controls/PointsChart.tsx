/** PointsChart: named points over two axes; names and values on hover and in a list for those who do not see it. */

import { useId } from "react";
import { Axes, BOTTOM, LEFT, nameOf, RIGHT, TOP } from "./ChartAxes";
import styles from "./LineChart.module.css";
import { type Axis, fitScale, written } from "./scale";

export interface PointsChartProps {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly points: readonly { readonly name: string; readonly x: number; readonly y: number }[];
  /** A line where x equals y. */
  readonly hasDiagonal: boolean;
}

const WIDTH = 360;
const HEIGHT = 240;
/** Names stand beside their points where there are few. */
const MOST_NAMED = 12;

export function PointsChart({ title, x: xAxis, y: yAxis, points, hasDiagonal }: PointsChartProps) {
  const titleId = useId();
  const [xs, ys] = [points.map((point) => point.x), points.map((point) => point.y)];
  // With a diagonal the two mean the same, so that both begin and end where either does.
  const x = fitScale(xAxis, hasDiagonal ? [...xs, ...ys] : xs, LEFT, WIDTH - RIGHT, 4);
  const y = fitScale(yAxis, hasDiagonal ? [...xs, ...ys] : ys, HEIGHT - BOTTOM, TOP, 4);
  const low = Math.max(x.low, y.low);
  const high = Math.min(x.high, y.high);
  return (
    <figure className={styles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={styles.caption}>
        {title}
      </figcaption>
      <svg
        width="100%"
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        style={{ maxWidth: 1.4 * WIDTH }}
        role="img"
        aria-label={describe(title, xAxis, yAxis, points)}
      >
        <Axes x={x} y={y} xAxis={xAxis} yAxis={yAxis} width={WIDTH} height={HEIGHT} />
        {hasDiagonal && (
          <line className={styles.mark} x1={x.at(low)} y1={y.at(low)} x2={x.at(high)} y2={y.at(high)} />
        )}
        {points.map((point) => {
          const [across, down] = [x.at(point.x), y.at(point.y)];
          const isLeft = across > WIDTH / 2;
          return (
            <g key={point.name} className={styles.axes}>
              <circle cx={across} cy={down} r={3.5} style={{ fill: "var(--tone-0)" }}>
                <title>{`${point.name}: ${written(point.x)}, ${written(point.y)}`}</title>
              </circle>
              {points.length <= MOST_NAMED && (
                <text x={across + (isLeft ? -7 : 7)} y={down + 4} textAnchor={isLeft ? "end" : "start"}>
                  {point.name}
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </figure>
  );
}

/** The chart in words. */
function describe(title: string, x: Axis, y: Axis, points: PointsChartProps["points"]): string {
  const told = points.map((point) => `${point.name} ${written(point.x)}, ${written(point.y)}`);
  return `${title}. ${nameOf(x)}, ${nameOf(y)}: ${told.join("; ") || "no values"}.`;
}
