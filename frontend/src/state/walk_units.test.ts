/** Strengths are read as people write them, and a slider goes as far as anything is known of its walk. */

import { describe, expect, it } from "vitest";
import { WALK } from "../protocol/fakes";
import { notationOfWalk, readStrength, sayStrength, sayZones, sliderEnds, trackZones } from "./walk_units";

const of = (shown_unit: string, shown_per_alpha = 1, resolution: number | null = 64) =>
  notationOfWalk({ ...WALK, shown_unit, shown_per_alpha }, resolution);

describe("strengths", () => {
  it.each([
    ["px", 12, "12.0 px"],
    ["px", -0.04, "0.0 px"],
    ["degrees", -8, "−8.0°"],
    ["log2 x", 0.5, "×1.41"],
    ["log2 x", -1, "×0.50"],
    ["of range", -0.25, "−0.25"],
    ["sd", 1.5, "1.50 sd"],
  ])("of %s %d are said %s", (unit, alpha, said) => {
    expect(sayStrength(alpha, of(unit))).toBe(said);
  });

  it.each([
    ["px", "12", 12],
    ["px", "−3,5 px", -3.5],
    ["px", "3PX", 3],
    ["degrees", "10°", 10],
    ["log2 x", "x2", 1],
    ["log2 x", "×0.5", -1],
    ["log2 x", "4 x", 2],
    ["log2 x", "1", 0],
  ])("in %s are read from %s", (unit, text, alpha) => {
    expect(readStrength(text, of(unit))).toBeCloseTo(alpha);
  });

  it.each([
    ["px", "far"],
    ["px", ""],
    ["px", "px"],
    ["log2 x", "0"],
    ["log2 x", "-2"],
    ["log2 x", "x"],
    ["log2 x", "Infinity"],
  ])("in %s are not read from “%s”", (unit, text) => {
    expect(readStrength(text, of(unit))).toBeNull();
  });

  it("along a factor count in its unit", () => {
    const notation = of("of width", 0.05);
    expect(sayStrength(2, notation)).toBe("6.4 px");
    expect(readStrength("6.4", notation)).toBeCloseTo(2);
    expect(readStrength("10 %", of("of width", 0.05, null))).toBeCloseTo(2);
  });
});

describe("zones", () => {
  const zone = (low: number, high: number) => ({ low, high });

  it("are none for a walk that was only found", () => {
    expect(sliderEnds(WALK)).toEqual(zone(-3, 3));
    expect(trackZones(WALK)).toEqual([]);
    expect(sayZones(WALK, of("sd"))).toBe("");
  });

  it("stretch the slider to all that is known, and a little into what stands still", () => {
    const walk = { ...WALK, trained: zone(-2, 5), reachable: zone(-1, 6), saturated: zone(-6, 4) };
    expect(sliderEnds(walk)).toEqual(zone(-7, 6));
    expect(trackZones(walk)).toEqual([
      { kind: "trained", low: -2, high: 5 },
      { kind: "reachable", low: -1, high: 6 },
      { kind: "saturated", low: -7, high: -6 },
      { kind: "saturated", low: 4, high: 6 },
    ]);
  });

  it("never go further than may be asked for", () => {
    expect(sliderEnds({ ...WALK, trained: zone(-500, 2), furthest: 50 })).toEqual(zone(-50, 3));
  });

  it("are told in the walk's unit", () => {
    const walk = { ...WALK, shown_unit: "px", trained: zone(-8, 8), reachable: zone(-6, 7) };
    expect(sayZones(walk, of("px"))).toBe(
      "Trained from −8.0 px to 8.0 px. What it should move follows from −6.0 px to 7.0 px.",
    );
  });
});
