/** Charts: figures of a measurement side by side, and the names of those that this page does not draw. */

import { BarChart } from "../controls/BarChart";
import { LineChart } from "../controls/LineChart";
import { PointsChart } from "../controls/PointsChart";
import type { ChartData, ElsewhereData } from "../state/charts";
import styles from "./Charts.module.css";

export interface ChartsProps {
  readonly charts: readonly ChartData[];
  /** Whether there is a report to draw the others. */
  readonly hasReport: boolean;
  /** Many small ones, or some large ones. */
  readonly isSmall?: boolean;
}

export function Charts({ charts, hasReport, isSmall = false }: ChartsProps) {
  return (
    <>
      <div className={styles.charts} data-small={isSmall}>
        {charts.map(
          (chart) =>
            chart.kind !== "elsewhere" && <Chart key={chart.title} chart={chart} isSmall={isSmall} />,
        )}
      </div>
      <Elsewhere charts={charts} hasReport={hasReport} />
    </>
  );
}

interface ChartProps {
  readonly chart: Exclude<ChartData, ElsewhereData>;
  readonly isSmall: boolean;
}

function Chart({ chart, isSmall }: ChartProps) {
  return (
    <div>
      <Drawn chart={chart} isSmall={isSmall} />
      {chart.note && <p className={styles.note}>{chart.note}</p>}
    </div>
  );
}

function Drawn({ chart, isSmall }: ChartProps) {
  switch (chart.kind) {
    case "lines":
      return <LineChart {...chart} isFilled={chart.is_filled} {...(isSmall && { height: 140 })} />;
    case "bars":
      return <BarChart {...chart} />;
    case "scatter":
      return <PointsChart {...chart} />;
    default:
      return chart satisfies never;
  }
}

/** What this page does not draw; nothing when it draws all. */
function Elsewhere({ charts, hasReport }: Pick<ChartsProps, "charts" | "hasReport">) {
  const names = charts.flatMap(({ kind, title }) => (kind === "elsewhere" ? [`“${title}”`] : []));
  if (names.length === 0) return null;
  const where = hasReport ? "The report shows it" : "The files hold it";
  return (
    <p className={styles.word}>
      Not drawn here: {names.join(", ")}. {names.length === 1 ? where : where.replace(/it$/, "them")}.
    </p>
  );
}
