/** ClassFigure: areas of classes beside how much more or less of each is generated; a row is a button. */

import { useId } from "react";
import styles from "./ClassFigure.module.css";
import lineStyles from "./LineChart.module.css";
import { fitScale, type Scale, written } from "./scale";

export interface ClassMark {
  /** Mean area in percent of the picture. */
  readonly area: number;
  /** −1: gone; null: nowhere real. Ends of its 95 % interval. */
  readonly relative: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export interface ClassRow {
  readonly name: string;
  readonly real: number;
  /** One for each model. */
  readonly marks: readonly ClassMark[];
}

export interface ClassFigureProps {
  readonly title: string;
  readonly models: readonly string[];
  readonly rows: readonly ClassRow[];
  readonly chosen: string | null;
  readonly onChoose: (name: string) => void;
}

/** Ends of the axis of differences, and from where on one is told as a number, as published. */
const LOW = -1;
const HIGH = 1.1;
const OVERFLOW = 1.15;
const TICKS = [-1, -0.5, 0, 0.5, 1] as const;
const BAR = 7;

export function ClassFigure({ title, models, rows, chosen, onChoose }: ClassFigureProps) {
  const titleId = useId();
  const areas = rows.flatMap(({ real, marks }) => [real, ...marks.map(({ area }) => area)]);
  const scale = fitScale({ label: "", unit: "", low: null, high: null, scale: "log" }, areas, 0, 100, 4);
  const height = Math.max(2 * BAR, models.length * (BAR + 1)) + 4;
  return (
    <figure className={lineStyles.figure} aria-labelledby={titleId}>
      <figcaption id={titleId} className={lineStyles.caption}>
        {title}
      </figcaption>
      <ul className={lineStyles.legend} aria-hidden="true">
        {["real", ...models].map((name, index) => (
          <li key={name}>
            <span className={lineStyles.swatch} style={{ background: toneOf(index) }} />
            {name}
          </li>
        ))}
      </ul>
      <div className={styles.axes} aria-hidden="true">
        <span />
        <span>Mean area, % of the picture; each line is a multiple</span>
        <span>Generated more or less than real, %</span>
        <span />
        <span className={styles.axis}>
          {scale.ticks.map(({ value, text }) => (
            <span key={text} style={{ left: `${scale.at(value)}%` }}>
              {text}
            </span>
          ))}
        </span>
        <span className={styles.axis}>
          {TICKS.map((value) => (
            <span key={value} style={{ left: `${place(value)}%` }}>
              {sayChange(value).replace(" %", "")}
            </span>
          ))}
        </span>
      </div>
      <ul className={styles.rows}>
        {rows.map((row) => (
          <li key={row.name}>
            <button
              type="button"
              className={styles.row}
              aria-pressed={row.name === chosen}
              title={sayRow(row, models)}
              onClick={() => onChoose(row.name)}
            >
              <span className={styles.name}>{row.name}</span>
              <Areas row={row} scale={scale} height={height} />
              <Changes row={row} height={height} />
            </button>
          </li>
        ))}
      </ul>
    </figure>
  );
}

interface PanelProps {
  readonly row: ClassRow;
  readonly height: number;
}

function Areas({ row, scale, height }: PanelProps & { readonly scale: Scale }) {
  const { at } = scale;
  return (
    <svg className={styles.panel} height={height} aria-hidden="true">
      <Lines places={scale.ticks.map(({ value }) => at(value))} height={height} />
      {row.real > 0 && (
        <rect x={0} y={2} width={`${Math.max(at(row.real), 0.5)}%`} height={height - 4} fill={toneOf(0)} />
      )}
      {row.marks.map(({ area }, model) => (
        <circle
          // biome-ignore lint/suspicious/noArrayIndexKey: models keep their places
          key={model}
          cx={`${at(area)}%`}
          cy={centre(model, row.marks.length, height)}
          r={3.5}
          fill={toneOf(model + 1)}
          className={styles.mark}
        />
      ))}
    </svg>
  );
}

function Changes({ row, height }: PanelProps) {
  return (
    <svg className={styles.panel} height={height} aria-hidden="true">
      <Lines places={TICKS.map(place)} height={height} />
      <line x1={`${place(0)}%`} x2={`${place(0)}%`} y1={0} y2={height} className={styles.zero} />
      {row.marks.map(({ relative, low, high }, model) => {
        if (relative === null) return null;
        const [from, to] = [place(Math.min(relative, 0)), place(Math.max(relative, 0))];
        const y = centre(model, row.marks.length, height);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: models keep their places
          <g key={model}>
            <rect
              x={`${from}%`}
              y={y - BAR / 2}
              width={`${Math.max(to - from, 0.3)}%`}
              height={BAR}
              fill={toneOf(model + 1)}
            />
            {relative <= OVERFLOW && low !== null && (
              <line
                x1={`${place(low)}%`}
                x2={`${place(high ?? HIGH)}%`}
                y1={y}
                y2={y}
                className={styles.spread}
              />
            )}
            {relative > OVERFLOW && (
              <text x={`${place(HIGH)}%`} dx={-4} y={y + 4} textAnchor="end" className={styles.overflow}>
                {sayChange(relative)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

/** Below each number of an axis, in percent of the panel; rows touch, so that it goes on through them. */
function Lines({ places, height }: { readonly places: readonly number[]; readonly height: number }) {
  return places.map((at) => (
    <line key={at} x1={`${at}%`} x2={`${at}%`} y1={-2} y2={height + 2} className={styles.grid} />
  ));
}

/** Grey for what is real, and a colour for each model. */
function toneOf(index: number): string {
  return `var(--tone-${index === 0 ? 5 : index - 1})`;
}

/** Where a difference lies, in percent of the panel. */
function place(relative: number): number {
  return (100 * (Math.min(Math.max(relative, LOW), HIGH) - LOW)) / (HIGH - LOW);
}

function centre(model: number, models: number, height: number): number {
  return ((model + 0.5) * height) / models;
}

/** A relative difference as a percentage with its sign. */
export function sayChange(relative: number): string {
  return `${relative > 0 ? "+" : ""}${written(100 * relative, 0)} %`;
}

function sayRow({ name, real, marks }: ClassRow, models: readonly string[]): string {
  const told = marks.map(({ area, relative }, model) => {
    const change = relative === null ? "" : `, ${sayChange(relative)}`;
    return `${models[model] ?? ""} ${written(area)} %${change}`;
  });
  return `${name}: real ${written(real)} %; ${told.join("; ")}`;
}
