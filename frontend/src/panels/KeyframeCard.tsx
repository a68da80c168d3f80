/** KeyframeCard: one keyframe on the strip: its picture, which is moved, and the end of its stretch, which is pulled. */

import { UnstyledButton } from "@mantine/core";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { EasingCurve } from "../controls/EasingCurve";
import type { Keyframe } from "../protocol/wire";
import { eased } from "../state/timeline_sampling";
import { useApp, useTimelineView } from "./app";
import { EASINGS } from "./easings";
import styles from "./KeyframeCard.module.css";
import { PictureImage } from "./PictureImage";
import { StretchHandle } from "./StretchHandle";
import { clockTime, type StripScale, toX } from "./timeline_scale";

/** A press that moves no further is a click. */
const CLICK_PX = 5;

export interface KeyframeCardProps {
  readonly keyframe: Keyframe;
  readonly index: number;
  readonly count: number;
  /** Whether its stretch leads back to the first keyframe. */
  readonly isWayBack: boolean;
  /** Seconds from the first keyframe. */
  readonly start: number;
  readonly scale: StripScale;
  /** Before which keyframe something comes that is dropped at this place of the window. */
  readonly placeAt: (clientX: number) => number;
  /** Tells where it would be dropped; null: nowhere. */
  readonly onOver: (place: number | null) => void;
}

export function KeyframeCard(props: KeyframeCardProps) {
  const { keyframe, index, count, isWayBack, start, scale } = props;
  const isLast = index === count - 1;
  const hasStretch = !isLast || isWayBack;
  const isChosen = useTimelineView((state) => state.chosen === index);
  const width = keyframe.duration * scale.perSecond;
  return (
    <li
      className={styles.card}
      style={{ left: toX(start, scale), width: hasStretch ? width : undefined }}
      data-chosen={isChosen}
      data-last={!hasStretch}
      data-back={isWayBack}
    >
      <Picture {...props} isChosen={isChosen} />
      {hasStretch && (
        <>
          <Stretch keyframe={keyframe} />
          <StretchHandle index={index} start={start} duration={keyframe.duration} scale={scale} />
        </>
      )}
    </li>
  );
}

/** Clicked it comes onto the stage, pulled it changes its place; keys do both. */
function Picture(props: KeyframeCardProps & { readonly isChosen: boolean }) {
  const { keyframe, index, count, start, isChosen, placeAt, onOver } = props;
  const { timelineDesk } = useApp();
  const pressed = useRef<{ readonly x: number; hasMoved: boolean } | null>(null);
  const [shift, setShift] = useState<number | null>(null);

  const onPointerDown = (event: PointerEvent<HTMLButtonElement>) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    pressed.current = { x: event.clientX, hasMoved: false };
  };
  const onPointerMove = (event: PointerEvent) => {
    const press = pressed.current;
    if (!press) return;
    press.hasMoved ||= Math.abs(event.clientX - press.x) > CLICK_PX;
    if (!press.hasMoved) return;
    setShift(event.clientX - press.x);
    onOver(placeAt(event.clientX));
  };
  const finish = (event: PointerEvent | null) => {
    const press = pressed.current;
    pressed.current = null;
    setShift(null);
    onOver(null);
    if (!press || !event) return;
    if (!press.hasMoved) timelineDesk.goTo(index);
    else timelineDesk.move(index, placeAfter(placeAt(event.clientX), index));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>) => {
    if (event.key === "Escape" && pressed.current) {
      event.preventDefault();
      finish(null);
      return;
    }
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      if (event.shiftKey) timelineDesk.move(index, index + by);
      else moveFocus(event.currentTarget, by);
    }
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      moveFocus(event.currentTarget, index === count - 1 ? -1 : 1);
      timelineDesk.remove(index);
    }
    if (event.key === "Enter") {
      event.preventDefault();
      timelineDesk.goTo(index);
    }
  };

  return (
    <UnstyledButton
      className={styles.picture}
      aria-label={`Keyframe ${index + 1} of ${count}, at ${clockTime(start)}`}
      aria-current={isChosen}
      aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight Delete"
      title="Click: onto the stage. Drag, or Shift and an arrow key: another place. Delete: away."
      style={shift === null ? undefined : { transform: `translateX(${shift}px)`, zIndex: 6 }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={finish}
      onPointerCancel={() => finish(null)}
      onKeyDown={onKeyDown}
    >
      <PictureImage className={styles.image ?? ""} picture={keyframe.picture} />
      <span className={styles.number}>{index + 1}</span>
    </UnstyledButton>
  );
}

/** What comes of "before keyframe `place`" once keyframe `index` has been taken out. */
function placeAfter(place: number, index: number): number {
  return place > index ? place - 1 : place;
}

/** To the picture of the next keyframe, or of the one before. */
function moveFocus(button: HTMLElement, by: number): void {
  const all = [...(button.closest("ol")?.querySelectorAll<HTMLElement>(`.${styles.picture}`) ?? [])];
  all[all.indexOf(button) + by]?.focus();
}

/** How it goes on to the next: the curve, the seconds. */
function Stretch({ keyframe }: { readonly keyframe: Keyframe }) {
  const { easing, duration } = keyframe;
  const { title } = EASINGS.find(({ value }) => value === easing) ?? { title: "" };
  return (
    <span className={styles.stretch} title={`${title}, ${duration} s`}>
      <EasingCurve eased={(share) => eased(easing, share)} jumps={easing === "hold"} />
      <span>{Number(duration.toFixed(2))} s</span>
    </span>
  );
}
