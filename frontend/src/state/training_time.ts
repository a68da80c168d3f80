/** Training time: how long a training by drawings will take, from an earlier one of the model, or guessed. */

import type { JobDetail, RecipeSummary } from "../protocol/wire";
import { type Effort, effortOf, type Given } from "./sketching";

/**
 * What an update costs, in pictures that are drawn: something in any case, more for each drawing it looks at, as much
 * again where pictures are looked at, too, and its share of a look. Measured on portraits at 64 px, of a core that
 * draws a picture in 45 ms: 0.88 s for a batch of 16, 1.45 s with pictures.
 */
const [IN_ANY_CASE, A_DRAWING, A_PICTURE, A_LOOK] = [4, 0.9, 0.9, 75] as const;
/** Of the pictures that it goes on to look like, which are drawn many at a time: samples and a world's alike. */
const A_LOOKALIKE = 0.6;

export interface Pace {
  /** Seconds for as much as drawing one picture. */
  readonly seconds: number;
  readonly source: "measured" | "guessed";
}

function costOf({ batch, lookEvery, lookalikes }: Effort): number {
  const each = A_DRAWING + (lookalikes > 0 ? A_PICTURE : 0);
  return IN_ANY_CASE + each * batch + A_LOOK / lookEvery;
}

/** As an earlier training went, without the time it took to get ready; null where it went too short a way. */
export function paceOf(
  { history, params }: Pick<JobDetail, "history" | "params">,
  recipe: Pick<RecipeSummary, "params">,
  given: Given,
): Pace | null {
  const [first, last] = [history[0], history.at(-1)];
  if (!first || !last || last.updates <= first.updates || last.seconds <= first.seconds) return null;
  const update = (last.seconds - first.seconds) / (last.updates - first.updates);
  return { seconds: update / costOf(effortOf(recipe, params, given)), source: "measured" };
}

/** From the time that a picture of the model takes, in ms. */
export function guessedPace(renderMs: number): Pace {
  return { seconds: renderMs / 1000, source: "guessed" };
}

/** Seconds at most, with the time to get ready. */
export function secondsFor(pace: Pace, effort: Effort): number {
  return (effort.updates * costOf(effort) + effort.lookalikes * A_LOOKALIKE) * pace.seconds;
}

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];

/** `about 4 minutes`: no more exact than it is known. */
export function sayAbout(seconds: number): string {
  if (seconds < 0.75 * MINUTE) return "less than a minute";
  if (seconds < 1.5 * MINUTE) return "about a minute";
  if (seconds < 1.5 * HOUR) return `about ${rounded(seconds / MINUTE)} minutes`;
  if (seconds < 1.5 * DAY) return `about ${rounded(seconds / HOUR)} hours`;
  return `about ${rounded(seconds / DAY)} days`;
}

/** To a figure and a half: 7, 15, 40. */
function rounded(value: number): number {
  if (value < 10) return Math.max(2, Math.round(value));
  return Math.round(value / 5) * 5;
}
