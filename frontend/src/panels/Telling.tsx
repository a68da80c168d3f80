/** Telling: what went wrong, as a sentence and a hint, where it went wrong. */

import type { ReactNode } from "react";
import type { Told } from "../state/jobs";
import styles from "./Telling.module.css";

export interface TellingProps {
  readonly told: Pick<Told, "sentence" | "hint"> & { readonly code?: string };
  /** What can be done about it. */
  readonly children?: ReactNode;
}

export function Telling({ told, children }: TellingProps) {
  return (
    <div className={styles.telling} role="alert" data-code={told.code}>
      <p>
        <strong>{told.sentence}</strong> {told.hint}
      </p>
      {children}
    </div>
  );
}
