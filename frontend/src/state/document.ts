/** The document: the picture that is saved and linked, and the steps back and forth. No live values here. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Picture } from "../protocol/wire";
import { isSamePicture } from "./picture";

/** What one act of the hand is known by, when it settles values more than once: the presses of a double-click. */
export type Act = symbol;

/** One step of the history: the picture before it, what the step was called, and what act made it. */
interface Step {
  readonly picture: Picture;
  readonly label: string;
  readonly act: Act | null;
}

/** `picture` is null only until the first model is known. */
export interface DocumentState {
  readonly picture: Picture | null;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export type DocumentStore = StoreApi<DocumentState>;

/** Steps kept; a step is a few hundred bytes and shares what it did not change. */
const MAX_STEPS = 500;

export function createDocumentStore(): DocumentStore {
  return createStore<DocumentState>(() => ({ picture: null, past: [], future: [] }));
}

/** Opens a document: nothing lies before it. */
export function openDocument(store: DocumentStore, picture: Picture): void {
  store.setState({ picture, past: [], future: [] });
}

/**
 * Makes one undoable step; a change that changes nothing makes none. A step of the same act as the last one takes
 * its place. Returns whether the picture changed.
 */
export function commit(store: DocumentStore, label: string, next: Picture, act: Act | null = null): boolean {
  const { picture, past } = store.getState();
  if (picture !== null && isSamePicture(picture, next)) return false;
  const last = past.at(-1);
  const isSameAct = act !== null && last?.act === act;
  const before = isSameAct ? last.picture : picture;
  const kept = isSameAct ? past.slice(0, -1) : past;
  const isStep = before !== null && !isSamePicture(before, next);
  const steps = isStep ? [...kept, { picture: before, label, act }].slice(-MAX_STEPS) : kept;
  store.setState({ picture: next, past: steps, future: [] });
  return true;
}

/** Calls the listener whenever the picture has changed, until the returned function is called. */
export function onPictureChange(store: DocumentStore, listener: () => void): () => void {
  return store.subscribe((state, before) => {
    if (state.picture !== before.picture) listener();
  });
}

export function undo(store: DocumentStore): void {
  const { picture, past, future } = store.getState();
  const step = past.at(-1);
  if (!step || picture === null) return;
  store.setState({
    picture: step.picture,
    past: past.slice(0, -1),
    future: [...future, { ...step, picture }],
  });
}

export function redo(store: DocumentStore): void {
  const { picture, past, future } = store.getState();
  const step = future.at(-1);
  if (!step || picture === null) return;
  store.setState({
    picture: step.picture,
    past: [...past, { ...step, picture }],
    future: future.slice(0, -1),
  });
}
