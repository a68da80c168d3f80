/** Mask contour: the line where a pixel is half inside, for eyes to follow. */

import type { MaskImage } from "../state/mask_image";

const HALF = 127.5;

/**
 * Pieces of the outline, four numbers each: x and y of both ends, in pixels of the picture. Beyond the border
 * there is nothing, so every outline is closed.
 * Source: marching squares, as in Lorensen and Cline, Marching Cubes, 1987, in the plane.
 */
export function contourOf({ height, width, alpha }: MaskImage): Float32Array<ArrayBuffer> {
  const pieces: number[] = [];
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : (alpha[y * width + x] ?? 0);
  // Squares stand between the middles of four pixels.
  for (let y = -1; y < height; y++) {
    for (let x = -1; x < width; x++) {
      addSquare(pieces, x + 0.5, y + 0.5, at(x, y), at(x + 1, y), at(x + 1, y + 1), at(x, y + 1));
    }
  }
  return Float32Array.from(pieces);
}

/** Which sides of a square are joined by a line, by its corners that are inside: clockwise from the top left, 1 2 4 8. */
const TOP = 0;
const RIGHT = 1;
const BOTTOM = 2;
const LEFT = 3;
const JOINED: readonly (readonly number[])[] = [
  [],
  [LEFT, TOP],
  [TOP, RIGHT],
  [LEFT, RIGHT],
  [RIGHT, BOTTOM],
  [TOP, RIGHT, BOTTOM, LEFT],
  [TOP, BOTTOM],
  [LEFT, BOTTOM],
  [LEFT, BOTTOM],
  [TOP, BOTTOM],
  [LEFT, TOP, RIGHT, BOTTOM],
  [RIGHT, BOTTOM],
  [LEFT, RIGHT],
  [TOP, RIGHT],
  [LEFT, TOP],
  [],
];
/** Opposite corners are inside. Which two are cut off is up to the middle; above it belongs to the inside. */
const SADDLES: readonly number[] = [5, 10];

function addSquare(pieces: number[], x: number, y: number, a: number, b: number, c: number, d: number): void {
  let corners = Number(a > HALF) + 2 * Number(b > HALF) + 4 * Number(c > HALF) + 8 * Number(d > HALF);
  if (SADDLES.includes(corners) && a + b + c + d <= 4 * HALF) corners = 15 - corners;
  for (const side of JOINED[corners] ?? []) {
    if (side === TOP) pieces.push(x + share(a, b), y);
    else if (side === RIGHT) pieces.push(x + 1, y + share(b, c));
    else if (side === BOTTOM) pieces.push(x + share(d, c), y + 1);
    else pieces.push(x, y + share(a, d));
  }
}

function share(from: number, to: number): number {
  return (HALF - from) / (to - from);
}
