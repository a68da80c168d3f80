// @vitest-environment node
/** Words in a PNG are found before its pixels, and nothing else is taken for them. */

import { expect, it } from "vitest";
import { readPngText } from "./png_text";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function chunk(type: string, data: readonly number[]): number[] {
  const { length } = data;
  const size = [(length >>> 24) & 255, (length >>> 16) & 255, (length >>> 8) & 255, length & 255];
  return [...size, ...letters(type), ...data, 0, 0, 0, 0];
}

function letters(text: string): number[] {
  return [...new TextEncoder().encode(text)];
}

function png(...chunks: readonly number[][]): Uint8Array {
  return Uint8Array.from([...SIGNATURE, ...chunk("IHDR", new Array(13).fill(0)), ...chunks.flat()]);
}

const TEXT = chunk("tEXt", [...letters("wend"), 0, ...letters('{"version":2}')]);

it("reads plain and international text", () => {
  expect(readPngText(png(TEXT), "wend")).toBe('{"version":2}');
  const other = chunk("tEXt", [...letters("wendy"), 0, ...letters("no")]);
  expect(readPngText(png(other, TEXT), "wend")).toBe('{"version":2}');
  const international = chunk("iTXt", [
    ...letters("wend"),
    0,
    0,
    0,
    ...letters("de"),
    0,
    0,
    ...letters("Härchen"),
  ]);
  expect(readPngText(png(international), "wend")).toBe("Härchen");
});

it("finds none behind the pixels, in a broken file, or in no PNG", () => {
  expect(readPngText(png(chunk("IDAT", [1]), TEXT), "wend")).toBeNull();
  expect(readPngText(png(TEXT).subarray(0, 50), "wend")).toBeNull();
  expect(readPngText(Uint8Array.from([...letters("GIF89a"), ...TEXT]), "wend")).toBeNull();
  expect(readPngText(new Uint8Array(), "wend")).toBeNull();
});
