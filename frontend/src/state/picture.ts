/** Changes of a picture: each takes one and returns another, and never alters what it got. */

import {
  type BlendPart,
  type Edit,
  type LayerRange,
  MAX_ALPHA,
  MAX_SEED,
  type ModelSummary,
  type Picture,
} from "../protocol/wire";

/** A seed whose portrait shows face, hair and shirt clearly. */
export const FIRST_SEED = 20;

/** Finer steps cannot be seen, and short numbers keep links short. */
const ALPHA_DIGITS = 3;

export type Change = (picture: Picture) => Picture;

/** What a new view of a model shows. */
export function firstPicture(model: ModelSummary, seed = FIRST_SEED): Picture {
  return {
    model: model.id,
    model_blend: null,
    latent: { kind: "seed", seed },
    mix: [],
    psi: model.psi,
    psi_cutoff: null,
    noise_seed: 0,
    noise_blend: [],
    class_index: model.classes.length > 0 ? 0 : null,
    edits: [],
    masks: [],
  };
}

/** The seed of a picture; of a blend, the one with the largest share. A picture that no seed drew has 0. */
export function seedOf({ latent }: Picture): number {
  if (latent.kind === "seed") return latent.seed;
  if (latent.kind === "code") return 0;
  const seeds = latent.parts.filter((part) => "seed" in part);
  const [first, ...others] = seeds;
  return others.reduce((most, part) => (part.weight > (most?.weight ?? 0) ? part : most), first)?.seed ?? 0;
}

/** What a part of a blend is of: a seed, or the hash of a code. */
export function sourceOf(part: BlendPart): number | string {
  return "seed" in part ? part.seed : part.code;
}

/** The picture of a latent that was found, such as a photo's: as it is, without truncation or moves. */
export function pictureOfCode(model: ModelSummary, code: string): Picture {
  return { ...firstPicture(model), latent: { kind: "code", code }, psi: 1 };
}

/** What a file of it is called, without its ending. */
export function namePicture(picture: Picture): string {
  const { model, latent, edits } = picture;
  const between = latent.kind === "blend" ? "-between" : "";
  const start = latent.kind === "code" ? latent.code.slice(0, 8) : seedOf(picture);
  return `${model}-${start}${between}${edits.length > 0 ? "-edited" : ""}`.replaceAll("/", "-");
}

/** The picture as it was before any slider moved. */
export function withoutEdits(picture: Picture): Picture {
  return picture.edits.length === 0 ? picture : { ...picture, edits: [] };
}

/** Whether it has moved away from what its own model draws of its latent. */
export function isEdited({ edits, model_blend }: Picture): boolean {
  return edits.length > 0 || model_blend !== null;
}

/** As its own model draws it, before any slider moved. */
export function asBegun(picture: Picture): Picture {
  return isEdited(picture) ? { ...picture, edits: [], model_blend: null } : picture;
}

export function withSeed(seed: number): Change {
  // Seeds wrap around, so that "next" always has somewhere to go.
  const wrapped = ((seed % (MAX_SEED + 1)) + MAX_SEED + 1) % (MAX_SEED + 1);
  return (picture) => ({ ...picture, latent: { kind: "seed", seed: wrapped } });
}

export function withPsi(psi: number): Change {
  return (picture) => ({ ...picture, psi: roundTo(psi, 2) });
}

/** Truncates style rows below this one alone; null: all of them. */
export function withCutoff(cutoff: number | null): Change {
  return (picture) => ({ ...picture, psi_cutoff: cutoff });
}

export function withNoise(noiseSeed: number | null): Change {
  return (picture) => ({ ...picture, noise_seed: noiseSeed, noise_blend: [] });
}

export function withClass(index: number): Change {
  return (picture) => ({ ...picture, class_index: index });
}

export function findEdit(picture: Picture, walk: string): Edit | undefined {
  return picture.edits.find((edit) => edit.walk === walk);
}

export function alphaOf(picture: Picture, walk: string): number {
  return findEdit(picture, walk)?.alpha ?? 0;
}

export function withAlpha(walk: string, alpha: number): Change {
  const bounded = roundTo(Math.min(MAX_ALPHA, Math.max(-MAX_ALPHA, alpha)), ALPHA_DIGITS);
  return (picture) => withEdit({ ...editOf(picture, walk), alpha: bounded })(picture);
}

/** Gives a walk a layer range of its own; null: the one it was found with. */
export function withLayers(walk: string, layers: LayerRange | null): Change {
  return (picture) => withEdit({ ...editOf(picture, walk), layers })(picture);
}

/** Holds what a walk moves while others move, or lets go of it. */
export function withLock(walk: string, is_locked: boolean): Change {
  return (picture) => withEdit({ ...editOf(picture, walk), is_locked })(picture);
}

/** How a walk stands in a picture, be it at nothing. */
function editOf(picture: Picture, walk: string): Edit {
  return findEdit(picture, walk) ?? { walk, alpha: 0, layers: null, is_locked: false };
}

export function withoutEdit(walk: string): Change {
  return (picture) => ({ ...picture, edits: picture.edits.filter((edit) => edit.walk !== walk) });
}

/** Puts an edit in the place of the one its walk has; one that does nothing goes. */
export function withEdit(edit: Edit): Change {
  const isNothing = edit.alpha === 0 && edit.layers === null && !edit.is_locked;
  if (isNothing) return withoutEdit(edit.walk);
  return (picture) => {
    const isNew = findEdit(picture, edit.walk) === undefined;
    const edits = isNew
      ? [...picture.edits, edit]
      : picture.edits.map((old) => (old.walk === edit.walk ? edit : old));
    return { ...picture, edits };
  };
}

function roundTo(value: number, digits: number): number {
  // Adding 0 turns -0 into 0: they are equal, but would be written differently.
  return Number(value.toFixed(digits)) + 0;
}

/** Equality of values is equality of meaning: keys are always written in one order here. */
export function isSamePicture(a: Picture, b: Picture): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
