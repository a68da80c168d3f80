/** The wheel over a control: with Alt it turns that on, and without it scrolls the page as everywhere. */

import { type PointerEvent, useEffect, useRef, useState } from "react";
import { FINE } from "./use_gesture";

/** Pixels of a line, for wheels that count in lines. */
const LINE = 16;
/** A wheel that clicks goes at least so far at a time; what goes in smaller bits is summed up. */
const CLICK_PX = 40;
/** Where one event tells of several clicks. */
const CLICKS_PX = 100;

/**
 * `turn` gets the steps that a wheel has made, upwards more; with Shift a tenth of them. What comes back goes on the
 * element.
 */
export function useWheel(turn: (steps: number) => void) {
  const newest = useRef(turn);
  useEffect(() => {
    newest.current = turn;
  });
  const [listen] = useState(() => {
    let sum = 0;
    return (event: WheelEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const pixels = pixelsOf(event);
      const isClick = Math.abs(pixels) >= CLICK_PX;
      sum = isClick || sum * pixels < 0 ? pixels : sum + pixels;
      if (Math.abs(sum) < CLICK_PX) return;
      const clicks = Math.max(1, Math.round(Math.abs(sum) / CLICKS_PX)) * Math.sign(sum);
      sum = 0;
      newest.current(clicks * (event.shiftKey ? FINE : 1));
    };
  });
  // React listens to wheels passively. A listener that may hold up scrolling is there only under the pointer.
  return {
    onPointerEnter: ({ currentTarget }: PointerEvent<HTMLElement>) =>
      currentTarget.addEventListener("wheel", listen, { passive: false }),
    onPointerLeave: ({ currentTarget }: PointerEvent<HTMLElement>) =>
      currentTarget.removeEventListener("wheel", listen),
  };
}

/** How far the wheel went, upwards more. */
function pixelsOf({ deltaX, deltaY, deltaMode }: WheelEvent): number {
  const unit = deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1;
  // Shift turns many a wheel sideways.
  return -(deltaY || deltaX) * unit;
}
