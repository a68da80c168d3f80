/** Busy: says what is waited for, once that takes long enough to be noticed. */

import { Loader } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { duration } from "../controls/numbers";
import type { Left } from "../state/thumbnails";
import { useApp, useObservable } from "./app";
import styles from "./Busy.module.css";

/** Sooner, a quick answer would make it flash. */
const LONG_MS = 150;
/** It stays between two frames of a slow drag. */
const LASTS_MS = 400;
const LOOK_MS = 50;
/** Fewer seconds of small pictures are not worth a word. */
const NOTICED_S = 3;
/** More letters than this do not fit beside the bar beneath the picture. */
const SHORT = 20;

export function Busy() {
  const { live, regions, thumbnails, now } = useApp();
  const isStillSought = useObservable(regions.drift)?.is_busy ?? false;
  const connection = useObservable(live.connection);
  const left = useObservable(thumbnails.left);
  const awaited = useObservable(live.waits).at(-1);
  const [isLate, setLate] = useState(false);
  const since = useRef(Number.POSITIVE_INFINITY);
  useEffect(() => {
    let lateAt = Number.NEGATIVE_INFINITY;
    const timer = setInterval(() => {
      const isAwaited = live.waits.get().length > 0;
      since.current = isAwaited ? Math.min(since.current, now()) : Number.POSITIVE_INFINITY;
      if (live.frames.waitedMs(now()) > LONG_MS || now() - since.current > LONG_MS) lateAt = now();
      setLate(now() - lateAt < LASTS_MS);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [live, now]);
  const words = isStillSought
    ? "Working out what keeps still…"
    : isLate
      ? (awaited ?? "Drawing…")
      : sayLeft(left);
  const isShown = connection.state === "open" && words !== null;
  return (
    <p
      className={styles.busy}
      data-busy={isShown}
      data-long={(words?.length ?? 0) > SHORT}
      aria-hidden={!isShown}
    >
      <Loader size={12} color="var(--accent)" />
      {words ?? "Drawing…"}
    </p>
  );
}

/** Sheets, the map and comparisons are drawn picture by picture; null: it is not worth a word. */
export function sayLeft({ count, seconds }: Left): string | null {
  if (seconds === null || seconds < NOTICED_S) return null;
  return `${count} small ${count === 1 ? "picture" : "pictures"} to come · ${duration(seconds)}`;
}
