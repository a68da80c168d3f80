/** Finding factors: which there are to find, how, and the jobs that are at it. */

import type { JobBody, JobSummary, RecipeSummary } from "../protocol/wire";
import { EDITS_IN_ORDER } from "./factor_units";
import { readFields } from "./job_schema";
import { isActive } from "./jobs";

export const FACTOR_KIND = "factor";

/** Names of the edits that a factor can be found with. */
export function editsToFind(recipe: Pick<RecipeSummary, "params">): readonly string[] {
  const field = readFields(recipe).find(({ id }) => id === "edit");
  if (field?.control.kind !== "choice") return [];
  const names = field.control.options.map(({ value }) => String(value));
  const place = (name: string) => [...EDITS_IN_ORDER, name].indexOf(name);
  return [...names].sort((a, b) => place(a) - place(b));
}

/** What the job is told: the model, the edit, and what the preset says. */
export function bodyToFind(recipe: RecipeSummary, model: string, edit: string, preset: string): JobBody {
  return { kind: FACTOR_KIND, params: { ...recipe.presets[preset], model, edit }, title: "" };
}

/** Edits that most people look for; the others stand apart. */
export function splitEdits(edits: readonly string[]): {
  readonly usual: readonly string[];
  readonly others: readonly string[];
} {
  const isUsual = (edit: string) => USUAL.includes(edit);
  return { usual: edits.filter(isUsual), others: edits.filter((edit) => !isUsual(edit)) };
}

const USUAL: readonly string[] = ["shift_x", "shift_y", "scale", "luminance"];

/** What a preset means to somebody who has to choose one; null for one that is not known here. */
export function sayPreset(name: string): string | null {
  return PRESET_WORDS[name] ?? null;
}

const PRESET_WORDS: Readonly<Record<string, string>> = {
  Fast: "About a minute for each on two processor cores and a small model; less on a graphics card.",
  "As published": "Every step of the paper: some twenty times as long, and its values are less exact.",
};

/**
 * Searches of a model that are on their way or have stopped short of a factor, in the order in which they run: those
 * at work, the queue from its head, and those that rest.
 */
export function searchesOf(jobs: readonly JobSummary[], model: string): readonly JobSummary[] {
  const own = jobs.filter(
    (job) => job.kind === FACTOR_KIND && job.model === model && (isActive(job) || job.state === "paused"),
  );
  const turn = ({ state, place }: JobSummary) =>
    state === "running" ? -1 : state === "queued" ? (place ?? 0) : Number.POSITIVE_INFINITY;
  return own.sort((a, b) => (turn(a) === turn(b) ? 0 : turn(a) - turn(b)));
}
