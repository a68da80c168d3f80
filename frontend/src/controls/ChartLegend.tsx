/** Chart legend: which colour is whose. */

import styles from "./LineChart.module.css";

/** Series in tones of their own; more of them are steps of one thing and share a ramp. */
const TONES = 6;

/** The colour of a series: one of few, or a step between two for many. */
export function toneOf(index: number, count: number): string {
  if (count <= TONES) return `var(--tone-${index})`;
  return `color-mix(in oklab, var(--tone-1) ${Math.round((100 * index) / (count - 1))}%, var(--tone-0))`;
}

/** Nothing for a single series, which the title names. */
export function Legend({ names }: { readonly names: readonly string[] }) {
  if (names.length < 2) return null;
  return (
    <ul className={styles.legend} aria-hidden="true">
      {names.map((name, index) => (
        <li key={name}>
          <span className={styles.swatch} style={{ background: toneOf(index, names.length) }} />
          {name}
        </li>
      ))}
    </ul>
  );
}
