/** TimelineRuler: the time along the strip; pulling along it shows the timeline there. */

import { type KeyboardEvent, memo, type PointerEvent, useRef } from "react";
import type { Quality } from "../protocol/frame";
import type { Timeline } from "../protocol/wire";
import { secondsOf } from "../state/timeline_sampling";
import { playFps } from "../state/timeline_view";
import { useApp, useObservable, useTimelineView } from "./app";
import { SoundTrack } from "./SoundTrack";
import styles from "./TimelineRuler.module.css";
import { clockTime, type StripScale, ticks, tickTime, toSeconds, toX } from "./timeline_scale";

/** Pictures that a key with shift goes on by. */
const FAR = 10;

export interface TimelineRulerProps {
  readonly timeline: Timeline;
  readonly scale: StripScale;
}

export function TimelineRuler({ timeline, scale }: TimelineRulerProps) {
  const { player, sounds } = useApp();
  const fps = useTimelineView(playFps);
  const sound = useObservable(sounds.sound);
  const isPulling = useRef(false);
  const total = secondsOf(timeline);

  const pull = (event: PointerEvent<HTMLDivElement>, quality: Quality) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    player.seek(Math.min(toSeconds(x, scale), scale.seconds), quality);
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    isPulling.current = true;
    pull(event, "live");
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    if (!isPulling.current) return;
    isPulling.current = false;
    pull(event, "final");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const now = player.seconds.get();
    const stride = (event.shiftKey ? FAR : 1) / fps;
    const next = { ArrowLeft: now - stride, ArrowRight: now + stride, Home: 0, End: total }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    player.seek(next, event.repeat ? "live" : "final");
  };

  return (
    <div
      className={styles.ruler}
      role="slider"
      tabIndex={0}
      aria-label="Playhead"
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={0}
      ref={useSpokenTime()}
      onPointerDown={onPointerDown}
      onPointerMove={(event) => isPulling.current && pull(event, "live")}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        isPulling.current = false;
      }}
      onKeyDown={onKeyDown}
      onKeyUp={(event) => event.key.startsWith("Arrow") && player.seek(player.seconds.get(), "final")}
    >
      {sound && <SoundTrack sound={sound} scale={scale} />}
      <Marks scale={scale} />
    </div>
  );
}

/** Keeps the playhead's value for screen readers, without drawing the ruler anew. */
function useSpokenTime() {
  const { player } = useApp();
  return (element: HTMLDivElement | null) => {
    const tell = () => {
      element?.setAttribute("aria-valuenow", player.seconds.get().toFixed(2));
      element?.setAttribute("aria-valuetext", clockTime(player.seconds.get()));
    };
    tell();
    return player.seconds.subscribe(tell);
  };
}

const Marks = memo(function Marks({ scale }: { readonly scale: StripScale }) {
  return ticks(scale).map((seconds) => (
    <span key={seconds} className={styles.tick} style={{ left: toX(seconds, scale) }}>
      {tickTime(seconds)}
    </span>
  ));
});
