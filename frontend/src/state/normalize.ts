/** The one gate every foreign document passes before it enters the page. */

import {
  type Edit,
  type LayerRange,
  MAX_ALPHA,
  MAX_EDITS,
  MAX_LAYERS,
  MAX_SEED,
  type Picture,
  PSI_RANGE,
  type WendDocument,
} from "../protocol/wire";

export const DOCUMENT_VERSION = 1;

/** Something that is not a document; the message is a sentence for the user. */
export class DocumentInvalid extends Error {
  override readonly name = "DocumentInvalid";
}

type Fields<Name extends string> = { readonly [key in Name]?: unknown };

/** What a document must be, told from what it is. Fields with a default may be missing. Throws `DocumentInvalid`. */
export function normalizeDocument(data: unknown): WendDocument {
  const fields = readFields(data, "document", ["version", "picture"]);
  const version = fields.version ?? DOCUMENT_VERSION;
  if (typeof version === "number" && version > DOCUMENT_VERSION) {
    throw new DocumentInvalid(`It was written by a newer Wend (version ${version}).`);
  }
  if (version !== DOCUMENT_VERSION) throw new DocumentInvalid("Its version is not one that Wend ever wrote.");
  return { version: DOCUMENT_VERSION, picture: normalizePicture(fields.picture) };
}

function normalizePicture(data: unknown): Picture {
  const fields = readFields(data, "picture", [
    "model",
    "latent",
    "psi",
    "psi_cutoff",
    "noise_seed",
    "class_index",
    "edits",
  ]);
  const latent = readFields(fields.latent, "latent", ["kind", "seed"]);
  if ((latent.kind ?? "seed") !== "seed") throw new DocumentInvalid("Its latent is of an unknown kind.");
  const edits = fields.edits ?? [];
  if (!Array.isArray(edits) || edits.length > MAX_EDITS) {
    throw new DocumentInvalid(`Its edits must be a list of at most ${MAX_EDITS}.`);
  }
  const read = edits.map((edit, index) => normalizeEdit(edit, `edit ${index + 1}`));
  const walks = read.map(({ walk }) => walk);
  const twice = walks.find((walk, index) => walks.indexOf(walk) !== index);
  // A slider has one value; which of two was meant is not for the page to guess.
  if (twice !== undefined) throw new DocumentInvalid(`It moves the slider “${twice}” twice.`);
  return {
    model: readName(fields.model, "model"),
    latent: { kind: "seed", seed: readInteger(latent.seed, "seed", 0, MAX_SEED) },
    psi: readNumber(fields.psi ?? 0.8, "psi", ...PSI_RANGE),
    psi_cutoff: orNull(fields.psi_cutoff, (value) => readInteger(value, "psi_cutoff", 0, MAX_LAYERS)),
    noise_seed:
      fields.noise_seed === undefined
        ? 0
        : orNull(fields.noise_seed, (value) => readInteger(value, "noise_seed", 0, MAX_SEED)),
    class_index: orNull(fields.class_index, (value) => readInteger(value, "class_index", 0, 100_000)),
    edits: read,
  };
}

function normalizeEdit(data: unknown, where: string): Edit {
  const fields = readFields(data, where, ["walk", "alpha", "layers"]);
  return {
    walk: readName(fields.walk, `walk of ${where}`),
    alpha: readNumber(fields.alpha, `alpha of ${where}`, -MAX_ALPHA, MAX_ALPHA),
    layers: orNull(fields.layers, (value) => normalizeLayers(value, `layers of ${where}`)),
  };
}

function normalizeLayers(data: unknown, where: string): LayerRange {
  const fields = readFields(data, where, ["start", "end"]);
  const start = readInteger(fields.start, `start of the ${where}`, 0, MAX_LAYERS - 1);
  return { start, end: readInteger(fields.end, `end of the ${where}`, start + 1, MAX_LAYERS) };
}

function readFields<const Name extends string>(
  data: unknown,
  where: string,
  names: readonly Name[],
): Fields<Name> {
  if (typeof data !== "object" || data === null || Array.isArray(data)) {
    throw new DocumentInvalid(`Its ${where} is missing.`);
  }
  const unknown = Object.keys(data).find((name) => !(names as readonly string[]).includes(name));
  // An unknown field would mean another image than the one this page would show.
  if (unknown !== undefined) throw new DocumentInvalid(`Its ${where} has an unknown field “${unknown}”.`);
  return data as Fields<Name>;
}

function readName(value: unknown, where: string): string {
  if (typeof value === "string" && value.length <= 128 && /^[A-Za-z0-9][A-Za-z0-9._/-]*$/.test(value))
    return value;
  throw new DocumentInvalid(`Its ${where} is not a name.`);
}

function readNumber(value: unknown, where: string, low: number, high: number): number {
  if (typeof value === "number" && value >= low && value <= high) return value;
  throw new DocumentInvalid(`Its ${where} is not a number from ${low} to ${high}.`);
}

function readInteger(value: unknown, where: string, low: number, high: number): number {
  if (Number.isInteger(value)) return readNumber(value, where, low, high);
  throw new DocumentInvalid(`Its ${where} is not a whole number from ${low} to ${high}.`);
}

function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === undefined || value === null ? null : read(value);
}
