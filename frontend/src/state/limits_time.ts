/** Limits time: how long a measurement of limits will take, told before it begins. */

import type { Params } from "../protocol/wire";

/** What is left out of the parameters, as the recipe has it. */
const SEEDS = 200;
const STEPS = 8;
const BEYOND = 1.5;
const WORLD_PICTURES = 500;
/** Seeds of the filmstrip. */
const SHOWN = 4;
/**
 * A picture drawn and looked at, in pictures drawn: measured 27 ms against 8.6 ms on one CPU core, with the bundled
 * model of 64 px and its networks.
 */
const LOOKED_AT = 3;

/** Seconds on a machine that draws a picture in `frameMs` and has nothing else to do; null before the first. */
export function guessSeconds(params: Params, frameMs: number | null): number | null {
  if (frameMs === null || frameMs <= 0) return null;
  const strengths = Math.round(numberOf(params.steps, STEPS) * numberOf(params.beyond, BEYOND)) + 1;
  const looked = numberOf(params.seeds, SEEDS) * strengths + numberOf(params.world_pictures, WORLD_PICTURES);
  return ((looked * LOOKED_AT + SHOWN * strengths) * frameMs) / 1000;
}

/** In words, rounded as a guess should be: `about 20 seconds`, `about 3 minutes`. */
export function sayGuess(seconds: number | null): string {
  if (seconds === null) return "a few minutes";
  if (seconds < 10) return "a few seconds";
  if (seconds < 55) return `about ${Math.round(seconds / 10) * 10} seconds`;
  const minutes = Math.round(seconds / 60);
  return minutes <= 1 ? "about a minute" : `about ${minutes} minutes`;
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === "number" ? value : fallback;
}
