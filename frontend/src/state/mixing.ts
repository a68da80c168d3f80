/**
 * Mixing: what lies between pictures of certain shares: their latent, mixed rows, noise and mixed-in model.
 * `server/wend/documents/mixing.py` is its twin, line by line; both are held to the golden cases in
 * `tests/contract/timeline`.
 */

import type { BlendPart, MixedRows, NoisePart, Picture } from "../protocol/wire";
import { sourceOf } from "./picture";

/** Pictures with their shares, which sum to 1, in the order of the keyframes. */
export type Weighted = readonly (readonly [Picture, number])[];

/**
 * What is mixed into the nearer one's model, where both are of one model or of the same two: the share that the other
 * has of both. Of three models the nearer one's stay.
 */
export function mixedModel(pair: Weighted, near: Picture, far: Picture): Picture["model_blend"] {
  const isSame = JSON.stringify(near.model_blend) === JSON.stringify(far.model_blend);
  if (near.model === far.model && isSame) return near.model_blend;
  const blends = [near.model_blend, far.model_blend].filter((blend) => blend !== null);
  const others = new Set([far.model, ...blends.map(({ model }) => model)]);
  others.delete(near.model);
  const [model] = others;
  if (model === undefined || others.size > 1) return near.model_blend;
  const total = sum(pair.map(([picture, weight]) => weight * shareOf(picture, model)));
  // Both ways of blending begin and end alike.
  return { model, weight: Math.min(total, 1), how: blends[0]?.how ?? "weights" };
}

/** How much of a picture's generator is of a model, 0 to 1. */
export function shareOf({ model: own, model_blend: blend }: Picture, model: string): number {
  const mixed = blend === null || blend.model === own ? 0 : blend.weight;
  return (own === model ? 1 - mixed : 0) + (blend?.model === model ? mixed : 0);
}

/** The weighted sum of (value, weight), within the values: a spline never leaves what was asked for. */
export function bounded(values: readonly (readonly [number, number])[]): number {
  const total = sum(values.map(([value, weight]) => value * weight));
  const alone = values.map(([value]) => value);
  return Math.min(Math.max(total, Math.min(...alone)), Math.max(...alone));
}

/**
 * Between those of all; classes lie between, too, where all are of one model. The codes of one model are none of
 * another's: where any has one, the nearer one's stays.
 */
export function mixedLatent(shares: Weighted, near: Picture, isOnSphere: boolean): Picture["latent"] {
  const isOneModel = areAlike(shares.map(([{ model }]) => model));
  const isOneClass = !isOneModel || areAlike(shares.map(([picture]) => picture.class_index));
  if (isOneClass && areAlike(shares.map(([{ latent }]) => JSON.stringify(latent)))) return near.latent;
  const hasCode = shares.some(([picture]) => partsOf(picture, true).some((part) => "code" in part));
  if (!isOneModel && hasCode) return near.latent;
  const parts = mixedParts(shares, isOneModel, isOneClass);
  const [first] = parts;
  if (first && parts.length === 1 && first.class_index === null) {
    return "seed" in first ? { kind: "seed", seed: first.seed } : { kind: "code", code: first.code };
  }
  return { kind: "blend", parts, path: isOnSphere ? "slerp" : "lerp" };
}

/**
 * Row by row between the latents that all have there. The rows of one model are none of another's: where the model
 * changes, the nearer one's stay.
 */
export function mixedRows(shares: Weighted, near: Picture, isOnSphere: boolean): readonly MixedRows[] {
  if (!areAlike(shares.map(([{ model }]) => model))) return near.mix;
  const own = JSON.stringify(mixedLatent(shares, near, isOnSphere));
  const all = shares.flatMap(([{ mix }]) => mix.flatMap(({ layers }) => [layers.start, layers.end]));
  const edges = [...new Set(all)].sort((a, b) => a - b);
  const found: MixedRows[] = [];
  for (const [place, end] of edges.entries()) {
    const start = edges[place - 1];
    if (start === undefined) continue;
    const there = shares.map(([picture, weight]) => [asOfRow(picture, start), weight] as const);
    const latent = mixedLatent(there, asOfRow(near, start), isOnSphere);
    const text = JSON.stringify(latent);
    if (text === own) continue;
    const before = found.at(-1);
    const isSame = before?.layers.end === start && JSON.stringify(before.latent) === text;
    if (before && isSame) found.pop();
    found.push({ layers: { start: before && isSame ? before.layers.start : start, end }, latent });
  }
  return found;
}

/** The picture with the latent that gives it a style row, and no other. */
export function asOfRow(picture: Picture, row: number): Picture {
  const { latent } = picture.mix.find(({ layers }) => layers.start <= row && row < layers.end) ?? picture;
  return { ...picture, latent, mix: [] };
}

/** The picture's own latent and those that give it rows. */
export function latentsOf({ latent, mix }: Picture): readonly Picture["latent"][] {
  return [latent, ...mix.map((rows) => rows.latent)];
}

/** The seeds and codes of all with their shares of the whole, in order of first appearance. */
function mixedParts(shares: Weighted, isOneModel: boolean, isOneClass: boolean): readonly BlendPart[] {
  const parts = new Map<string, BlendPart>();
  for (const [picture, weight] of shares) {
    const own = isOneClass ? null : picture.class_index;
    for (const part of partsOf(picture, isOneModel)) {
      const class_index = part.class_index ?? own;
      const key = `${sourceOf(part)} ${class_index}`;
      const before = parts.get(key)?.weight ?? 0;
      parts.set(key, { ...part, weight: before + weight * part.weight, class_index });
    }
  }
  return [...parts.values()];
}

/** A latent unfolded into its seeds and codes; without their classes where those are of several models. */
function partsOf({ latent }: Picture, hasClasses: boolean): readonly BlendPart[] {
  if (latent.kind === "seed") return [{ seed: latent.seed, weight: 1, class_index: null }];
  if (latent.kind === "code") return [{ code: latent.code, weight: 1, class_index: null }];
  return hasClasses ? latent.parts : latent.parts.map((part) => ({ ...part, class_index: null }));
}

/** The seeds of both, shares of no noise left out; empty where both have the same noise. */
export function mixedNoise(a: Picture, b: Picture, pair: Weighted): readonly NoisePart[] {
  const isSame =
    a.noise_seed === b.noise_seed && JSON.stringify(a.noise_blend) === JSON.stringify(b.noise_blend);
  if (isSame) return a.noise_blend;
  const weights = new Map<number, number>();
  for (const [picture, weight] of pair) {
    for (const part of noisePartsOf(picture)) {
      weights.set(part.seed, (weights.get(part.seed) ?? 0) + weight * part.weight);
    }
  }
  return [...weights].map(([seed, weight]) => ({ seed, weight: Math.min(weight, 1) }));
}

function noisePartsOf({ noise_blend, noise_seed }: Picture): readonly NoisePart[] {
  return noise_blend.length > 0 || noise_seed === null ? noise_blend : [{ seed: noise_seed, weight: 1 }];
}

function areAlike(values: readonly unknown[]): boolean {
  return values.every((value) => value === values[0]);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
