/** App: what the composition root made, as the panels receive it, and the hooks that read it. */

import { createContext, useCallback, useContext, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { ImageSummary, ModelSummary, Picture, Timeline } from "../protocol/wire";
import type { BoardDesk } from "../stage/board_desk";
import type { BoardLayer } from "../stage/board_layer";
import type { MaskDesk } from "../stage/mask_desk";
import type { MaskHand } from "../stage/mask_hand";
import type { MaskLayer } from "../stage/mask_layer";
import type { Stage } from "../stage/stage";
import type { BoardState, BoardStore } from "../state/board";
import type { BoardFiles } from "../state/board_files";
import type { BoardSets } from "../state/board_sets";
import type { BoardTraining } from "../state/board_training";
import { type CatalogState, type CatalogStore, findModel } from "../state/catalog";
import type { Command, CommandId, CommandTable } from "../state/commands";
import { type DocumentStore, onPictureChange } from "../state/document";
import type { DocumentDesk } from "../state/document_desk";
import type { DrawerState, DrawerStore } from "../state/drawer";
import type { Editor } from "../state/editor";
import type { FactorView, FactorViewStore } from "../state/factor_view";
import type { Factors } from "../state/factors";
import type { ForeignDesk } from "../state/foreign_desk";
import type { Gallery } from "../state/gallery";
import type { JobNews } from "../state/job_news";
import type { Jobs, JobsState } from "../state/jobs";
import type { JobsView, JobsViewStore } from "../state/jobs_view";
import type { KeptLatents } from "../state/kept_latents";
import type { Kin } from "../state/kin";
import type { KnobLearning } from "../state/knob_learning";
import type { Knobs } from "../state/knobs";
import type { LayoutStore } from "../state/layout";
import type { Live } from "../state/live";
import type { MaskView, MaskViewStore } from "../state/mask_view";
import type { Masks } from "../state/masks";
import type { MidiPorts } from "../state/midi_ports";
import type { MidiRoom } from "../state/midi_room";
import type { ModelDesk } from "../state/model_desk";
import type { Nearest } from "../state/nearest";
import type { Observable } from "../state/observable";
import type { Opening } from "../state/opening";
import type { Overlaps } from "../state/overlaps";
import type { PhotoInChild } from "../state/photo_in_child";
import type { Photos } from "../state/photos";
import type { PictureSets } from "../state/picture_sets";
import type { Player } from "../state/player";
import type { Regions } from "../state/regions";
import type { Saved } from "../state/saved";
import type { SavedState } from "../state/saved_state";
import type { SheetStore } from "../state/sheet";
import type { SliderView, SliderViewStore } from "../state/slider_view";
import type { Sounds } from "../state/sounds";
import type { Thumbnails } from "../state/thumbnails";
import type { TimelineDesk } from "../state/timeline_desk";
import type { TimelineView, TimelineViewStore } from "../state/timeline_view";
import type { Uploads } from "../state/uploads";
import type { ViewState, ViewStore } from "../state/view";
import type { WalkDesk } from "../state/walk_desk";

export interface App {
  readonly document: DocumentStore;
  readonly saved: Saved;
  readonly documentDesk: DocumentDesk;
  readonly opening: Opening;
  readonly modelDesk: ModelDesk;
  readonly kin: Kin;
  readonly photoInChild: PhotoInChild;
  readonly gallery: Gallery;
  readonly sheet: SheetStore;
  readonly view: ViewStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly thumbnails: Thumbnails;
  readonly commands: CommandTable;
  readonly jobs: Jobs;
  readonly jobsView: JobsViewStore;
  readonly drawer: DrawerStore;
  readonly layout: LayoutStore;
  readonly timelineDesk: TimelineDesk;
  readonly timelineView: TimelineViewStore;
  readonly player: Player;
  readonly sounds: Sounds;
  readonly jobNews: JobNews;
  readonly uploads: Uploads;
  readonly foreignDesk: ForeignDesk;
  readonly keptLatents: KeptLatents;
  readonly photos: Photos;
  readonly pictureSets: PictureSets;
  readonly walkDesk: WalkDesk;
  readonly masks: Masks;
  readonly maskView: MaskViewStore;
  readonly overlaps: Overlaps;
  readonly regions: Regions;
  readonly factors: Factors;
  readonly midiPorts: MidiPorts;
  readonly knobs: Knobs;
  readonly knobLearning: KnobLearning;
  readonly knobTitle: MidiRoom["knobTitle"];
  readonly findSlider: MidiRoom["findSlider"];
  readonly factorView: FactorViewStore;
  readonly sliderView: SliderViewStore;
  readonly maskDesk: MaskDesk;
  readonly maskHand: MaskHand;
  readonly board: BoardStore;
  readonly boardDesk: BoardDesk;
  readonly boardFiles: BoardFiles;
  readonly boardSets: BoardSets;
  readonly boardTraining: BoardTraining;
  readonly nearest: Nearest;
  readonly isMac: boolean;
  /** Puts the live picture onto a canvas. */
  readonly attachStage: (canvas: HTMLCanvasElement) => Stage;
  /** Puts the masks onto a canvas that lies over all of the stage's room. */
  readonly attachMasks: (canvas: HTMLCanvasElement) => MaskLayer;
  /** Puts the drawing under the pen onto a canvas. */
  readonly attachBoard: (canvas: HTMLCanvasElement) => BoardLayer;
  /** Begins the search for a model's walks anew. */
  readonly searchAgain: (model: string) => void;
  /** Fetches the walks of a model that is not on the stage. */
  readonly fetchWalks: (model: string) => void;
  /** Takes a model of one's own off the server. */
  readonly removeModel: (model: string) => Promise<void>;
  /** Copies a text, and tells how that ended; `sentence` says that it is done. */
  readonly copyText: (text: string, sentence: string) => Promise<void>;
  readonly retryConnection: () => void;
  readonly reload: () => void;
  /** Lets the browser keep a file. */
  readonly saveFile: (blob: Blob, name: string) => void;
  /** Lets the server keep a photo. Throws WendProblem. */
  readonly keepPhoto: (file: Blob, signal?: AbortSignal) => Promise<ImageSummary>;
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

/** The timeline as the hand has it now; null: there is none. */
export function useTimeline(): Timeline | null {
  const { document, timelineDesk } = useApp();
  const draft = useObservable(timelineDesk.draft);
  const settled = useStore(document, (state) => state.timeline);
  return draft ?? settled;
}

export function useTimelineView<T>(select: (state: TimelineView) => T): T {
  return useStore(useApp().timelineView, select);
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

export function useJobs<T>(select: (state: JobsState) => T): T {
  return useStore(useApp().jobs.store, select);
}

export function useJobsView<T>(select: (state: JobsView) => T): T {
  return useStore(useApp().jobsView, select);
}

export function useDrawer<T>(select: (state: DrawerState) => T): T {
  return useStore(useApp().drawer, select);
}

export function useMaskView<T>(select: (state: MaskView) => T): T {
  return useStore(useApp().maskView, select);
}

export function useSliderView<T>(select: (state: SliderView) => T): T {
  return useStore(useApp().sliderView, select);
}

export function useFactorView<T>(select: (state: FactorView) => T): T {
  return useStore(useApp().factorView, select);
}

export function useSaved<T>(select: (state: SavedState) => T): T {
  return useStore(useApp().saved.store, select);
}

export function useBoard<T>(select: (state: BoardState) => T): T {
  return useStore(useApp().board, select);
}

export function useObservable<T>(observable: Observable<T>): T {
  return useSyncExternalStore(observable.subscribe, observable.get);
}

/** A command of the table, whether it may run now, and what it would do. */
export function useCommand(id: CommandId): readonly [Command, boolean, string] {
  const { commands, document, saved, view, catalog, jobs, timelineView, maskView } = useApp();
  const command = commands[id];
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [document, saved.store, view, catalog, jobs.store, timelineView, maskView].map((store) =>
        store.subscribe(listener),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
    [document, saved, view, catalog, jobs, timelineView, maskView],
  );
  const isEnabled = useSyncExternalStore(subscribe, command.isEnabled);
  const title = useSyncExternalStore(subscribe, () => command.title?.() ?? command.label);
  return [command, isEnabled, title];
}
