/** The document: picture and timeline, as saved and linked, and the steps back and forth. No live values here. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Picture, Timeline } from "../protocol/wire";
import { isSamePicture } from "./picture";

/** What one act of the hand is known by, when it settles values more than once: the presses of a double-click. */
export type Act = symbol;

/** What is saved: the picture on the stage, and the timeline if there is one. */
export interface Content {
  readonly picture: Picture;
  readonly timeline: Timeline | null;
}

/** One step of the history: what there was before it, what the step was called, and what act made it. */
interface Step extends Content {
  readonly label: string;
  readonly act: Act | null;
}

/** `picture` is null only until the first model is known; there is no timeline until then. */
export interface DocumentState {
  readonly picture: Picture | null;
  readonly timeline: Timeline | null;
  readonly past: readonly Step[];
  readonly future: readonly Step[];
}

export type DocumentStore = StoreApi<DocumentState>;

/** Steps kept; a step is a few hundred bytes and shares what it did not change. */
const MAX_STEPS = 500;

export function createDocumentStore(): DocumentStore {
  return createStore<DocumentState>(() => ({ picture: null, timeline: null, past: [], future: [] }));
}

/** Opens a document: nothing lies before it. */
export function openDocument(store: DocumentStore, picture: Picture, timeline: Timeline | null = null): void {
  store.setState({ picture, timeline, past: [], future: [] });
}

/** Makes one undoable step of the picture alone; returns whether it changed. */
export function commit(store: DocumentStore, label: string, next: Picture, act: Act | null = null): boolean {
  return commitContent(store, label, { picture: next, timeline: store.getState().timeline }, act);
}

/**
 * Makes one undoable step; a change that changes nothing makes none. A step of the same act as the last one takes
 * its place. Returns whether anything changed.
 */
export function commitContent(
  store: DocumentStore,
  label: string,
  next: Content,
  act: Act | null = null,
): boolean {
  const { picture, timeline, past } = store.getState();
  const now = picture === null ? null : { picture, timeline };
  if (now !== null && isSameContent(now, next)) return false;
  const last = past.at(-1);
  const isSameAct = act !== null && last?.act === act;
  const before = isSameAct ? last : now;
  const kept = isSameAct ? past.slice(0, -1) : past;
  const isStep = before !== null && !isSameContent(before, next);
  const steps = isStep ? [...kept, { ...contentOf(before), label, act }].slice(-MAX_STEPS) : kept;
  // What did not change stays the very same, or everything that shows it would be drawn anew.
  const same = picture !== null && isSamePicture(picture, next.picture) ? picture : next.picture;
  store.setState({ picture: same, timeline: next.timeline, past: steps, future: [] });
  return true;
}

function contentOf({ picture, timeline }: Content): Content {
  return { picture, timeline };
}

function isSameContent(a: Content, b: Content): boolean {
  return isSamePicture(a.picture, b.picture) && isSameTimeline(a.timeline, b.timeline);
}

function isSameTimeline(a: Timeline | null, b: Timeline | null): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** Calls the listener whenever the picture has changed, until the returned function is called. */
export function onPictureChange(store: DocumentStore, listener: () => void): () => void {
  return store.subscribe((state, before) => {
    if (state.picture !== before.picture) listener();
  });
}

export function undo(store: DocumentStore): void {
  const { picture, timeline, past, future } = store.getState();
  const step = past.at(-1);
  if (!step || picture === null) return;
  store.setState({
    ...contentOf(step),
    past: past.slice(0, -1),
    future: [...future, { ...step, picture, timeline }],
  });
}

export function redo(store: DocumentStore): void {
  const { picture, timeline, past, future } = store.getState();
  const step = future.at(-1);
  if (!step || picture === null) return;
  store.setState({
    ...contentOf(step),
    past: [...past, { ...step, picture, timeline }],
    future: future.slice(0, -1),
  });
}
