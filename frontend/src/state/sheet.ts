/** Sheet: what is laid out over the stage to choose from, saved documents, snapshots or latents. */

import { createStore, type StoreApi } from "zustand/vanilla";

export type SheetKind = "documents" | "snapshots" | "latents";

export interface SheetState {
  /** Null: the stage is free. */
  readonly sheet: SheetKind | null;
  /** Whether two snapshots are compared in place of the live picture. */
  readonly isWiping: boolean;
}

export type SheetStore = StoreApi<SheetState>;

export function createSheetStore(): SheetStore {
  return createStore<SheetState>(() => ({ sheet: null, isWiping: false }));
}

/** Lays a sheet out; takes it away where it is. */
export function toggleSheet(store: SheetStore, sheet: SheetKind): void {
  store.setState((state) => ({ sheet: state.sheet === sheet ? null : sheet }));
}
