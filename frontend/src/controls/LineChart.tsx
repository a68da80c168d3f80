/** LineChart: lines over one axis, with their bands, and the values under the pointer or the arrow keys. */

import { type KeyboardEvent, type PointerEvent, useId, useMemo, useState } from "react";
import { Axes, BOTTOM, type ChartZone, LEFT, nameOf, RIGHT, TOP, Zones } from "./ChartAxes";
import { Legend, toneOf } from "./ChartLegend";
import styles from "./LineChart.module.css";
import { type Axis, fitScale, type Scale, written } from "./scale";
import { useWidth } from "./use_width";

export interface ChartBand {
  readonly name: string;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

export interface ChartLine {
  readonly name: string;
  readonly x: readonly number[];
  /** Null where it was not measured. */
  readonly y: readonly (number | null)[];
  /** The widest first. */
  readonly bands?: readonly ChartBand[];
  readonly has_points?: boolean;
  /** Points alone, with no line through them. */
  readonly is_scattered?: boolean;
}

export interface LineChartProps {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly lines: readonly ChartLine[];
  readonly zones?: readonly ChartZone[];
  /** Areas under the lines, for densities. */
  readonly isFilled?: boolean;
  readonly height?: number;
  /** A value of the horizontal axis that stands out, such as where a slider is. */
  readonly mark?: number | null;
}

export function LineChart(props: LineChartProps) {
  const { title, x: xAxis, y: yAxis, lines, zones = [], isFilled = false, height = 200, mark = null } = props;
  const [frame, width] = useWidth();
  const titleId = useId();
  const { x, y } = useMemo(
    () => makeScales(xAxis, yAxis, lines, isFilled, width, height),
    [xAxis, yAxis, lines, isFilled, width, height],
  );
  const stops = useMemo(() => stopsOf(lines), [lines]);
  const [place, setPlace] = useState<number | null>(null);
  const hovered = place === null ? undefined : stops[Math.min(place, stops.length - 1)];

  const point = (event: PointerEvent<SVGSVGElement>) => {
    const at = event.clientX - event.currentTarget.getBoundingClientRect().left;
    setPlace(nearest(stops, (value) => Math.abs(x.at(value) - at)));
  };
  const step = (event: KeyboardEvent) => {
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (event.key === "Escape" && place !== null) {
      event.stopPropagation();
      setPlace(null);
    }
    if (by === 0 || stops.length === 0) return;
    event.preventDefault();
    setPlace((old) => Math.min(stops.length - 1, Math.max(0, old === null ? 0 : old + by)));
  };

  return (
    <figure className={styles.figure}>
      <figcaption id={titleId} className={styles.caption}>
        {title}
      </figcaption>
      <Legend names={lines.map(({ name }) => name)} />
      <div ref={frame} className={styles.frame} style={{ height }}>
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={describe(props)}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the values, as the pointer does
          tabIndex={0}
          onPointerMove={point}
          onPointerLeave={() => setPlace(null)}
          onBlur={() => setPlace(null)}
          onKeyDown={step}
        >
          <Zones zones={zones} x={x} height={height} />
          <Axes x={x} y={y} xAxis={xAxis} yAxis={yAxis} width={width} height={height} />
          {mark !== null && mark >= x.low && mark <= x.high && (
            <line className={styles.mark} x1={x.at(mark)} x2={x.at(mark)} y1={TOP} y2={height - BOTTOM} />
          )}
          {lines.map((line, index) => (
            <Drawn
              key={line.name}
              line={line}
              x={x}
              y={y}
              tone={toneOf(index, lines.length)}
              floor={isFilled ? height - BOTTOM : null}
            />
          ))}
          {hovered !== undefined && (
            <line
              className={styles.hair}
              x1={x.at(hovered)}
              x2={x.at(hovered)}
              y1={TOP}
              y2={height - BOTTOM}
            />
          )}
        </svg>
        {hovered !== undefined && (
          <Tag at={hovered} x={x} xAxis={xAxis} yAxis={yAxis} lines={lines} width={width} />
        )}
      </div>
    </figure>
  );
}

function makeScales(
  xAxis: Axis,
  yAxis: Axis,
  lines: readonly ChartLine[],
  isFilled: boolean,
  width: number,
  height: number,
) {
  const xs = lines.flatMap((line) => line.x);
  const ys = lines.flatMap((line) => [
    ...line.y.filter((value) => value !== null),
    ...(line.bands ?? []).flatMap((band) => [...band.low, ...band.high]),
  ]);
  return {
    x: fitScale(xAxis, xs, LEFT, width - RIGHT, Math.max(2, Math.round(width / 90)), isFilled),
    y: fitScale(yAxis, ys, height - BOTTOM, TOP, Math.max(2, Math.round(height / 50))),
  };
}

/** Every value of the horizontal axis that any line has, once, in order. */
function stopsOf(lines: readonly ChartLine[]): readonly number[] {
  return [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
}

function nearest(values: readonly number[], distance: (value: number) => number): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [place, value] of values.entries()) {
    const far = distance(value);
    if (far < least) [best, least] = [place, far];
  }
  return best;
}

