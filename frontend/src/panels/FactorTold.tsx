/** FactorTold: what has to be said under a factor: how setting it ended, or that pictures hardly lie there. */

import { Button } from "@mantine/core";
import {
  type FactorNotation,
  type FactorWalk,
  nearestOf,
  sayFactor,
  sayOffPrior,
  sayRange,
  writeFactor,
} from "../state/factor_units";
import type { Setting } from "../state/factors";
import styles from "./FactorRow.module.css";

export interface FactorToldProps {
  readonly setting: Setting | null;
  readonly walk: FactorWalk;
  readonly notation: FactorNotation;
  /** Null until it is known. */
  readonly value: number | null;
}

export function FactorTold({ setting, walk, notation, value }: FactorToldProps) {
  const off = value === null ? null : sayOffPrior(value, walk.factor);
  const said = setting && saySetting(setting, walk, notation);
  const isBad = setting?.state === "failed";
  if (!said && off === null) return null;
  return (
    <p
      className={styles.told}
      role="status"
      data-bad={isBad}
      data-setting={setting?.state}
      title={sayRounds(setting)}
    >
      {said}
      {said && off && !isBad ? " " : ""}
      {!isBad && off && <span className={styles.off}>{off}</span>}
    </p>
  );
}

/** How a closed loop went. */
function sayRounds(setting: Setting | null): string | undefined {
  if (setting?.state !== "done" || !setting.answer.is_closed) return undefined;
  const { rounds } = setting.answer;
  return `Drawn, measured and corrected ${rounds === 1 ? "once" : `${rounds} times`}.`;
}

function saySetting(setting: Setting, walk: FactorWalk, notation: FactorNotation): string {
  if (setting.state === "busy") return walk.factor.attribute === null ? "Setting…" : "Measuring…";
  if (setting.state === "failed") return `${setting.told.sentence} ${setting.told.hint}`;
  const { targets, answer } = setting;
  const place = targets.findIndex((target) => target.walk === walk.id);
  const [predicted, measured] = [answer.predicted[place], answer.measured[place] ?? null];
  const about = answer.notes.filter((note) => note.walk === walk.id || (note.walk === null && place === 0));
  // What lies off is said of any value, set or dragged.
  const notes = about.filter(({ code }) => code !== "off_prior").map(({ sentence }) => sentence);
  const how =
    measured === null
      ? `Predicted ${sayFactor(predicted ?? 0, notation)}, not measured.`
      : `Measured ${writeFactor(measured, notation).trim()}, predicted ${writeFactor(predicted ?? 0, notation).trim()}.`;
  return [how, ...notes].join(" ");
}

export interface OutOfReachProps {
  readonly walk: FactorWalk;
  readonly notation: FactorNotation;
  /** What was typed. */
  readonly value: number;
  readonly onSet: (value: number) => void;
}

/** Nothing is set beyond the reach: how far it goes, and the way to that end. */
export function OutOfReach({ walk: { factor }, notation, value, onSet }: OutOfReachProps) {
  const nearest = nearestOf(value, factor);
  return (
    <p className={styles.told} role="alert" data-bad={true} data-setting="refused">
      Out of reach: it goes from {sayRange(factor.low, factor.high, notation)}.{" "}
      <Button onClick={() => onSet(nearest)}>Set to {sayFactor(nearest, notation)}</Button>
    </p>
  );
}
