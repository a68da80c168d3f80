/** How long a measurement takes: counted by hand, and told as a guess. */

import { expect, it } from "vitest";
import { guessSeconds, sayGuess } from "./limits_time";

it("counts the pictures that are looked at", () => {
  // 40 seeds at 13 strengths and 200 pictures of the world, three draws' time each, and a filmstrip of 4 x 13.
  expect(guessSeconds({ seeds: 40, world_pictures: 200 }, 10)).toBeCloseTo((720 * 3 + 52) / 100, 6);
  // What is left out is the recipe's own.
  expect(guessSeconds({}, 10)).toBeCloseTo((3100 * 3 + 52) / 100, 6);
  expect(guessSeconds({ steps: 4, beyond: 1, seeds: 20 }, 1)).toBeCloseTo((600 * 3 + 20) / 1000, 6);
});

it("knows nothing before a picture was drawn", () => {
  expect(guessSeconds({}, null)).toBeNull();
  expect(guessSeconds({}, 0)).toBeNull();
});

it("tells a guess as one", () => {
  expect([null, 3, 22, 52, 58, 89, 91, 400].map(sayGuess)).toEqual([
    "a few minutes",
    "a few seconds",
    "about 20 seconds",
    "about 50 seconds",
    "about a minute",
    "about a minute",
    "about 2 minutes",
    "about 7 minutes",
  ]);
});
