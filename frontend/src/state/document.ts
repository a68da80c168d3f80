/** The document: the picture that is saved and linked, and the steps back and forth. No live values here. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Picture } from "../protocol/wire";
import { isSamePicture } from "./picture";

/** One step of the history: the picture before it, and what the step was called. */
interface Step {
  readonly picture: Picture;
  readonly label: string;
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

/** Makes one undoable step; a change that changes nothing makes none. Returns whether it was made. */
export function commit(store: DocumentStore, label: string, next: Picture): boolean {
  const { picture, past } = store.getState();
  if (picture !== null && isSamePicture(picture, next)) return false;
  const steps = picture === null ? past : [...past, { picture, label }].slice(-MAX_STEPS);
  store.setState({ picture: next, past: steps, future: [] });
  return true;
}

export function undo(store: DocumentStore): void {
  const { picture, past, future } = store.getState();
  const step = past.at(-1);
  if (!step || picture === null) return;
  store.setState({
    picture: step.picture,
    past: past.slice(0, -1),
    future: [...future, { picture, label: step.label }],
  });
}

export function redo(store: DocumentStore): void {
  const { picture, past, future } = store.getState();
  const step = future.at(-1);
  if (!step || picture === null) return;
  store.setState({
    picture: step.picture,
    past: [...past, { picture, label: step.label }],
    future: future.slice(0, -1),
  });
}
