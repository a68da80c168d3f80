/** StatusLine: the connection, the machine that draws, and figures that do not jump. */

import { useEffect, useState } from "react";
import type { Connection } from "../protocol/socket";
import type { FrameFigures } from "../state/frame_stats";
import { useApp, useObservable } from "./app";
import { JobsButton } from "./JobsButton";
import { ModelsButton } from "./ModelsButton";
import styles from "./StatusLine.module.css";
import { TimelineButton } from "./TimelineButton";

/** Often enough to follow, seldom enough to read. */
const FIGURES_MS = 250;

export function StatusLine() {
  const { live } = useApp();
  const hello = useObservable(live.hello);
  const precision = useObservable(live.precision);
  return (
    <footer className={styles.line}>
      <div className={styles.openers}>
        <TimelineButton />
        <JobsButton />
        <ModelsButton />
      </div>
      <ConnectionState />
      {hello && (
        <p className={styles.machine} title={[hello.device, ...hello.notes].join("\n")}>
          {hello.device}
          {precision && <span className={styles.precision}> · live {precision}</span>}
        </p>
      )}
      <Figures />
    </footer>
  );
}

function ConnectionState() {
  const { live, retryConnection, reload } = useApp();
  const connection = useObservable(live.connection);
  return (
    <div className={styles.connection} data-state={connection.state}>
      <span className={styles.dot} aria-hidden="true" />
      <span role="status">{describe(connection)}</span>
      {connection.state === "waiting" && (
        <>
          <Countdown until={connection.retryAt} />
          <button type="button" className={styles.action} onClick={retryConnection}>
            Now
          </button>
        </>
      )}
      {connection.state === "refused" && (
        <button type="button" className={styles.action} onClick={retryConnection}>
          Try again
        </button>
      )}
      {connection.state === "outdated" && (
        <button type="button" className={styles.action} onClick={reload}>
          Reload
        </button>
      )}
    </div>
  );
}

function describe(connection: Connection): string {
  switch (connection.state) {
    case "connecting":
      return "Connecting…";
    case "open":
      return "Connected";
    case "waiting":
      return "Reconnecting";
    case "outdated":
      return "This page is out of date";
    case "refused":
      return "This server asks for its token";
    case "closed":
      return "Closed";
  }
}

/** Seconds left; not announced, since nobody wants to hear every one of them. */
function Countdown({ until }: { readonly until: number }) {
  const { now } = useApp();
  const left = useTicking(() => Math.max(0, Math.ceil((until - now()) / 1000)));
  return <span className={styles.number}>in {left} s</span>;
}

function Figures() {
  const { live, now } = useApp();
  const figures = useTicking<FrameFigures>(() => live.frames.read(now()));
  const { shown } = figures;
  if (!shown) return null;
  return (
    <p className={styles.figures}>
      <span>
        {shown.width} × {shown.height} px
      </span>
      <Figure name="draw" value={shown.renderMs.toFixed(0)} unit="ms" title="Device time of the last frame" />
      <Figure
        name="lag"
        value={figures.latencyMs?.toFixed(0) ?? "–"}
        unit="ms"
        title="From an edit to its frame on the stage"
      />
      <Figure
        name="rate"
        value={String(figures.framesPerSecond)}
        unit="fps"
        title="Frames in the last second"
      />
      <span className={styles.quality} title="live: fast, while the hand moves; final: exact">
        {shown.quality}
      </span>
    </p>
  );
}

interface FigureProps {
  readonly name: string;
  readonly value: string;
  readonly unit: string;
  readonly title: string;
}

function Figure({ name, value, unit, title }: FigureProps) {
  return (
    <span title={title}>
      <span className={styles.name}>{name} </span>
      {value.padStart(3, "\u2007")} {unit}
    </span>
  );
}

function useTicking<T>(read: () => T): T {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const timer = setInterval(() => setValue(read), FIGURES_MS);
    return () => clearInterval(timer);
  });
  return value;
}
