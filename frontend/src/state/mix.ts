/** Mixing rows: changes of which style rows of a picture another latent gives. */

import type { LayerRange, MixedRows, Picture } from "../protocol/wire";
import { type Change, seedOf } from "./picture";

type Latent = Picture["latent"];

export type RowsId = "coarse" | "middle" | "fine";

/** A part of the rows with a name. */
export interface NamedRows {
  readonly id: RowsId;
  readonly title: string;
  readonly layers: LayerRange;
}

const THIRDS = [
  { id: "coarse", title: "Coarse" },
  { id: "middle", title: "Middle" },
  { id: "fine", title: "Fine" },
] as const;

/** The thirds of a model's rows, as its sliders are found in; fewer where there are few rows. */
export function namedRows(rows: number): readonly NamedRows[] {
  return THIRDS.map((third, place) => ({
    ...third,
    layers: { start: Math.floor((place * rows) / 3), end: Math.floor(((place + 1) * rows) / 3) },
  })).filter(({ layers }) => layers.end > layers.start);
}

/** What a range is called: by its third, else by its numbers, counted from 1. */
export function nameRows({ start, end }: LayerRange, rows: number): string {
  const named = namedRows(rows).find(({ layers }) => layers.start === start && layers.end === end);
  if (named) return named.title.toLowerCase();
  if (start === 0 && end === rows) return "all layers";
  return end - start === 1 ? `layer ${end}` : `layers ${start + 1}–${end}`;
}

/** Rows that a latent gives from now on; others that gave some of them give way. */
export function withMixed(latent: Latent, layers: LayerRange): Change {
  return (picture) => ({ ...picture, mix: joined([...around(picture.mix, layers), { layers, latent }]) });
}

/** Gives the rows at a place of the list another range. */
export function withMixedLayers(place: number, layers: LayerRange): Change {
  return (picture) => {
    const rows = picture.mix[place];
    return rows ? withMixed(rows.latent, layers)(withoutMixed(place)(picture)) : picture;
  };
}

/** Puts another latent in the place of one in the list. */
export function withMixedLatent(place: number, latent: Latent): Change {
  return (picture) => {
    const rows = picture.mix[place];
    return rows ? withMixed(latent, rows.layers)(picture) : picture;
  };
}

export function withoutMixed(place: number): Change {
  return (picture) => ({ ...picture, mix: picture.mix.toSpliced(place, 1) });
}

/** Of a picture what mixing takes: its latent, with its class where that is another than the picture's own. */
export function latentToMix(other: Picture, own: Picture): Latent {
  const { latent, class_index } = other;
  if (class_index === null || class_index === own.class_index) return latent;
  if (latent.kind !== "blend") {
    const source = latent.kind === "seed" ? { seed: latent.seed } : { code: latent.code };
    return { kind: "blend", parts: [{ ...source, weight: 1, class_index }], path: "lerp" };
  }
  const parts = latent.parts.map((part) => ({ ...part, class_index: part.class_index ?? class_index }));
  return { ...latent, parts };
}

/** A latent in a few words. */
export function nameLatent(latent: Latent, picture: Picture): string {
  if (latent.kind === "code") return "Found latent";
  const isBetween = latent.kind === "blend" && latent.parts.length > 1;
  const isFound = latent.kind === "blend" && latent.parts.every((part) => "code" in part);
  if (isFound) return isBetween ? "Between found latents" : "Found latent";
  return `${isBetween ? "Between, near seed" : "Seed"} ${seedOf({ ...picture, latent })}`;
}

/** The mixed rows outside of a range. */
function around(mix: readonly MixedRows[], { start, end }: LayerRange): readonly MixedRows[] {
  return mix.flatMap(({ layers, latent }) =>
    [
      { start: layers.start, end: Math.min(layers.end, start) },
      { start: Math.max(layers.start, end), end: layers.end },
    ]
      .filter((left) => left.end > left.start)
      .map((left) => ({ layers: left, latent })),
  );
}

/** In the order of the rows, neighbours of one latent as one. */
function joined(mix: readonly MixedRows[]): readonly MixedRows[] {
  const found: MixedRows[] = [];
  for (const rows of [...mix].sort((a, b) => a.layers.start - b.layers.start)) {
    const before = found.at(-1);
    const isNext = before?.layers.end === rows.layers.start;
    if (before && isNext && JSON.stringify(before.latent) === JSON.stringify(rows.latent)) {
      found.splice(-1, 1, { ...before, layers: { start: before.layers.start, end: rows.layers.end } });
    } else found.push(rows);
  }
  return found;
}
