/** What the server has measured of a slider, as shares and in words. */

import { expect, it } from "vitest";
import { WALK } from "../protocol/fakes";
import { type Footprint, fewerShares, sayFootprint, sharesOfLayers } from "./footprint";
import { notationOfWalk, sayZones, trackZones } from "./walk_units";

const FOUND: Footprint = {
  pictures: 16,
  change: 12.4,
  layers: [2, 8, 4],
  most: 90,
  usable: { low: -2, high: 1.5 },
  where: "0".repeat(32),
};

it("tells every layer's share of what the strongest does", () => {
  expect(sharesOfLayers(FOUND, { start: 1, end: 4 }, 6)).toEqual([0, 0.25, 1, 0.5, 0, 0]);
  expect(sharesOfLayers({ ...FOUND, layers: [0, 0, 0] }, { start: 1, end: 4 }, 4)).toEqual([0, 0, 0, 0]);
  expect(sharesOfLayers({ ...FOUND, layers: [] }, { start: 0, end: 1 }, 1)).toEqual([]);
});

it("draws many layers by few bars, of neighbours the larger", () => {
  expect(fewerShares([0.1, 0.4, 1, 0.2, 0, 0.3], 3)).toEqual([0.4, 1, 0.3]);
  expect(fewerShares([0.1, 0.9, 0.2, 0.4, 0.5], 2)).toEqual([0.9, 0.5]);
  expect(fewerShares([1, 0.5], 6)).toEqual([1, 0.5]);
});

it("says how much, and how far it is of use", () => {
  const notation = notationOfWalk({ ...WALK, shown_unit: "px", shown_per_alpha: 1 }, 64);
  expect(sayFootprint(FOUND, notation)).toEqual([
    "A pixel changes by 12 of 255 at its stronger end.",
    "Of use from −2.0 px to 1.5 px.",
  ]);
  expect(sayFootprint({ ...FOUND, change: 0.2, usable: null }, notation)).toEqual([
    "A pixel changes by less than 1 of 255 at its stronger end.",
  ]);
});

it("hatches the track where pictures are no longer the generator's own", () => {
  const walk = { ...WALK, low: -4, high: 1.55, footprint: FOUND };
  expect(trackZones(walk)).toEqual([{ kind: "doubtful", low: -4, high: -2 }]);
  expect(sayZones(walk, notationOfWalk(walk, 64))).toContain("like the generator's own");
  expect(trackZones({ ...walk, footprint: { ...FOUND, usable: null } })).toEqual([]);
});
