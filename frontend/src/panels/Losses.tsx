/** Losses: the course of a job: what is to be looked at, with what it means; and all of it for who asks. */

import { Switch } from "@mantine/core";
import { useMemo } from "react";
import { type ChartLine, LineChart } from "../controls/LineChart";
import { fixed } from "../controls/numbers";
import type { LossPoint } from "../protocol/wire";
import { SKETCH_KIND } from "../state/sketching";
import { useApp, useJobsView } from "./app";
import styles from "./JobDetail.module.css";

export interface LossesProps {
  readonly kind: string;
  readonly history: readonly LossPoint[];
}

export function Losses({ kind, history }: LossesProps) {
  if (history.length === 0) return null;
  return kind === SKETCH_KIND ? <Gap history={history} /> : <All title="Losses" history={history} />;
}

/** As a training by drawings names what it tells. */
const [GAP, MATCH] = ["gap", "match"] as const;
const OF_JUDGES = /^(judge|r1) of /;

/** Of a training by drawings one number says how far it is; where it began is a line to come down from. */
function Gap({ history }: Pick<LossesProps, "history">) {
  const [gap] = useMemo(() => linesOf(history, (name) => name === GAP), [history]);
  const [first, now] = [gap?.y[0], gap?.y.at(-1)];
  const [from = 0, to = 0] = [history[0]?.updates, history.at(-1)?.updates];
  return (
    <div className={styles.losses}>
      {gap && typeof first === "number" && typeof now === "number" && (
        <>
          <LineChart
            title="Gap to the drawings"
            height={136}
            x={{ label: "updates", unit: "", low: null, high: null, scale: "linear" }}
            y={{ label: "gap", unit: "", low: null, high: null, scale: "linear" }}
            lines={[
              { ...gap, name: "now", is_scattered: false, has_points: true },
              { name: "at first", x: [from, to], y: [first, first] },
            ]}
          />
          <p className={styles.help}>
            Less is better: at 0 its pictures could be of your drawings’ kind. It began at {fixed(first)} and
            is {fixed(now)}.
          </p>
        </>
      )}
      <details className={styles.rest}>
        <summary>All losses</summary>
        <All
          title="The new model"
          history={history}
          wants={(name) => name !== GAP && !OF_JUDGES.test(name)}
        />
        <All title="Those that judge it" history={history} wants={(name) => OF_JUDGES.test(name)} />
      </details>
    </div>
  );
}

interface AllProps {
  readonly title: string;
  readonly history: readonly LossPoint[];
  readonly wants?: (name: string) => boolean;
}

function All({ title, history, wants }: AllProps) {
  const { jobsView } = useApp();
  const isLog = useJobsView((state) => state.isLog);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is wanted never changes
  const lines = useMemo(() => linesOf(history, wants), [history]);
  if (lines.length === 0) return null;
  return (
    <div className={styles.losses}>
      <LineChart
        title={title}
        height={136}
        x={{ label: "updates", unit: "", low: null, high: null, scale: "linear" }}
        y={{ label: "loss", unit: "", low: null, high: null, scale: isLog ? "log" : "linear" }}
        lines={lines}
      />
      <Switch label="Logarithmic" checked={isLog} onChange={() => jobsView.setState({ isLog: !isLog })} />
    </div>
  );
}

/** Checked now and then, and repeated by the rows in between. */
const CHECKED: readonly string[] = ["held out", GAP, MATCH];

/** A line per loss, over all points that have it; a dot at each check of what is checked now and then. */
function linesOf(
  history: readonly LossPoint[],
  wants: (name: string) => boolean = () => true,
): readonly ChartLine[] {
  const names = [...new Set(history.flatMap(({ losses }) => Object.keys(losses)))].filter(wants);
  return names.map((name) => {
    const isChecked = CHECKED.includes(name);
    const points = history
      .filter(({ losses }) => losses[name] !== undefined)
      .filter(({ losses }, place, all) => !isChecked || losses[name] !== all[place - 1]?.losses[name]);
    return {
      is_scattered: isChecked,
      name: name.replaceAll("_", " "),
      x: points.map(({ updates }) => updates),
      y: points.map(({ losses }) => losses[name] ?? null),
    };
  });
}
