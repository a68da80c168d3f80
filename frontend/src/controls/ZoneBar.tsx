/** ZoneBar: ranges of one strength laid over each other on one axis, each with its ends. */

import type { CSSProperties } from "react";
import { written } from "./scale";
import styles from "./ZoneBar.module.css";

export interface Zone {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly kind: "trained" | "reachable" | "saturated";
}

export interface ZoneBarProps {
  readonly label: string;
  readonly zones: readonly Zone[];
  /** An end in words; a plain number if left out. */
  readonly write?: (value: number) => string;
}

export function ZoneBar({ label, zones, write = written }: ZoneBarProps) {
  if (zones.length === 0) return null;
  const low = Math.min(0, ...zones.map((zone) => zone.low));
  const high = Math.max(0, ...zones.map((zone) => zone.high));
  const share = (value: number) => (high > low ? (value - low) / (high - low) : 0.5);
  return (
    <ul className={styles.bars} aria-label={label}>
      {zones.map((zone) => (
        <li key={zone.name}>
          <span className={styles.name}>{zone.name}</span>
          <span className={styles.track} aria-hidden="true">
            <span
              className={styles.zone}
              data-kind={zone.kind}
              style={{ "--from": share(zone.low), "--to": share(zone.high) } as CSSProperties}
            />
            <span className={styles.zero} style={{ "--from": share(0) } as CSSProperties} />
          </span>
          <span className={styles.ends}>
            {write(zone.low)} to {write(zone.high)}
          </span>
        </li>
      ))}
    </ul>
  );
}
