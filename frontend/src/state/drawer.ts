/** The drawer: what stands at the foot of this window, and what of that outlives it. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type KeyValueStorage, readKept } from "./kept";

export type DrawerTab = "timeline" | "jobs" | "models";

export interface DrawerState {
  readonly isOpen: boolean;
  /** What it shows when it is open. */
  readonly tab: DrawerTab;
  /** Whether it takes most of the page. */
  readonly isTall: boolean;
}

export type DrawerStore = StoreApi<DrawerState>;

const KEY = "wend.drawer";

const TABS: readonly unknown[] = ["timeline", "jobs", "models"] satisfies DrawerTab[];

/** What the window showed is read from `storage` and written back when it changes. */
export function createDrawerStore(storage: KeyValueStorage): DrawerStore {
  const store = createStore<DrawerState>(() => ({
    isOpen: false,
    tab: "jobs",
    isTall: false,
    ...readDrawer(readKept(storage, KEY)),
  }));
  store.subscribe((state) => storage.setItem(KEY, JSON.stringify(state)));
  return store;
}

/** Opens the drawer at a tab; closes it where that tab is open. */
export function toggleTab(drawer: DrawerStore, tab: DrawerTab): void {
  drawer.setState(({ isOpen, tab: shown }) => ({ isOpen: !(isOpen && shown === tab), tab }));
}

function readDrawer({ isOpen, tab, isTall }: Readonly<Record<string, unknown>>): Partial<DrawerState> {
  return {
    ...(typeof isOpen === "boolean" && { isOpen }),
    ...(TABS.includes(tab) && { tab: tab as DrawerTab }),
    ...(typeof isTall === "boolean" && { isTall }),
  };
}
