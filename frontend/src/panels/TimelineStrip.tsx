/** TimelineStrip: the ruler, the keyframes laid out by time, and the playhead over both. */

import { type DragEvent, type RefObject, useCallback, useEffect, useRef, useState } from "react";
import type { Timeline } from "../protocol/wire";
import { startOf } from "../state/timeline";
import { wayAt } from "../state/timeline_sampling";
import { zoomBy } from "../state/timeline_view";
import { useApp, useObservable, useTimelineView } from "./app";
import { carriesPicture, droppedPicture } from "./dragged_picture";
import { KeyframeCard } from "./KeyframeCard";
import { TimelineRuler } from "./TimelineRuler";
import styles from "./TimelineStrip.module.css";
import { makeScale, placeOfDrop, type StripScale, toX } from "./timeline_scale";

/** Where in its window the playhead begins on a page that was turned. */
const PAGE_START = 0.1;

export function TimelineStrip({ timeline }: { readonly timeline: Timeline }) {
  const { timelineDesk, timelineView } = useApp();
  const [frame, width] = useWidth();
  const scale = useSteadyScale(timeline, width);
  const [drop, setDrop] = useState<number | null>(null);
  const { keyframes } = timeline;
  const keys = keysOf(timeline);

  // The browser would zoom the whole page; it listens only where the listener is not a passive one.
  useEffect(() => {
    const element = frame.current;
    const turn = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoomBy(timelineView, event.deltaY < 0 ? 1 : -1);
    };
    element?.addEventListener("wheel", turn, { passive: false });
    return () => element?.removeEventListener("wheel", turn);
  }, [frame, timelineView]);

  const placeAt = (clientX: number) => {
    const box = frame.current?.getBoundingClientRect();
    const x = clientX - (box?.left ?? 0) + (frame.current?.scrollLeft ?? 0);
    return placeOfDrop(timeline, x, scale);
  };
  const over = (event: DragEvent) => {
    if (!carriesPicture(event)) return;
    event.preventDefault();
    setDrop(placeAt(event.clientX));
  };
  const take = (event: DragEvent) => {
    event.preventDefault();
    setDrop(null);
    const picture = droppedPicture(event);
    if (picture) timelineDesk.put([picture], placeAt(event.clientX));
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be added by the key K as well
    <div
      ref={frame}
      className={styles.frame}
      onDragOver={over}
      onDragLeave={() => setDrop(null)}
      onDrop={take}
    >
      <div className={styles.strip} style={{ width: scale.width }}>
        <TimelineRuler timeline={timeline} scale={scale} />
        <ol className={styles.track} aria-label="Keyframes">
          {keyframes.map((keyframe, index) => (
            <KeyframeCard
              key={keys[index]}
              keyframe={keyframe}
              index={index}
              count={keyframes.length}
              isWayBack={timeline.repeat === "loop" && index === keyframes.length - 1}
              start={startOf(timeline, index)}
              scale={scale}
              placeAt={placeAt}
              onOver={setDrop}
            />
          ))}
        </ol>
        {drop !== null && <div className={styles.drop} style={{ left: dropX(timeline, drop, scale) }} />}
        <Playhead timeline={timeline} scale={scale} frame={frame} />
      </div>
    </div>
  );
}

/** One key for one keyframe while it is moved: its picture, and which of the same pictures it is. */
function keysOf({ keyframes }: Timeline): readonly string[] {
  const seen = new Map<string, number>();
  return keyframes.map(({ picture }) => {
    const text = JSON.stringify(picture);
    const count = seen.get(text) ?? 0;
    seen.set(text, count + 1);
    return `${count} ${text}`;
  });
}

function dropX(timeline: Timeline, place: number, scale: StripScale): number {
  const last = timeline.keyframes.length;
  return place < last ? toX(startOf(timeline, place), scale) - 4 : scale.width - 4;
}

interface PlayheadProps {
  readonly timeline: Timeline;
  readonly scale: StripScale;
  /** What the strip is scrolled in. */
  readonly frame: RefObject<HTMLDivElement | null>;
}

/** Moves without React: it moves at every frame. */
function Playhead({ timeline, scale, frame }: PlayheadProps) {
  const { player, editor } = useApp();
  const head = useRef<HTMLDivElement>(null);
  const isPresenting = useObservable(editor.isPresenting);
  useEffect(() => {
    const move = () => {
      const x = toX(wayAt(timeline, player.seconds.get()), scale);
      if (head.current) head.current.style.transform = `translateX(${x}px)`;
      if (player.isPlaying.get()) keepInSight(frame.current, x);
    };
    move();
    return player.seconds.subscribe(move);
  }, [player, timeline, scale, frame]);
  return <div ref={head} className={styles.head} data-live={isPresenting} aria-hidden="true" />;
}

/** Turns the page of a strip that is longer than its window, as the playhead comes to its end. */
function keepInSight(frame: HTMLDivElement | null, x: number): void {
  if (!frame) return;
  const at = x - frame.scrollLeft;
  if (at < 0 || at > frame.clientWidth) frame.scrollLeft = x - frame.clientWidth * PAGE_START;
}

function useWidth() {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(800);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width] as const;
}

/** The scale stays while the hand tries a duration: what it pulls must not run from under it. */
function useSteadyScale(timeline: Timeline, width: number): StripScale {
  const { timelineDesk } = useApp();
  const zoom = useTimelineView((state) => state.zoom);
  const isTrying = useObservable(timelineDesk.draft) !== null;
  const fitted = makeScale(timeline, width, zoom);
  const kept = useRef(fitted);
  const stretch = useCallback(
    (now: StripScale): StripScale => ({
      ...now,
      perSecond: kept.current.perSecond,
      width: Math.max(kept.current.width, toX(now.seconds, kept.current) + 120),
    }),
    [],
  );
  if (!isTrying) kept.current = fitted;
  return isTrying ? stretch(fitted) : fitted;
}
