/** Footprint: what the server has measured of a slider, in words and as shares of its layers. */

import type { LayerRange, WalkSummary } from "../protocol/wire";
import { sayStrength, type WalkNotation } from "./walk_units";

export type Footprint = NonNullable<WalkSummary["footprint"]>;

/** What each layer of the generator does, as a share of what the strongest does, 0 to 1; none where nothing is told. */
export function sharesOfLayers(footprint: Footprint, rows: LayerRange, count: number): readonly number[] {
  if (footprint.layers.length === 0) return [];
  const most = Math.max(...footprint.layers);
  return Array.from({ length: count }, (_, row) =>
    most === 0 ? 0 : (footprint.layers[row - rows.start] ?? 0) / most,
  );
}

/** Shares drawn by so few bars that they fit into a button: of neighbours the larger. */
export function fewerShares(shares: readonly number[], most: number): readonly number[] {
  if (shares.length <= most) return shares;
  return Array.from({ length: most }, (_, bar) => {
    const from = Math.floor((bar * shares.length) / most);
    const to = Math.floor(((bar + 1) * shares.length) / most);
    return Math.max(...shares.slice(from, to));
  });
}

/** In sentences. */
export function sayFootprint(footprint: Footprint, notation: WalkNotation): readonly string[] {
  const { change, usable } = footprint;
  const much = change < 1 ? "less than 1" : Math.round(change).toString();
  return [
    `A pixel changes by ${much} of 255 at its stronger end.`,
    ...(usable
      ? [`Of use from ${sayStrength(usable.low, notation)} to ${sayStrength(usable.high, notation)}.`]
      : []),
  ];
}
