/** Watching: keeps the server told of what this window wants to know about the pictures it shows. */

import type { Watching } from "../protocol/socket";
import type { DocumentStore } from "./document";
import type { Live } from "./live";
import type { ViewState, ViewStore } from "./view";

export interface WatchContext {
  readonly view: ViewStore;
  readonly document: DocumentStore;
  readonly live: Live;
  readonly watch: (watching: Watching) => void;
  /** Asks for the picture again: the server keeps none to look at for a view that watches nothing. */
  readonly showFinal: () => void;
  /** What lies over the stage is of no use any more. */
  readonly clearMap: () => void;
}

function wanted({ isMeasuring, overlay }: ViewState): Watching {
  return { factors: isMeasuring, overlay };
}

function isAnything({ factors, overlay }: Watching): boolean {
  return factors || overlay !== null;
}

export function keepWatching(context: WatchContext): void {
  const { view, document, live, watch, showFinal, clearMap } = context;
  if (isAnything(wanted(view.getState()))) watch(wanted(view.getState()));
  view.subscribe((state, past) => {
    const [now, before] = [wanted(state), wanted(past)];
    if (now.factors === before.factors && now.overlay === before.overlay) return;
    if (now.overlay !== before.overlay) clearMap();
    if (!now.factors) live.forgetReadings();
    watch(now);
    if (!isAnything(before)) showFinal();
  });
  document.subscribe((state, past) => {
    if (state.picture?.model === past.picture?.model) return;
    live.forgetReadings();
    clearMap();
    // The server says what can be told only when that differs from what it said last; all of it is forgotten here.
    if (isAnything(wanted(view.getState()))) watch(wanted(view.getState()));
  });
}
