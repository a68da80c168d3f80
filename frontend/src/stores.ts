/** Stores: what the page knows and how its window shows it, each made once. */

import { createCatalogStore } from "./state/catalog";
import { createDocumentStore } from "./state/document";
import { createDrawerStore } from "./state/drawer";
import { createFactorViewStore } from "./state/factor_view";
import { createJobsViewStore } from "./state/jobs_view";
import type { KeyValueStorage } from "./state/kept";
import { createLayoutStore } from "./state/layout";
import { Live } from "./state/live";
import { createMaskViewStore } from "./state/mask_view";
import { createSheetStore } from "./state/sheet";
import { createSliderViewStore } from "./state/slider_view";
import { createTimelineViewStore } from "./state/timeline_view";
import { createViewStore } from "./state/view";

export type Stores = ReturnType<typeof createStores>;

/** `storage` holds what outlives the window. */
export function createStores(storage: KeyValueStorage) {
  return {
    document: createDocumentStore(),
    catalog: createCatalogStore(),
    live: new Live(),
    view: createViewStore(storage),
    sheet: createSheetStore(),
    timelineView: createTimelineViewStore(storage),
    drawer: createDrawerStore(storage),
    layout: createLayoutStore(storage),
    factorView: createFactorViewStore(storage),
    jobsView: createJobsViewStore(storage),
    maskView: createMaskViewStore(storage),
    sliderView: createSliderViewStore(storage),
  };
}
