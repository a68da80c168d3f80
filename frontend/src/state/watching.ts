/** Watching: keeps the server told of what this window wants to know about the pictures it shows. */

import type { Watching } from "../protocol/socket";
import type { CatalogStore } from "./catalog";
import type { DocumentStore } from "./document";
import { factorsOf } from "./factor_units";
import type { Live } from "./live";
import type { ViewStore } from "./view";

export interface WatchContext {
  readonly view: ViewStore;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly watch: (watching: Watching) => void;
  /** Asks for the picture again: the server keeps none to look at for a view that watches nothing. */
  readonly showFinal: () => void;
  /** What lies over the stage is of no use any more. */
  readonly clearMap: () => void;
}

const NOTHING: Watching = { factors: false, overlay: null };

/** Values are wanted while they are listed, and wherever a factor's slider has to know where it stands. */
function wanted({ view, document, catalog }: WatchContext): Watching {
  const { isMeasuring, overlay } = view.getState();
  const model = document.getState().picture?.model ?? "";
  return { factors: isMeasuring || factorsOf(catalog.getState().walks[model]).length > 0, overlay };
}

function isAnything({ factors, overlay }: Watching): boolean {
  return factors || overlay !== null;
}

/** The factors of the model on the stage. */
interface Known {
  readonly model: string;
  readonly ids: readonly string[];
}

/** Null until its walks were heard of. */
function knownOf({ document, catalog }: WatchContext): Known | null {
  const model = document.getState().picture?.model ?? "";
  const list = catalog.getState().walks[model];
  return list ? { model, ids: factorsOf(list).map(({ id }) => id) } : null;
}

function hasMore(now: Known | null, before: Known | null): boolean {
  if (!now || now.model !== before?.model) return false;
  return now.ids.some((id) => !before.ids.includes(id));
}

export function keepWatching(context: WatchContext): void {
  const { view, document, catalog, live, watch, showFinal, clearMap } = context;
  let told = NOTHING;
  let known: Known | null = null;
  const update = () => {
    const [now, before] = [wanted(context), told];
    const past = known;
    known = knownOf(context);
    if (now.factors === before.factors && now.overlay === before.overlay) {
      // No reading tells of a factor that was found after the picture was drawn.
      if (now.factors && hasMore(known, past)) showFinal();
      return;
    }
    told = now;
    if (now.overlay !== before.overlay) clearMap();
    if (!now.factors) live.forgetReadings();
    watch(now);
    if (!isAnything(before)) showFinal();
  };
  told = wanted(context);
  known = knownOf(context);
  if (isAnything(told)) watch(told);
  view.subscribe(update);
  catalog.subscribe(({ walks }, before) => walks !== before.walks && update());
  document.subscribe((state, past) => {
    if (state.picture?.model === past.picture?.model) return;
    live.forgetReadings();
    clearMap();
    const before = told;
    told = wanted(context);
    known = knownOf(context);
    // The server says what can be told only when that differs from what it said last; all of it is forgotten here.
    if (isAnything(told) || isAnything(before)) watch(told);
  });
}
