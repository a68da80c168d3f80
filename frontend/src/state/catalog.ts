/** The catalog: what the server has to offer, models and walks, as last heard. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { HttpClient } from "../protocol/http";
import type { ModelProblem, ModelSummary, WalkList, WalkSummary } from "../protocol/wire";

export interface CatalogState {
  readonly models: readonly ModelSummary[];
  readonly refused: readonly ModelProblem[];
  readonly defaultModel: string | null;
  /** By model; missing until they were fetched. */
  readonly walks: Readonly<Record<string, WalkList>>;
}

export type CatalogStore = StoreApi<CatalogState>;

export function createCatalogStore(): CatalogStore {
  return createStore<CatalogState>(() => ({ models: [], refused: [], defaultModel: null, walks: {} }));
}

export async function fetchModels(store: CatalogStore, http: HttpClient): Promise<void> {
  const list = await http.models();
  store.setState({ models: list.models, refused: list.refused, defaultModel: list.default });
}

export async function fetchWalks(store: CatalogStore, http: HttpClient, model: string): Promise<WalkList> {
  const list = await http.walks(model);
  store.setState({ walks: { ...store.getState().walks, [model]: list } });
  return list;
}

export function findModel(state: CatalogState, id: string): ModelSummary | undefined {
  return state.models.find((model) => model.id === id);
}

/** A group of sliders, strongest first. */
export interface WalkGroup {
  readonly title: string;
  readonly walks: readonly WalkSummary[];
}

/** How a method is called to somebody who has not read its paper. */
const METHOD_TITLES: Readonly<Record<string, string>> = {
  factor: "Factors of the world",
  pca: "Main variations (PCA)",
  sefa: "Strongest weights (SeFa)",
};

/** How many sliders stand on top, whatever found them. */
const BEST = 3;

/** The strongest few first, the rest by method; every walk exactly once. */
export function groupWalks(walks: readonly WalkSummary[]): readonly WalkGroup[] {
  const sorted = [...walks].sort((a, b) => b.strength - a.strength || a.id.localeCompare(b.id));
  const best = sorted.slice(0, BEST);
  const rest = sorted.slice(BEST);
  const methods = [...new Set(rest.map((walk) => walk.method))].sort();
  return [
    ...(best.length > 0 ? [{ title: "Strongest", walks: best }] : []),
    ...methods.map((method) => ({
      title: METHOD_TITLES[method] ?? method,
      walks: rest.filter((walk) => walk.method === method),
    })),
  ];
}
