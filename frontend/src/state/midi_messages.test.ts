// @vitest-environment node
/** Bytes of controllers, after the MIDI 1.0 specification, and what knobs mean by them. */

import { describe, expect, it } from "vitest";
import { guessSends, placeOf, placesOf, readMove, stepsOf } from "./midi_messages";

const moves = (...values: readonly number[]) => values.map((value) => ({ channel: 1, number: 7, value }));

describe("bytes", () => {
  it("are a move where they are a control change", () => {
    expect(readMove(Uint8Array.of(0xb0, 7, 100))).toEqual({ channel: 1, number: 7, value: 100 });
    expect(readMove(Uint8Array.of(0xbf, 0, 0))).toEqual({ channel: 16, number: 0, value: 0 });
  });

  it.each([
    ["a note", [0x90, 60, 100]],
    ["a pitch bend", [0xe0, 0, 64]],
    ["a channel mode message", [0xb0, 120, 0]],
    ["a clock", [0xf8]],
    ["nothing", []],
  ])("are none where they are %s", (_, bytes) => {
    expect(readMove(Uint8Array.from(bytes))).toBeNull();
  });
});

describe("a knob that tells its place", () => {
  it.each(["absolute", "fine"] as const)("reaches both ends and the middle: %s", (sends) => {
    const places = placesOf(sends);
    expect([0, places / 2, places - 1].map((value) => placeOf(value, places))).toEqual([0, 0.5, 1]);
    const all = Array.from({ length: places }, (_, value) => placeOf(value, places));
    expect(all.every((place, value) => value === 0 || place > (all[value - 1] ?? 0))).toBe(true);
  });
});

describe("an endless knob", () => {
  it("tells its steps in one of three ways", () => {
    expect([1, 3, 127, 125].map((value) => stepsOf(value, "twos"))).toEqual([1, 3, -1, -3]);
    expect([65, 67, 63, 61].map((value) => stepsOf(value, "offset"))).toEqual([1, 3, -1, -3]);
    expect([1, 3, 65, 67].map((value) => stepsOf(value, "sign"))).toEqual([1, 3, -1, -3]);
  });
});

describe("guessing from the first moves", () => {
  it.each([
    ["absolute", [60, 61, 62, 63, 64, 65]],
    ["absolute", [0, 1, 2, 3, 4]],
    ["absolute", [127, 0]],
    ["absolute", [100]],
    ["absolute", []],
    ["twos", [1, 1, 2, 1]],
    ["twos", [127, 127, 126, 127]],
    ["twos", [1, 127]],
    ["offset", [65, 65, 66, 65]],
    ["offset", [63, 63, 65, 65]],
    ["sign", [1, 1, 65, 65]],
  ] as const)("%s: %j", (sends, values) => {
    expect(guessSends(moves(...values))).toBe(sends);
  });

  it("knows a fine one by its lower half", () => {
    const lower = { channel: 1, number: 39, value: 12 };
    expect(guessSends([...moves(60), lower, ...moves(60)])).toBe("fine");
  });
});
