/** Jobs view: what the page of jobs shows in this window, and what of that outlives it. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { DrawerStore } from "./drawer";
import { type KeyValueStorage, readKept } from "./kept";

/** What stands beside the list. */
export type JobsPane =
  | { readonly kind: "none" }
  | { readonly kind: "job"; readonly id: string }
  | {
      readonly kind: "form";
      readonly recipe: string;
      /** Parameters to begin with, where they are not the recipe's own. */
      readonly params: Readonly<Record<string, unknown>> | null;
    }
  | {
      /** How a factor's values are to be spread over samples. */
      readonly kind: "distribution";
      readonly model: string;
      /** The factor to begin with; null: the first. */
      readonly walk: string | null;
      /** What another job was told, to begin with that. */
      readonly params: Readonly<Record<string, unknown>> | null;
    }
  | {
      readonly kind: "limits";
      readonly model: string;
      readonly walk: string;
      /** Whether a job is to be started if there is none yet: asked by a hand, not by a reload. */
      readonly isAsked: boolean;
    }
  /** How near a model is to its world. */
  | { readonly kind: "nearness"; readonly model: string };

export interface JobsView {
  /** Whether losses are drawn over a logarithmic axis. */
  readonly isLog: boolean;
  /** Whether the browser may tell of jobs that end while the page is out of sight. */
  readonly wantsNews: boolean;
  readonly pane: JobsPane;
  /** The job of which it is shown what has vanished of its photo. */
  readonly compared: string | null;
}

export type JobsViewStore = StoreApi<JobsView>;

const KEY = "wend.jobs";

/** What the window showed is read from `storage` and written back when it changes; a form begins anew. */
export function createJobsViewStore(storage: KeyValueStorage): JobsViewStore {
  const store = createStore<JobsView>(() => ({
    isLog: true,
    wantsNews: false,
    pane: { kind: "none" },
    compared: null,
    ...readView(readKept(storage, KEY)),
  }));
  store.subscribe((state) => {
    const isForm = state.pane.kind === "form" || state.pane.kind === "distribution";
    const pane: JobsPane = isForm ? { kind: "none" } : state.pane;
    const { compared: _compared, ...kept } = state;
    storage.setItem(KEY, JSON.stringify({ ...kept, pane }));
  });
  return store;
}

/** Opens the drawer at the jobs, with this beside their list. */
export function openJobs(drawer: DrawerStore, jobsView: JobsViewStore, pane: JobsPane): void {
  jobsView.setState({ pane });
  drawer.setState({ isOpen: true, tab: "jobs" });
}

function readView(kept: Readonly<Record<string, unknown>>): Partial<JobsView> {
  const { isLog, wantsNews, pane } = kept;
  const read = readPane(pane);
  return {
    ...(typeof isLog === "boolean" && { isLog }),
    ...(typeof wantsNews === "boolean" && { wantsNews }),
    ...(read && { pane: read }),
  };
}

function readPane(data: unknown): JobsPane | null {
  if (typeof data !== "object" || data === null) return null;
  const { kind, id, model, walk } = data as Readonly<Record<string, unknown>>;
  if (kind === "job" && typeof id === "string") return { kind, id };
  if (kind === "limits" && typeof model === "string" && typeof walk === "string")
    return { kind, model, walk, isAsked: false };
  if (kind === "nearness" && typeof model === "string") return { kind, model };
  return null;
}