interface DrawnProps {
  readonly line: ChartLine;
  readonly x: Scale;
  readonly y: Scale;
  readonly tone: string;
  /** Where the area under the line ends; null for none. */
  readonly floor: number | null;
}

function Drawn({ line, x, y, tone, floor }: DrawnProps) {
  const points = line.x.flatMap((value, place) => {
    const height = line.y[place];
    return typeof height === "number" && Number.isFinite(height)
      ? [[x.at(value), y.at(height)] as const]
      : [];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return null;
  const stroke = pathOf(points);
  return (
    <g style={{ color: tone }}>
      {line.bands?.map((band) => (
        <path key={band.name} className={styles.band} d={outline(line, band, x, y)}>
          <title>{`${line.name}: ${band.name}`}</title>
        </path>
      ))}
      {floor !== null && (
        <path className={styles.area} d={`${stroke}L${last[0]} ${floor}L${first[0]} ${floor}Z`} />
      )}
      {!line.is_scattered && <path className={styles.stroke} d={stroke} />}
      {(line.has_points || line.is_scattered || points.length === 1) &&
        points.map(([a, b]) => <circle key={a} cx={a} cy={b} r={2.5} fill="currentColor" />)}
    </g>
  );
}

function outline(line: ChartLine, band: ChartBand, x: Scale, y: Scale): string {
  const up = line.x.map((value, place) => [x.at(value), y.at(band.high[place] ?? Number.NaN)] as const);
  const down = line.x.map((value, place) => [x.at(value), y.at(band.low[place] ?? Number.NaN)] as const);
  return `${pathOf([...up, ...down.reverse()].filter(([, height]) => Number.isFinite(height)))}Z`;
}

function pathOf(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([a, b]) => `${a.toFixed(1)} ${b.toFixed(1)}`).join("L")}`;
}

interface TagProps {
  readonly at: number;
  readonly x: Scale;
  readonly xAxis: Axis;
  readonly yAxis: Axis;
  readonly lines: readonly ChartLine[];
  readonly width: number;
}

/** The values at one place, each of the nearest point of its line. */
function Tag({ at, x, xAxis, yAxis, lines, width }: TagProps) {
  const isRight = x.at(at) > width / 2;
  const side = isRight ? { right: width - x.at(at) + 8 } : { left: x.at(at) + 8 };
  return (
    <div className={styles.tag} style={side} role="status">
      <strong>
        {xAxis.label} {written(at)} {xAxis.unit}
      </strong>
      {lines.map((line, index) => {
        const value = line.y[nearest(line.x, (other) => Math.abs(other - at)) ?? -1];
        if (typeof value !== "number") return null;
        return (
          <span key={line.name}>
            <span className={styles.swatch} style={{ background: toneOf(index, lines.length) }} />
            {line.name} {written(value)} {yAxis.unit}
          </span>
        );
      })}
    </div>
  );
}

/** The chart in words, for those who do not see it. */
function describe({ title, x, y, lines }: LineChartProps): string {
  const what = lines.flatMap((line) => {
    const values = line.y.filter((value) => value !== null);
    const [first, last] = [values[0], values.at(-1)];
    if (first === undefined || last === undefined) return [];
    return [`${line.name} from ${written(first)} to ${written(last)}`];
  });
  return `${title}. ${nameOf(y)} against ${nameOf(x)}: ${what.join("; ") || "no values yet"}.`;
}
