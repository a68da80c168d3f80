/** Layout: how wide and high a hand has made the panels of this window. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { DrawerTab } from "./drawer";
import { type KeyValueStorage, readKept } from "./kept";

/** Panels whose size is set by an edge. The drawer has one for each of its tabs. */
export type PanelId = "rail" | "side" | DrawerTab;

/** Ends in CSS pixels, and what a panel has until a hand has set it; null: what its stylesheet says. */
export const PANEL_SIZES = {
  rail: { low: 200, high: 420, home: 240 },
  side: { low: 280, high: 640, home: 328 },
  timeline: { low: 168, high: 1200, home: null },
  jobs: { low: 168, high: 1200, home: null },
  models: { low: 168, high: 1200, home: null },
} as const satisfies Readonly<Record<PanelId, { low: number; high: number; home: number | null }>>;

/** Sizes in CSS pixels; missing: nobody has set it. */
export type Layout = Readonly<Partial<Record<PanelId, number>>>;

export type LayoutStore = StoreApi<Layout>;

const KEY = "wend.layout";

const IDS = Object.keys(PANEL_SIZES) as readonly PanelId[];

/** Read from `storage` and written back when it changes. */
export function createLayoutStore(storage: KeyValueStorage): LayoutStore {
  const store = createStore<Layout>(() => readLayout(readKept(storage, KEY)));
  store.subscribe((state) => storage.setItem(KEY, JSON.stringify(state)));
  return store;
}

/** Sets a size, within its ends; null: as if nobody had. */
export function resizePanel(layout: LayoutStore, id: PanelId, size: number | null): void {
  const { [id]: _, ...others } = layout.getState();
  const { low, high } = PANEL_SIZES[id];
  layout.setState(
    size === null ? others : { ...others, [id]: Math.round(Math.min(high, Math.max(low, size))) },
    true,
  );
}

function readLayout(kept: Readonly<Record<string, unknown>>): Layout {
  return Object.fromEntries(
    IDS.flatMap((id) => {
      const size = kept[id];
      const { low, high } = PANEL_SIZES[id];
      return typeof size === "number" && size >= low && size <= high ? [[id, size]] : [];
    }),
  );
}
