/** Colours of maps: a sample has the colour its legend says. */

import { expect, it } from "vitest";
import { colorSamples, heatEnd, heatTable, inkTable, labelTable } from "./map_colors";

it("labels have their own colour, and what has none is black", () => {
  const table = labelTable([
    { name: "ground", color: "#e6e6e6" },
    { name: "skin", color: "#f23d51" },
  ]);
  expect([...colorSamples(new Uint8Array([1, 0, 7]), table)]).toEqual([
    0xf2, 0x3d, 0x51, 255, 0xe6, 0xe6, 0xe6, 255, 0, 0, 0, 255,
  ]);
});

it("ink is black on white paper", () => {
  expect([...colorSamples(new Uint8Array([0, 255, 100]), inkTable())].filter((_, i) => i % 4 === 0)).toEqual([
    255, 0, 155,
  ]);
});

it("heat grows with every step, up to the end of its legend", () => {
  const table = heatTable(64);
  const brightness = (steps: number) => {
    const [r = 0, g = 0, b = 0] = colorSamples(new Uint8Array([steps]), table);
    return r + g + b;
  };
  for (let steps = 1; steps <= 64; steps += 1)
    expect(brightness(steps)).toBeGreaterThan(brightness(steps - 1));
  expect(brightness(200)).toBe(brightness(64));
});

it.each([
  [0, 16],
  [16, 16],
  [17, 32],
  [130, 255],
  [255, 255],
])("a largest difference of %i steps has a legend to %i", (largest, end) => {
  expect(heatEnd(largest)).toBe(end);
});
