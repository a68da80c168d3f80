/** Map colours: what a sample of a map looks like over the picture. */

import type { NamedLabel } from "../protocol/wire";

/** RGBA of all 256 sample values. */
export type ColorTable = Uint8ClampedArray;

const SAMPLES = 256;

/** Dark to light and cold to hot, evenly bright: black, violet, red, yellow, white. */
const HEAT = [
  [8, 8, 12],
  [87, 22, 112],
  [203, 65, 78],
  [249, 181, 66],
  [255, 252, 220],
] as const;
/** Ends of the difference's legend, in 8-bit steps: few, so that the colours seldom change their meaning. */
const ENDS = [16, 32, 64, 128, 255] as const;

function tableOf(color: (sample: number) => readonly [number, number, number]): ColorTable {
  const table = new Uint8ClampedArray(4 * SAMPLES);
  for (let sample = 0; sample < SAMPLES; sample += 1) table.set([...color(sample), 255], 4 * sample);
  return table;
}

/** Every label in its own colour; a sample without a label is black. */
export function labelTable(labels: readonly NamedLabel[]): ColorTable {
  return tableOf((sample) => parseColor(labels[sample]?.color ?? "#000000"));
}

/** Black ink on white paper. */
export function inkTable(): ColorTable {
  return tableOf((ink) => [255 - ink, 255 - ink, 255 - ink]);
}

/** Heat up to `end`; beyond it nothing is hotter. */
export function heatTable(end: number): ColorTable {
  return tableOf((steps) => {
    const place = (Math.min(steps, end) / end) * (HEAT.length - 1);
    const index = Math.min(Math.floor(place), HEAT.length - 2);
    const [from, to] = [HEAT[index] ?? HEAT[0], HEAT[index + 1] ?? HEAT[0]];
    const mix = (channel: 0 | 1 | 2) => from[channel] + (to[channel] - from[channel]) * (place - index);
    return [mix(0), mix(1), mix(2)];
  });
}

/** The same heat as a CSS gradient, for legends. */
export const HEAT_GRADIENT = `linear-gradient(to right, ${HEAT.map((color) => `rgb(${color.join(" ")})`).join(", ")})`;

/** The first end of a legend that holds the largest difference of a map. */
export function heatEnd(largest: number): number {
  return ENDS.find((end) => largest <= end) ?? SAMPLES - 1;
}

/** RGBA of every sample of a map. */
export function colorSamples(samples: Uint8Array, table: ColorTable): Uint8ClampedArray<ArrayBuffer> {
  const source = new Uint32Array(table.buffer, table.byteOffset, SAMPLES);
  const pixels = new Uint32Array(samples.length);
  for (let place = 0; place < samples.length; place += 1) pixels[place] = source[samples[place] ?? 0] ?? 0;
  return new Uint8ClampedArray(pixels.buffer);
}

function parseColor(text: string): readonly [number, number, number] {
  const number = Number.parseInt(text.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}
