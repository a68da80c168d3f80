/** View state: how this window shows things. It is not saved in the document, nor undone. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { MapKind } from "../protocol/frame";
import type { TermId } from "./glossary";
import { type KeyValueStorage, readKept } from "./kept";
import type { RowsId } from "./mix";
import { DEFAULT_PINS } from "./readouts";

export type Scheme = "system" | "light" | "dark";

/** What stands beside the stage where there is room for one column only. */
export type Side = "picture" | "sliders";

export interface ViewState {
  readonly scheme: Scheme;
  readonly isSmooth: boolean;
  readonly isComparing: boolean;
  readonly side: Side;
  readonly isPaletteOpen: boolean;
  readonly isHistoryOpen: boolean;
  /** Whether MIDI controllers and what they move are listed. */
  readonly isControllersOpen: boolean;
  /** Whether many seeds are laid out to choose from. */
  readonly isSheetOpen: boolean;
  /** Which rows a seed of the sheet gives when it is chosen; null: all of them, as the picture's own. */
  readonly sheetRows: RowsId | null;
  /** Whether the drawing board stands in place of picture and sliders. */
  readonly isBoardOpen: boolean;
  readonly isHelpOpen: boolean;
  /** The word of the glossary that was asked about. */
  readonly helpTerm: TermId | null;
  /** Whether factors are measured and listed. */
  readonly isMeasuring: boolean;
  /** Names of the factors that are listed. */
  readonly pins: readonly string[];
  readonly isChoosingPins: boolean;
  /** What lies over the picture. */
  readonly overlay: MapKind | null;
  /** How much of it shows, 0 to 1. */
  readonly overlayOpacity: number;
  /** By the id of a group of sliders: whether a hand opened or folded it. */
  readonly folds: Readonly<Record<string, boolean>>;
}

export type ViewStore = StoreApi<ViewState>;

const KEY = "wend.view";

/** What outlives the window. */
type Choices = Pick<ViewState, "scheme" | "isSmooth" | "isMeasuring" | "pins" | "overlayOpacity" | "folds">;

/** Choices that outlive the window are read from `storage` and written back when they change. */
export function createViewStore(storage: KeyValueStorage): ViewStore {
  const store = createStore<ViewState>(() => ({
    scheme: "system",
    isSmooth: true,
    isComparing: false,
    side: "sliders",
    isPaletteOpen: false,
    isHistoryOpen: false,
    isControllersOpen: false,
    isSheetOpen: false,
    sheetRows: null,
    isBoardOpen: false,
    isHelpOpen: false,
    helpTerm: null,
    isMeasuring: false,
    pins: DEFAULT_PINS,
    isChoosingPins: false,
    overlay: null,
    overlayOpacity: 0.7,
    folds: {},
    ...readChoices(readKept(storage, KEY)),
  }));
  store.subscribe((state, before) => {
    const [now, past] = [JSON.stringify(choicesOf(state)), JSON.stringify(choicesOf(before))];
    if (now !== past) storage.setItem(KEY, now);
  });
  return store;
}

function choicesOf({ scheme, isSmooth, isMeasuring, pins, overlayOpacity, folds }: ViewState): Choices {
  return { scheme, isSmooth, isMeasuring, pins, overlayOpacity, folds };
}

function readChoices(kept: Readonly<Record<string, unknown>>): Partial<Choices> {
  const { scheme, isSmooth, isMeasuring, pins, overlayOpacity, folds } = kept;
  return {
    ...((scheme === "system" || scheme === "light" || scheme === "dark") && { scheme }),
    ...(typeof isSmooth === "boolean" && { isSmooth }),
    ...(typeof isMeasuring === "boolean" && { isMeasuring }),
    ...(isListOfNames(pins) && { pins }),
    ...(typeof overlayOpacity === "number" &&
      overlayOpacity >= 0 &&
      overlayOpacity <= 1 && { overlayOpacity }),
    ...(isFolds(folds) && { folds }),
  };
}

function isListOfNames(data: unknown): data is readonly string[] {
  return Array.isArray(data) && data.every((item) => typeof item === "string");
}

function isFolds(data: unknown): data is Readonly<Record<string, boolean>> {
  return (
    typeof data === "object" &&
    data !== null &&
    Object.values(data).every((item: unknown) => typeof item === "boolean")
  );
}
