/** Timeline view: how this window shows the timeline. It is not saved in the document, nor undone. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { type ExportChoices, readExport } from "./export_form";
import { type KeyValueStorage, readKept } from "./kept";

/** What stands beside the strip. */
export type TimelinePane = "none" | "export" | "sound";

export interface TimelineView {
  /** Place of the keyframe that is chosen; it may be past the end after an undo. */
  readonly chosen: number | null;
  /** How much longer than its window the strip is. */
  readonly zoom: number;
  /** Whether the keyframes around lie faintly over the picture. */
  readonly isOnion: boolean;
  readonly pane: TimelinePane;
  /** How the last export was asked for. */
  readonly choices: ExportChoices;
  /** The job of that export. */
  readonly exported: string | null;
}

export type TimelineViewStore = StoreApi<TimelineView>;

export const ZOOMS = [1, 1.5, 2, 3, 4, 6, 8, 12, 16] as const;

const KEY = "wend.timeline";

/** Habits are read from `storage` and written back when they change; what is chosen goes with the window. */
export function createTimelineViewStore(storage: KeyValueStorage): TimelineViewStore {
  const { isOnion, choices, exported } = readKept(storage, KEY);
  const store = createStore<TimelineView>(() => ({
    chosen: null,
    zoom: 1,
    isOnion: isOnion === true,
    pane: "none",
    choices: readExport(choices),
    exported: typeof exported === "string" ? exported : null,
  }));
  store.subscribe((state, before) => {
    const [now, past] = [JSON.stringify(habitsOf(state)), JSON.stringify(habitsOf(before))];
    if (now !== past) storage.setItem(KEY, now);
  });
  return store;
}

function habitsOf({ isOnion, choices, exported }: TimelineView) {
  return { isOnion, choices, exported };
}

/** No screen shows more, in a second. */
const MOST_PLAYED = 60;

/** Pictures asked for in a second of play: as many as an export would have. */
export function playFps({ choices }: TimelineView): number {
  return Math.min(choices.fps, MOST_PLAYED);
}

/** The strip longer or shorter by so many steps. */
export function zoomBy(view: TimelineViewStore, steps: number): void {
  const { zoom } = view.getState();
  const place = ZOOMS.findIndex((each) => each >= zoom);
  const next = ZOOMS[Math.min(Math.max(place + steps, 0), ZOOMS.length - 1)];
  if (next !== undefined) view.setState({ zoom: next });
}
