/** App: what the composition root made, as the panels receive it, and the hooks that read it. */

import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { ModelSummary, Picture } from "../protocol/wire";
import type { Stage } from "../stage/stage";
import { type CatalogState, type CatalogStore, findModel } from "../state/catalog";
import type { Command, CommandId, CommandTable } from "../state/commands";
import { type DocumentStore, onPictureChange } from "../state/document";
import type { Editor } from "../state/editor";
import type { Live } from "../state/live";
import type { Observable } from "../state/observable";
import type { Thumbnails } from "../state/thumbnails";
import type { ViewState, ViewStore } from "../state/view";

export interface App {
  readonly document: DocumentStore;
  readonly view: ViewStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly thumbnails: Thumbnails;
  readonly commands: CommandTable;
  readonly isMac: boolean;
  /** Puts the live picture onto a canvas. */
  readonly attachStage: (canvas: HTMLCanvasElement) => Stage;
  /** Begins the search for a model's walks anew. */
  readonly searchAgain: (model: string) => void;
  readonly retryConnection: () => void;
  readonly reload: () => void;
  /** Milliseconds on the clock that connections and frames are timed by. */
  readonly now: () => number;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("a panel stands outside the page");
  return app;
}

/** The document's picture, without what the hand is only trying. Null until there is one. */
export function usePicture(): Picture | null {
  return useStore(useApp().document, (state) => state.picture);
}

/** Tells a slider of changes that its own hand did not make. */
export function useForeignChange(): (listener: () => void) => () => void {
  const { document } = useApp();
  return useCallback((listener) => onPictureChange(document, listener), [document]);
}

export function useModel(): ModelSummary | null {
  const { catalog } = useApp();
  const id = usePicture()?.model;
  return useStore(catalog, (state) => (id === undefined ? null : (findModel(state, id) ?? null)));
}

export function useCatalog<T>(select: (state: CatalogState) => T): T {
  return useStore(useApp().catalog, select);
}

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(useApp().view, select);
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** A command of the table, and whether it may run now. */
export function useCommand(id: CommandId): readonly [Command, boolean] {
  const { commands, document, view, catalog } = useApp();
  const command = commands[id];
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [document, view, catalog].map((store) => store.subscribe(listener));
      return () => {
        for (const stop of stops) stop();
      };
    },
    [document, view, catalog],
  );
  return [command, useSyncExternalStore(subscribe, command.isEnabled)];
}
