/** Busy: says that a picture is waited for, once that takes long enough to be noticed. */

import { Loader } from "@mantine/core";
import { useEffect, useState } from "react";
import { useApp, useObservable } from "./app";
import styles from "./Busy.module.css";

/** Sooner, a quick answer would make it flash. */
const LONG_MS = 150;
/** It stays between two frames of a slow drag. */
const LASTS_MS = 400;
const LOOK_MS = 50;

export function Busy() {
  const { live, regions, now } = useApp();
  const isStillSought = useObservable(regions.drift)?.is_busy ?? false;
  const connection = useObservable(live.connection);
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    let lateAt = Number.NEGATIVE_INFINITY;
    const timer = setInterval(() => {
      if (live.frames.waitedMs(now()) > LONG_MS) lateAt = now();
      setLate(now() - lateAt < LASTS_MS);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [live, now]);
  const isShown = connection.state === "open" && (isLate || isStillSought);
  return (
    <p className={styles.busy} data-busy={isShown} aria-hidden={!isShown}>
      <Loader size={12} color="var(--accent)" />
      {isStillSought ? "Working out what keeps still…" : "Drawing…"}
    </p>
  );
}
