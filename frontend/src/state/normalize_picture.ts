/** What a picture must be, told from what somebody sent. */

import {
  type BlendPart,
  type Edit,
  type LayerRange,
  MAX_ALPHA,
  MAX_EDITS,
  MAX_LAYERS,
  MAX_MASKS,
  MAX_MIXED,
  MAX_PARTS,
  MAX_SEED,
  MAX_WEIGHT,
  type Mask,
  type MixedRows,
  type NoisePart,
  type Picture,
  PSI_RANGE,
} from "../protocol/wire";
import {
  DocumentInvalid,
  findTwice,
  orNull,
  readChoice,
  readFields,
  readHash,
  readInteger,
  readList,
  readName,
  readNumber,
} from "./foreign";
import { sourceOf } from "./picture";

/** Of weights that should be 1 together: sums of floats are not exact. */
const SUM_SLACK = 1e-6;

export function normalizePicture(data: unknown, where: string): Picture {
  const fields = readFields(data, where, [
    "model",
    "model_blend",
    "latent",
    "mix",
    "psi",
    "psi_cutoff",
    "noise_seed",
    "noise_blend",
    "class_index",
    "edits",
    "masks",
  ]);
  const edits = readList(fields.edits ?? [], "edits", 0, MAX_EDITS).map((edit, index) =>
    normalizeEdit(edit, `edit ${index + 1}`),
  );
  const masks = readList(fields.masks ?? [], "masks", 0, MAX_MASKS).map((mask, index) =>
    normalizeMask(mask, `mask ${index + 1}`),
  );
  // A slider has one value; which of two was meant is not for the page to guess.
  const twice = findTwice(edits.map(({ walk }) => walk));
  if (twice !== undefined) throw new DocumentInvalid(`It moves the slider “${twice}” twice.`);
  const same = findTwice(masks.map(({ name }) => name));
  if (same !== undefined) throw new DocumentInvalid(`It has two masks of the name “${same}”.`);
  return {
    model: readName(fields.model, "model"),
    model_blend: orNull(fields.model_blend, normalizeModelBlend),
    latent: normalizeLatent(fields.latent, "latent"),
    mix: normalizeMix(fields.mix ?? []),
    psi: readNumber(fields.psi ?? 0.8, "psi", ...PSI_RANGE),
    psi_cutoff: orNull(fields.psi_cutoff, (value) => readInteger(value, "psi_cutoff", 0, MAX_LAYERS)),
    noise_seed:
      fields.noise_seed === undefined
        ? 0
        : orNull(fields.noise_seed, (value) => readInteger(value, "noise_seed", 0, MAX_SEED)),
    noise_blend: readList(fields.noise_blend ?? [], "noise_blend", 0, MAX_PARTS).map(normalizeNoisePart),
    class_index: orNull(fields.class_index, readClass),
    edits,
    masks,
  };
}

function normalizeModelBlend(data: unknown): Picture["model_blend"] {
  const fields = readFields(data, "model_blend", ["model", "weight", "how"]);
  return {
    model: readName(fields.model, "model of model_blend"),
    weight: readNumber(fields.weight, "weight of model_blend", 0, 1),
    how: readChoice(fields.how ?? "weights", "how of model_blend", ["weights", "w"]),
  };
}

/** Rows in order, no row twice. */
function normalizeMix(data: unknown): readonly MixedRows[] {
  const mix = readList(data, "mix", 0, MAX_MIXED).map((rows, index) => {
    const where = `mixed rows ${index + 1}`;
    const { layers, latent } = readFields(rows, where, ["layers", "latent"]);
    return {
      layers: normalizeLayers(layers, `layers of ${where}`),
      latent: normalizeLatent(latent, `latent of ${where}`),
    };
  });
  const isInOrder = mix.every(({ layers }, index) => (mix[index - 1]?.layers.end ?? 0) <= layers.start);
  if (!isInOrder) throw new DocumentInvalid("Its mixed rows are not in order, or a row is there twice.");
  return mix;
}

function normalizeLatent(data: unknown, where: string): Picture["latent"] {
  const { kind = "seed" } = readFields(data, where, ["kind", "seed", "code", "parts", "path"]);
  if (kind === "seed") {
    const { seed } = readFields(data, where, ["kind", "seed"]);
    return { kind, seed: readInteger(seed, "seed", 0, MAX_SEED) };
  }
  if (kind === "code") {
    const { code } = readFields(data, where, ["kind", "code"]);
    return { kind, code: readHash(code, where) };
  }
  if (kind !== "blend") throw new DocumentInvalid(`Its ${where} is of an unknown kind.`);
  const fields = readFields(data, where, ["kind", "parts", "path"]);
  const parts = readList(fields.parts, "parts", 1, MAX_PARTS).map(normalizePart);
  if (findTwice(parts.map((part) => `${sourceOf(part)} ${part.class_index}`)) !== undefined) {
    throw new DocumentInvalid("Its latent blends a seed with itself.");
  }
  const sum = parts.reduce((total, { weight }) => total + weight, 0);
  if (Math.abs(sum - 1) > SUM_SLACK) throw new DocumentInvalid("The weights of its latent do not sum to 1.");
  return { kind, parts, path: readChoice(fields.path ?? "lerp", "path", ["lerp", "slerp"]) };
}

function normalizePart(data: unknown, index: number): BlendPart {
  const where = `part ${index + 1}`;
  const fields = readFields(data, where, ["seed", "code", "weight", "class_index"]);
  const rest = {
    weight: readNumber(fields.weight, `weight of ${where}`, -MAX_WEIGHT, MAX_WEIGHT),
    class_index: orNull(fields.class_index, readClass),
  };
  if (fields.code === undefined) {
    return { seed: readInteger(fields.seed, `seed of ${where}`, 0, MAX_SEED), ...rest };
  }
  readFields(data, where, ["code", "weight", "class_index"]);
  return { code: readHash(fields.code, `code of ${where}`), ...rest };
}

function normalizeNoisePart(data: unknown, index: number): NoisePart {
  const where = `noise ${index + 1}`;
  const fields = readFields(data, where, ["seed", "weight"]);
  return {
    seed: readInteger(fields.seed, `seed of ${where}`, 0, MAX_SEED),
    weight: readNumber(fields.weight, `weight of ${where}`, 0, 1),
  };
}

function normalizeMask(data: unknown, where: string): Mask {
  const { name, image, is_still } = readFields(data, where, ["name", "image", "is_still"]);
  if (typeof name !== "string" || name.length < 1 || name.length > 40) {
    throw new DocumentInvalid(`Its ${where} has no name of 1 to 40 characters.`);
  }
  return { name, image: readHash(image, `image of ${where}`), is_still: is_still === true };
}

function readClass(value: unknown): number {
  return readInteger(value, "class_index", 0, 100_000);
}

export function normalizeEdit(data: unknown, where: string): Edit {
  const fields = readFields(data, where, ["walk", "alpha", "layers", "is_locked"]);
  return {
    walk: readName(fields.walk, `walk of ${where}`),
    alpha: readNumber(fields.alpha, `alpha of ${where}`, -MAX_ALPHA, MAX_ALPHA),
    layers: orNull(fields.layers, (value) => normalizeLayers(value, `layers of ${where}`)),
    is_locked: fields.is_locked === true,
  };
}

function normalizeLayers(data: unknown, where: string): LayerRange {
  const fields = readFields(data, where, ["start", "end"]);
  const start = readInteger(fields.start, `start of the ${where}`, 0, MAX_LAYERS - 1);
  return { start, end: readInteger(fields.end, `end of the ${where}`, start + 1, MAX_LAYERS) };
}
