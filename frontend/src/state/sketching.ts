/** Sketching: the kind of job that teaches a copy of a model by a set of drawings, in words for who starts one. */

import type { JobSummary, ModelSummary, Params, RecipeSummary, SketchSetSummary } from "../protocol/wire";
import { readFields } from "./job_schema";

export const SKETCH_KIND = "sketch";

/** How many drawings a set holds, and of what kind. */
export function sayCount({
  kind,
  drawings,
  poses,
}: Pick<SketchSetSummary, "kind" | "drawings" | "poses">): string {
  const count = drawings.length + poses.length;
  if (kind === "labels") return count === 1 ? "1 label map" : `${count} label maps`;
  if (kind === "pose") return count === 1 ? "1 pose" : `${count} poses`;
  return count === 1 ? "1 drawing" : `${count} drawings`;
}

/** How long it learns, and how. */
export type Quality = "quick" | "usual" | "published";

interface QualityWords {
  readonly value: Quality;
  readonly title: string;
  readonly words: string;
}

export const QUALITIES: readonly QualityWords[] = [
  { value: "quick", title: "Quick look", words: "Shows whether it goes your way." },
  { value: "usual", title: "Usual", words: "Ends by itself once it comes no nearer." },
  { value: "published", title: "As published", words: "The paper’s own numbers, for a graphics card." },
];

/** Half of the usual at most, looked at twice as often. */
const QUICK: Params = { iterations: 300, look_every: 25 };
const PUBLISHED = "As published";

/** What a quality sets of the recipe's parameters. */
export function qualityParams(recipe: Pick<RecipeSummary, "presets">, quality: Quality): Params {
  if (quality === "quick") return QUICK;
  return quality === "published" ? (recipe.presets[PUBLISHED] ?? {}) : {};
}

export interface Effort {
  /** At most. */
  readonly updates: number;
  /** Drawings that an update looks at. */
  readonly batch: number;
  /** Updates between two looks at how far it is. */
  readonly lookEvery: number;
  /** Pictures that are drawn before the first update, to look like. */
  readonly lookalikes: number;
}

/** What a training is given. `drawings`: null where nobody knows how many; `side`: pixels a side of the model's pictures. */
export interface Given {
  readonly drawings: number | null;
  readonly side: number;
}

/** Of pictures in memory, 3 bytes a pixel: as many as the server keeps. */
const MOST_BYTES = 2 * 2 ** 30;

/** What parameters ask for, as the recipe has it where they say nothing. A batch holds no more drawings than there are. */
export function effortOf(
  recipe: Pick<RecipeSummary, "params">,
  params: Params,
  { drawings, side }: Given,
): Effort {
  const fields = readFields(recipe);
  const numberOf = (id: string) => {
    const value = params[id] ?? fields.find((field) => field.id === id)?.fallback;
    return typeof value === "number" ? value : 1;
  };
  const batch = numberOf("batch");
  const room = Math.floor(MOST_BYTES / (3 * side * side));
  return {
    updates: numberOf("iterations"),
    batch: drawings === null ? batch : Math.min(batch, Math.max(1, drawings)),
    lookEvery: Math.max(1, numberOf("look_every")),
    lookalikes: numberOf("image_weight") > 0 ? Math.min(numberOf("picture_count"), room) : 0,
  };
}

/** As the server has it, with room for what it puts behind the name of a second model. */
const MOST_NAME = 59;
const LAST = "-last";

/**
 * The name of a folder for what people call a model: letters, digits and hyphens, with a number behind it where it
 * is taken. Null where nothing is left of it; the server then finds a name.
 */
export function nameFor(title: string, taken: readonly string[]): string | null {
  const plain = title.normalize("NFKD").replaceAll(/\p{Mark}/gu, "");
  const stem = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, MOST_NAME - 4)
    .replaceAll(/^-+|-+$/g, "");
  if (stem === "") return null;
  const isFree = (name: string) => !taken.includes(name) && !taken.includes(name + LAST);
  for (let number = 1; ; number++) {
    const name = number === 1 ? stem : `${stem}-${number}`;
    if (isFree(name)) return name;
  }
}

/** The model of the last update, beside the one that came nearest, where that is another. */
export function lastOf(name: string): string {
  return name + LAST;
}

/** What a model learned from, and how much nearer it came, as far as its card tells. */
export function sayTaught(taught: NonNullable<ModelSummary["taught"]>, parent: string): string {
  const { drawings, drawn_by, updates, match, match_before } = taught;
  const by = drawings === 0 ? "drawings" : drawings === 1 ? "1 drawing" : `${drawings} drawings`;
  const after = updates === null ? "" : updates === 1 ? " in 1 update" : ` in ${updates} updates`;
  const held = drawn_by === "" ? "" : `, held against ${drawn_by}`;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const lay =
    match === null || match_before === null
      ? ""
      : ` Its samples lie on the drawings by ${percent(match)}, ${percent(match_before)} before.`;
  return `${parent} learned from ${by}${after}${held}.${lay}`;
}

/** Whether nothing that was learned came nearer to the drawings than the model that was taught. */
export function cameNoNearer({ facts }: Pick<JobSummary, "facts">): boolean {
  return facts.some(({ name, value }) => name === "best after" && value.startsWith("0 of "));
}

/** Why a model cannot be taught by drawings, in a sentence; null where nothing is known to be in the way. */
export function whyNotTaught(
  model: Pick<ModelSummary, "title" | "kind" | "spaces" | "classes" | "has_discriminator">,
): string | null {
  const { title, kind, spaces, classes, has_discriminator } = model;
  if (kind === "analytic") return `${title} is drawn by a program, which learns nothing.`;
  if (!spaces.includes("w")) return `${title} has no mapping network, the part that drawings teach.`;
  if (classes.length > 0) return `${title} draws classes; drawings teach models of one kind of picture.`;
  if (!has_discriminator) {
    return `${title} comes without the judge it was trained against, which drawings need. “All settings” can begin one anew (discriminator: fresh), which is far worse.`;
  }
  return null;
}
