/** Factor view: how this window shows factors, and what of that outlives it. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type KeyValueStorage, readKept } from "./kept";

export interface FactorView {
  /** Whether what a hand lets go of is measured and corrected. */
  readonly isClosed: boolean;
  readonly isPadOpen: boolean;
  /** The edits of the factors across and down the pad. */
  readonly pad: readonly [string, string];
  /** Whether the form that begins a search is open. */
  readonly isFinding: boolean;
}

export type FactorViewStore = StoreApi<FactorView>;

const KEY = "wend.factors";

/** Read from `storage` and written back when it changes; the form begins closed. */
export function createFactorViewStore(storage: KeyValueStorage): FactorViewStore {
  const store = createStore<FactorView>(() => ({
    isClosed: true,
    isPadOpen: false,
    pad: ["shift_x", "shift_y"],
    isFinding: false,
    ...readView(readKept(storage, KEY)),
  }));
  store.subscribe(({ isClosed, isPadOpen, pad }) =>
    storage.setItem(KEY, JSON.stringify({ isClosed, isPadOpen, pad })),
  );
  return store;
}

function readView({ isClosed, isPadOpen, pad }: Readonly<Record<string, unknown>>): Partial<FactorView> {
  const [across, down] = Array.isArray(pad) ? (pad as readonly unknown[]) : [];
  return {
    ...(typeof isClosed === "boolean" && { isClosed }),
    ...(typeof isPadOpen === "boolean" && { isPadOpen }),
    ...(typeof across === "string" && typeof down === "string" && { pad: [across, down] }),
  };
}
