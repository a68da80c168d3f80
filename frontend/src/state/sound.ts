/** Sound: what an audio file drives at a time. Half of `server/wend/documents/sampling.py`'s twin. */

import type { Drive, Sound } from "../protocol/wire";
import { LOUDNESS_RATE } from "../protocol/wire";

/** Seconds until a beat has died away, where the next does not come sooner. */
const BEAT_S = 0.5;

/**
 * How strongly sound drives at a time, 0 to 1; 0 outside of it.
 *
 * loudness: on the line between the curve's values. beats: 1 on a beat, and (1 - x)^2 after it, x the share of the
 * way to the next beat or of half a second, whichever is shorter.
 */
export function levelAt(sound: Sound, by: Drive["by"], seconds: number): number {
  return by === "loudness" ? loudnessAt(sound, seconds) : beatAt(sound, seconds);
}

function loudnessAt({ loudness }: Sound, seconds: number): number {
  const place = seconds * LOUDNESS_RATE;
  const index = Math.floor(place);
  const here = loudness[index];
  if (here === undefined) return 0;
  const after = loudness[Math.min(index + 1, loudness.length - 1)] ?? here;
  return here + (place - index) * (after - here);
}

function beatAt({ beats }: Sound, seconds: number): number {
  const number = countUpTo(beats, seconds);
  const beat = beats[number - 1];
  if (beat === undefined) return 0;
  const next = beats[number];
  const gap = next === undefined ? BEAT_S : next - beat;
  const left = 1 - (seconds - beat) / Math.min(gap, BEAT_S);
  return left > 0 ? left * left : 0;
}

/** How many of rising values are not above a limit. */
function countUpTo(values: readonly number[], limit: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
