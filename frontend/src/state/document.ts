/** The document: picture and timeline, as saved and linked, and the line of moments it went through. No live values here. */

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

/** What a step did outside of the document, and how to take that back: a slider that was pinned on the server. */
export interface Deed {
  readonly undo: () => void;
  readonly redo: () => void;
}

/** The document as a step left it; the first of a line is what was opened. */
export interface Moment extends Content {
  readonly id: number;
  readonly label: string;
  readonly act: Act | null;
  readonly deed: Deed | null;
}

/** `picture` is null only until the first model is known; there is no timeline until then. */
export interface DocumentState {
  readonly picture: Picture | null;
  readonly timeline: Timeline | null;
  /** All moments from what was opened to the last one that can be redone. */
  readonly line: readonly Moment[];
  /** Place of the present one in it; -1 while there is no document. */
  readonly at: number;
  /** Lines that were left: undone, and then something else was done. The newest first. */
  readonly branches: readonly (readonly Moment[])[];
  /** Moments made so far. */
  readonly count: number;
}

export type DocumentStore = StoreApi<DocumentState>;

/** Moments kept of a line; one is a few hundred bytes and shares what it did not change. */
const MAX_MOMENTS = 500;
const MAX_BRANCHES = 20;

export function createDocumentStore(): DocumentStore {
  return createStore<DocumentState>(() => ({
    picture: null,
    timeline: null,
    line: [],
    at: -1,
    branches: [],
    count: 0,
  }));
}

/** Opens a document: nothing lies before it. What was there stays as a branch. */
export function openDocument(store: DocumentStore, picture: Picture, timeline: Timeline | null = null): void {
  const { line, branches, count } = store.getState();
  store.setState({
    picture,
    timeline,
    line: [{ id: count, label: "Opened", act: null, deed: null, picture, timeline }],
    at: 0,
    branches: line.length > 1 ? withBranch(branches, line) : branches,
    count: count + 1,
  });
}

/** Makes one undoable step of the picture alone; returns whether it changed. */
export function commit(store: DocumentStore, label: string, next: Picture, act: Act | null = null): boolean {
  return commitContent(store, label, { picture: next, timeline: store.getState().timeline }, act);
}

/**
 * Makes one undoable step; a change that changes nothing makes none, unless it did something outside. A step of the
 * same act as the last one takes its place. Returns whether a step was made.
 */
export function commitContent(
  store: DocumentStore,
  label: string,
  next: Content,
  act: Act | null = null,
  deed: Deed | null = null,
): boolean {
  const { picture, line, at, branches, count } = store.getState();
  const now = line[at];
  if (now && deed === null && isSameContent(now, next)) return false;
  // What did not change stays the very same, or everything that shows it would be drawn anew.
  const same = picture !== null && isSamePicture(picture, next.picture) ? picture : next.picture;
  const isSameAct = act !== null && now?.act === act && at > 0;
  const kept = line.slice(0, isSameAct ? at : at + 1);
  const before = kept.at(-1);
  const isStep = deed !== null || before === undefined || !isSameContent(before, next);
  const moment = { id: count, label, act, deed, picture: same, timeline: next.timeline };
  const moments = (isStep ? [...kept, moment] : kept).slice(-MAX_MOMENTS);
  store.setState({
    picture: same,
    timeline: next.timeline,
    line: moments,
    at: moments.length - 1,
    branches: at < line.length - 1 ? withBranch(branches, line) : branches,
    count: count + 1,
  });
  return true;
}

/** Makes one undoable step of what was done outside of the document. */
export function commitDeed(store: DocumentStore, label: string, deed: Deed): void {
  const { picture, timeline } = store.getState();
  if (picture !== null) commitContent(store, label, { picture, timeline }, null, deed);
}

export function isSameContent(a: Content, b: Content): boolean {
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

/** The steps that can be taken back, oldest first. */
export function pastOf({ line, at }: DocumentState): readonly Moment[] {
  return line.slice(1, at + 1);
}

/** The step that undo would take back, if there is one. */
export function undoable({ line, at }: DocumentState): Moment | null {
  return at > 0 ? (line[at] ?? null) : null;
}

/** The step that redo would make again, if there is one. */
export function redoable({ line, at }: DocumentState): Moment | null {
  return line[at + 1] ?? null;
}

export function undo(store: DocumentStore): void {
  const { line, at } = store.getState();
  goTo(store, line, at - 1);
}

export function redo(store: DocumentStore): void {
  const { line, at } = store.getState();
  goTo(store, line, at + 1);
}

/** Takes the newest step back, for as long as it is the newest. */
export function undoOf(store: DocumentStore): () => void {
  const step = undoable(store.getState());
  return () => {
    if (step !== null && undoable(store.getState())?.id === step.id) undo(store);
  };
}

/** Goes to a moment of the present line or of a branch; what was done outside goes back and forth with it. */
export function goTo(store: DocumentStore, line: readonly Moment[], place: number): void {
  const { line: own, at, branches } = store.getState();
  const there = line[place];
  if (!there) return;
  const shared = sharedMoments(own, line);
  for (const { deed } of own.slice(Math.min(shared, place + 1), at + 1).reverse()) deed?.undo();
  for (const { deed } of line.slice(Math.min(shared, at + 1), place + 1)) deed?.redo();
  const isOther = line !== own;
  store.setState({
    picture: there.picture,
    timeline: there.timeline,
    line,
    at: place,
    branches: isOther
      ? withBranch(
          branches.filter((branch) => branch !== line),
          own,
        )
      : branches,
  });
}

/** Lays a state that was overtaken beside the present line, so that it can be gone back to. */
export function layBranch(store: DocumentStore, label: string, content: Content): void {
  const { line, at, branches, count } = store.getState();
  const moment = { id: count, label, act: null, deed: null, ...content };
  const branch = [...line.slice(0, at + 1), moment];
  store.setState({ branches: withBranch(branches, branch), count: count + 1 });
}

/** How many moments two lines have in common. */
export function sharedMoments(a: readonly Moment[], b: readonly Moment[]): number {
  const first = a.findIndex(({ id }, place) => b[place]?.id !== id);
  return first === -1 ? a.length : first;
}

function withBranch(
  branches: DocumentState["branches"],
  line: readonly Moment[],
): readonly (readonly Moment[])[] {
  return [line, ...branches].slice(0, MAX_BRANCHES);
}
