/** Facts: names and values side by side, a line each. */

import styles from "./Facts.module.css";

export interface FactsProps {
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  /** Whether they may stand in columns, where there is room. */
  readonly isWide?: boolean;
}

export function Facts({ facts, isWide = false }: FactsProps) {
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts} data-wide={isWide}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
