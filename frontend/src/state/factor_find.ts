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

/** Searches of a model that are on their way or have stopped short of a factor; the newest first. */
export function searchesOf(jobs: readonly JobSummary[], model: string): readonly JobSummary[] {
  return jobs.filter(
    (job) => job.kind === FACTOR_KIND && job.model === model && (isActive(job) || job.state === "paused"),
  );
}
