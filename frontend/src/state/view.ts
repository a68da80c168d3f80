/** View state: how this window shows things. It is not saved in the document, nor undone. */

import { createStore, type StoreApi } from "zustand/vanilla";

export type Scheme = "system" | "light" | "dark";

export interface ViewState {
  readonly scheme: Scheme;
  readonly isSmooth: boolean;
  readonly isComparing: boolean;
  readonly isHelpOpen: boolean;
}

export type ViewStore = StoreApi<ViewState>;

/** The part of localStorage that is used here. */
export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

const KEY = "wend.view";

/** Choices that outlive the window are read from `storage` and written back when they change. */
export function createViewStore(storage: KeyValueStorage): ViewStore {
  const store = createStore<ViewState>(() => ({
    scheme: "system",
    isSmooth: true,
    isComparing: false,
    isHelpOpen: false,
    ...readChoices(storage.getItem(KEY)),
  }));
  store.subscribe(({ scheme, isSmooth }, before) => {
    if (scheme !== before.scheme || isSmooth !== before.isSmooth) {
      storage.setItem(KEY, JSON.stringify({ scheme, isSmooth }));
    }
  });
  return store;
}

function readChoices(text: string | null): Partial<ViewState> {
  if (text === null) return {};
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    // Another version or a hand wrote it; the choices start anew.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
  if (typeof data !== "object" || data === null) return {};
  const { scheme, isSmooth } = data as { readonly scheme?: unknown; readonly isSmooth?: unknown };
  return {
    ...((scheme === "system" || scheme === "light" || scheme === "dark") && { scheme }),
    ...(typeof isSmooth === "boolean" && { isSmooth }),
  };
}
