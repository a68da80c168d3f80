/** StretchHandle: the end of a keyframe's stretch, pulled to make it longer or shorter. */

import { type KeyboardEvent, type PointerEvent, useRef } from "react";
import { MAX_DURATION_S } from "../protocol/wire";
import { MIN_DRAGGED_S, nearest, withDuration } from "../state/timeline";
import { useApp } from "./app";
import styles from "./StretchHandle.module.css";
import type { StripScale } from "./timeline_scale";

/** What a key makes of a duration, in seconds; with shift ten times that. */
const STEP_S = 0.1;
const FAR = 10;

/** A pull goes in steps of this, with shift freely. */
const GRID_S = 0.05;

/** A beat this near, in pixels, draws the end to itself. */
const BEAT_PX = 8;

export interface StretchHandleProps {
  readonly index: number;
  readonly start: number;
  readonly duration: number;
  readonly scale: StripScale;
}

export function StretchHandle({ index, start, duration, scale }: StretchHandleProps) {
  const { timelineDesk, sounds } = useApp();
  const pull = useRef<{ readonly x: number; readonly from: number; seconds: number } | null>(null);

  const snap = (seconds: number, isFree: boolean) => {
    if (isFree) return seconds;
    const beat = nearest(sounds.sound.get()?.beats ?? [], start + seconds);
    if (beat !== null && Math.abs(beat - start - seconds) * scale.perSecond < BEAT_PX) return beat - start;
    return Math.round(seconds / GRID_S) * GRID_S;
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pull.current = { x: event.clientX, from: duration, seconds: duration };
  };
  const onPointerMove = (event: PointerEvent) => {
    const now = pull.current;
    if (!now) return;
    const wanted = now.from + (event.clientX - now.x) / scale.perSecond;
    now.seconds = Math.max(MIN_DRAGGED_S, snap(wanted, event.shiftKey));
    timelineDesk.preview(withDuration(index, now.seconds));
  };
  const finish = (isMade: boolean) => {
    const now = pull.current;
    pull.current = null;
    if (!now) return;
    if (isMade) timelineDesk.change("Duration", withDuration(index, now.seconds));
    else timelineDesk.cancel();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && pull.current) {
      event.preventDefault();
      finish(false);
    }
    const by = { ArrowLeft: -STEP_S, ArrowRight: STEP_S }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const seconds = Math.max(0, duration + by * (event.shiftKey ? FAR : 1));
    timelineDesk.change("Duration", withDuration(index, seconds));
  };

  return (
    <div
      className={styles.handle}
      role="slider"
      tabIndex={0}
      aria-label={`Duration of keyframe ${index + 1}`}
      aria-valuemin={0}
      aria-valuemax={MAX_DURATION_S}
      aria-valuenow={duration}
      aria-valuetext={`${duration} seconds`}
      title="Pull to make it longer or shorter"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => finish(true)}
      onPointerCancel={() => finish(false)}
      onKeyDown={onKeyDown}
    />
  );
}
