/** Placing: squares stay where they may, faces give the square the server cuts out, jobs are told either way. */

import { expect, it } from "vitest";
import { ffhqSquare, guessed, middle, moved, placingParams, resized, turned } from "./placing";

const PHOTO = { width: 200, height: 100 };

it("begins with the largest square, which stays inside", () => {
  const square = middle(PHOTO);
  expect(square).toEqual({ x: 100, y: 50, side: 100, turn: 0 });
  expect(moved(square, [500, 500], PHOTO)).toEqual({ x: 150, y: 50, side: 100, turn: 0 });
  expect(resized(square, 500, PHOTO).side).toBe(100);
  expect(resized(square, 0, PHOTO).side).toBe(5);
});

it("may reach beyond the photo once it is turned, never with its middle", () => {
  const square = turned(middle(PHOTO), 370, PHOTO);
  expect(square.turn).toBe(10);
  expect(moved(square, [500, -500], PHOTO)).toMatchObject({ x: 200, y: 0 });
  expect(turned(square, 0, PHOTO).turn).toBe(0);
});

// The cases of tests/imaging/test_alignment.py.
it.each([
  [
    [
      [40, 40],
      [60, 40],
      [50, 60],
    ],
    { x: 50, y: 42, side: 80, turn: 0 },
  ],
  [
    [
      [40, 40],
      [60, 40],
      [50, 100],
    ],
    { x: 50, y: 46, side: 216, turn: 0 },
  ],
  [
    [
      [0, 0],
      [3, 4],
      [1.5, 8],
    ],
    { x: 1.5, y: 2.6, side: 21.6, turn: 23.962488974578186 },
  ],
] as const)("places a face as in FFHQ", (points, expected) => {
  const square = ffhqSquare(points);
  expect(square).not.toBeNull();
  for (const key of ["x", "y", "side", "turn"] as const) expect(square?.[key]).toBeCloseTo(expected[key], 9);
});

it("knows no place for points that are one", () => {
  expect(
    ffhqSquare([
      [5, 5],
      [5, 5],
      [5, 5],
    ]),
  ).toBeNull();
});

it("tells a job a crop, a square or points", () => {
  expect(placingParams(middle(PHOTO), null, PHOTO)).toEqual({ crop: [0.5, 0, 1] });
  const square = turned(middle(PHOTO), 10, PHOTO);
  expect(placingParams(square, null, PHOTO)).toEqual({ square: [100, 50, 100, 10] });
  expect(placingParams(square, guessed(PHOTO), PHOTO)).toEqual({ points: [80, 42, 120, 42, 100, 65] });
});
