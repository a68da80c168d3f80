/** Slider view: how this window lists the sliders, where its map lies, and sliders that were copied. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type Edit, MAX_EDITS } from "../protocol/wire";
import { DocumentInvalid, readList, readName } from "./foreign";
import { type KeyValueStorage, readKept } from "./kept";
import { normalizeEdit } from "./normalize_picture";

export const SORTS = ["group", "name", "strength", "recent"] as const;

export type SliderSort = (typeof SORTS)[number];

/** How sliders stood in a picture of a model. */
export interface CopiedEdits {
  readonly model: string;
  readonly edits: readonly Edit[];
}

export interface SliderView {
  /** What is looked for among their names; empty: nothing. */
  readonly query: string;
  readonly sort: SliderSort;
  /** Whether small pictures stand at both ends of every slider. */
  readonly showsEnds: boolean;
  readonly isMapOpen: boolean;
  /** By model: the two sliders that the map lies along. */
  readonly axes: Readonly<Record<string, readonly [x: string, y: string]>>;
  readonly copied: CopiedEdits | null;
}

export type SliderViewStore = StoreApi<SliderView>;

const KEY = "wend.sliders";

/** All but the search outlives the window. */
export function createSliderViewStore(storage: KeyValueStorage): SliderViewStore {
  const store = createStore<SliderView>(() => ({
    query: "",
    sort: "group",
    showsEnds: false,
    isMapOpen: false,
    axes: {},
    copied: null,
    ...readView(readKept(storage, KEY)),
  }));
  store.subscribe((state) => storage.setItem(KEY, JSON.stringify({ ...state, query: "" })));
  return store;
}

function readView(kept: Readonly<Record<string, unknown>>): Partial<SliderView> {
  const { showsEnds, isMapOpen } = kept;
  const sort = SORTS.find((each) => each === kept.sort);
  return {
    ...(sort !== undefined && { sort }),
    ...(typeof showsEnds === "boolean" && { showsEnds }),
    ...(typeof isMapOpen === "boolean" && { isMapOpen }),
    axes: readAxes(kept.axes),
    copied: readCopied(kept.copied),
  };
}

function readAxes(data: unknown): SliderView["axes"] {
  if (typeof data !== "object" || data === null) return {};
  const isPair = (item: unknown): item is readonly [string, string] =>
    Array.isArray(item) && item.length === 2 && item.every((id) => typeof id === "string");
  return Object.fromEntries(
    Object.entries(data).flatMap(([model, pair]) => (isPair(pair) ? [[model, pair]] : [])),
  );
}

/** Another version may have written them. */
function readCopied(data: unknown): CopiedEdits | null {
  if (typeof data !== "object" || data === null) return null;
  const { model, edits } = data as { readonly model?: unknown; readonly edits?: unknown };
  try {
    return {
      model: readName(model, "model"),
      edits: readList(edits, "edits", 0, MAX_EDITS).map((edit) => normalizeEdit(edit, "edit")),
    };
  } catch (error) {
    if (error instanceof DocumentInvalid) return null;
    throw error;
  }
}
