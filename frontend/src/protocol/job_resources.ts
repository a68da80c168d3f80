/** Bodies of the routes for jobs, until they are in the generated types. */

import type { JobSummary } from "./messages.gen";

export type Params = Readonly<Record<string, unknown>>;

export interface RecipeSummary {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly params: Params;
  readonly presets: Readonly<Record<string, Params>>;
}

export interface RecipeList {
  readonly recipes: readonly RecipeSummary[];
}

export interface JobBody {
  readonly kind: string;
  readonly params: Params;
  readonly title: string;
}

export interface JobPatch {
  readonly title?: string | null;
  readonly notes?: string | null;
}

export interface JobList {
  readonly jobs: readonly JobSummary[];
}

export interface LossPoint {
  readonly updates: number;
  readonly seconds: number;
  readonly losses: Readonly<Record<string, number>>;
}

export interface Artifact {
  readonly name: string;
  readonly bytes: number;
  readonly media_type: string;
}

export interface JobDetail {
  readonly job: JobSummary;
  readonly params: Params;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly device: string;
  readonly history: readonly LossPoint[];
  readonly events: readonly string[];
  readonly artifacts: readonly Artifact[];
}
