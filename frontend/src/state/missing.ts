/** Missing: what a document names that this server has not got, and what comes nearest to it. */

import type { Edit, ModelSummary, Picture, WalkSummary } from "../protocol/wire";
import { type CatalogState, findModel } from "./catalog";
import { type Change, firstPicture, seedOf } from "./picture";

export type Missing =
  | { readonly kind: "model"; readonly id: string; readonly nearest: ModelSummary | null }
  | {
      readonly kind: "walks";
      readonly ids: readonly string[];
      /** By the id of one that is missing; those without are not in it. */
      readonly nearest: ReadonlyMap<string, WalkSummary>;
    };

/**
 * What of a picture is not there; null while that is not known, and where nothing lacks. `found`: walks of regions,
 * which the shelf may not have been asked for yet.
 */
export function findMissing(
  picture: Picture | null,
  catalog: CatalogState,
  found: ReadonlySet<string> = new Set(),
): Missing | null {
  if (picture === null || catalog.models.length === 0) return null;
  if (!findModel(catalog, picture.model)) {
    return { kind: "model", id: picture.model, nearest: nearestModel(picture.model, catalog) };
  }
  const list = catalog.walks[picture.model];
  // While walks are still being found any of them may come.
  if (!list?.is_complete) return null;
  const ids = picture.edits
    .map(({ walk }) => walk)
    .filter((id) => !found.has(id) && !list.walks.some((walk) => walk.id === id));
  if (ids.length === 0) return null;
  const free = list.walks.filter(({ id }) => !picture.edits.some(({ walk }) => walk === id));
  const nearest = ids.flatMap((id) => {
    const walk = nearestWalk(id, free);
    return walk ? [[id, walk] as const] : [];
  });
  return { kind: "walks", ids, nearest: new Map(nearest) };
}

/** The model that a name means most likely: the one whose name begins most alike, or else the default. */
function nearestModel(id: string, { models, defaultModel }: CatalogState): ModelSummary | null {
  const alike = models.map((model) => ({ model, score: sharedLength(model.id, id) }));
  alike.sort((a, b) => b.score - a.score || a.model.id.localeCompare(b.model.id));
  const [best] = alike;
  const least = Math.min(3, id.length);
  if (best && best.score >= least) return best.model;
  return models.find((model) => model.id === defaultModel) ?? models[0] ?? null;
}

/**
 * The walk that was found or learned in the same way for the same thing: families of jobs differ in the job's name
 * alone, `steer-zoom-0a1b2c/zoom`. Of another thing none comes near.
 */
function nearestWalk(id: string, walks: readonly WalkSummary[]): WalkSummary | null {
  const alike = (a: string, b: string) => stemOf(a) === stemOf(b) && nameOf(a) === nameOf(b);
  return walks.find((walk) => alike(walk.id, id)) ?? null;
}

function stemOf(id: string): string {
  return (id.split("/")[0] ?? "").replace(/-[0-9a-f]{6,8}$/, "");
}

function nameOf(id: string): string {
  return id.split("/").slice(1).join("/");
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/**
 * The seed of a picture in another model, with the sliders, the truncation and, where it has it, the class. Codes,
 * mixed rows and masks are of the model that is gone: another cannot be told them.
 */
export function withModel(model: ModelSummary): Change {
  return (picture) => {
    const first = firstPicture(model, seedOf(picture));
    const hasClass = (picture.class_index ?? 0) < model.classes.length;
    return {
      ...first,
      psi: picture.psi,
      noise_seed: picture.noise_seed,
      class_index: hasClass ? (picture.class_index ?? first.class_index) : first.class_index,
      edits: picture.edits,
    };
  };
}

/** Edits of missing walks by those nearest to them; those without are left out. */
export function withNearest({ ids, nearest }: Extract<Missing, { kind: "walks" }>): Change {
  const replace = (edit: Edit): readonly Edit[] => {
    if (!ids.includes(edit.walk)) return [edit];
    const walk = nearest.get(edit.walk);
    return walk ? [{ ...edit, walk: walk.id, layers: null }] : [];
  };
  return (picture) => {
    const edits = picture.edits.flatMap(replace);
    const isFirst = (edit: Edit, place: number) =>
      edits.findIndex(({ walk }) => walk === edit.walk) === place;
    return { ...picture, edits: edits.filter(isFirst) };
  };
}
