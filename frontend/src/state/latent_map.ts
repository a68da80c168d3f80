/** The map: the plane through the picture along two sliders, and ways across it. */

import type { Picture, WalkSummary } from "../protocol/wire";
import { type Change, withAlpha } from "./picture";

/** A place on the map, in the units of its two sliders. */
export type MapPoint = readonly [x: number, y: number];

export interface MapAxes {
  readonly x: WalkSummary;
  readonly y: WalkSummary;
}

/** Landmarks along each side. */
export const ACROSS = 5;

/** Sliders that a map can lie along: straight ones that people have not put away. */
export function mappable(walks: readonly WalkSummary[]): readonly WalkSummary[] {
  return walks.filter((walk) => walk.is_linear && !walk.is_hidden && walk.high > walk.low);
}

/**
 * The two that were chosen, if they are still there; else those that a hand has moved, the last one first, then the
 * first principal components, or any.
 */
export function axesOf(
  walks: readonly WalkSummary[],
  chosen: readonly [string, string] | undefined,
  moved: readonly string[] = [],
): MapAxes | null {
  const able = mappable(walks);
  const find = (id: string | undefined) => able.find((walk) => walk.id === id);
  const main = able
    .filter(({ id }) => id.startsWith("pca-w/"))
    .sort((a, b) => Number(a.id.slice("pca-w/".length)) - Number(b.id.slice("pca-w/".length)));
  const touched = moved.flatMap((id) => find(id) ?? []);
  const usual = [...touched, ...main, ...able];
  const x = find(chosen?.[0]) ?? usual.find((walk) => walk.id !== chosen?.[1]);
  const y = find(chosen?.[1]) ?? usual.find((walk) => walk.id !== x?.id);
  return x && y && x.id !== y.id ? { x, y } : null;
}

/** Moves the picture to a place. */
export function toPoint({ x, y }: MapAxes, [a, b]: MapPoint): Change {
  return (picture) => withAlpha(y.id, b)(withAlpha(x.id, a)(picture));
}

export interface Landmark {
  readonly column: number;
  /** From the top, where y is highest. */
  readonly row: number;
  readonly picture: Picture;
}

/** What lies in the middle of each field of the map, those nearest to the map's middle first: they tell most. */
export function landmarks(picture: Picture, axes: MapAxes): readonly Landmark[] {
  const middle = (ACROSS - 1) / 2;
  const at = ({ low, high }: WalkSummary, place: number) => low + ((place + 0.5) / ACROSS) * (high - low);
  const far = ({ column, row }: Landmark) => Math.hypot(column - middle, row - middle);
  return Array.from({ length: ACROSS * ACROSS }, (_, index) => {
    const [column, row] = [index % ACROSS, Math.floor(index / ACROSS)];
    const point: MapPoint = [at(axes.x, column), at(axes.y, ACROSS - 1 - row)];
    return { column, row, picture: toPoint(axes, point)(picture) };
  }).sort((a, b) => far(a) - far(b));
}

/** A few places evenly along a path that a hand drew, its ends among them. */
export function alongPath(path: readonly MapPoint[], count: number): readonly MapPoint[] {
  const first = path[0];
  if (!first) return [];
  const lengths = path.map((point, place) => distance(path[place - 1] ?? point, point));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (total === 0) return [first];
  return Array.from({ length: count }, (_, index) => {
    let left = (total * index) / (count - 1);
    for (const [place, point] of path.entries()) {
      const length = lengths[place] ?? 0;
      const before = path[place - 1] ?? point;
      if (length > 0 && left <= length) {
        const share = left / length;
        return [before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])];
      }
      left -= length;
    }
    return path.at(-1) ?? first;
  });
}

function distance([a, b]: MapPoint, [c, d]: MapPoint): number {
  return Math.hypot(c - a, d - b);
}
