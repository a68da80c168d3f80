/** The document: picture, timeline and controls, as saved and linked, and the line of moments it went through. No live values here. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { Control, Picture, Timeline } from "../protocol/wire";
import { isSamePicture } from "./picture";

/** What one act of the hand is known by, when it settles values more than once: the presses of a double-click. */
export type Act = symbol;

/** What is saved: the picture on the stage, the timeline if there is one, and what of a controller moves which slider. */
export interface Content {
  readonly picture: Picture;
  readonly timeline: Timeline | null;
  readonly controls: readonly Control[];
}

/** What becomes of it; controls that are not named stay. */
export type NextContent = Omit<Content, "controls"> & Partial<Content>;

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
  /** The moment that its document began with: a line goes on from one document to the next. */
  readonly home: number;
}

/** `picture` is null only until the first model is known; there is no timeline until then. */
export interface DocumentState {
  readonly picture: Picture | null;
  readonly timeline: Timeline | null;
  readonly controls: readonly Control[];
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
const MAX_BRANCHES = 100;

export function createDocumentStore(): DocumentStore {
  return createStore<DocumentState>(() => ({
    picture: null,
    timeline: null,
    controls: [],
    line: [],
    at: -1,
    branches: [],
    count: 0,
  }));
}

/** Opens a document: nothing lies before it. What was there stays as a branch. */
export function openDocument(
  store: DocumentStore,
  picture: Picture,
  timeline: Timeline | null = null,
  controls: readonly Control[] = [],
): void {
  const { line, branches, count } = store.getState();
  store.setState({
    picture,
    timeline,
    controls,
    line: [{ id: count, label: "Opened", act: null, deed: null, home: count, picture, timeline, controls }],
    at: 0,
    branches: line.length > 1 ? withBranch(branches, line) : branches,
    count: count + 1,
  });
}

/** Begins another document as one step, even where it shows the same: undo goes back to the one before. */
export function beginDocument(store: DocumentStore, label: string, next: Content): void {
  const { count } = store.getState();
  makeStep(store, next, { id: count, label, act: null, deed: null, home: count });
}

/** The moment that the present document began with; null while there is none. */
export function homeOf({ line, at }: DocumentState): number | null {
  return line[at]?.home ?? null;
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
  { picture: nextPicture, timeline, controls = store.getState().controls }: NextContent,
  act: Act | null = null,
  deed: Deed | null = null,
): boolean {
  const { line, at, count } = store.getState();
  const now = line[at];
  const next = { picture: nextPicture, timeline, controls };
  if (now && deed === null && isSameContent(now, next)) return false;
  makeStep(store, next, { id: count, label, act, deed, home: now?.home ?? count });
  return true;
}

/** Makes a step of a document; in the present one it may be none, or take the last one's place. */
function makeStep(store: DocumentStore, next: Content, made: Omit<Moment, keyof Content>): void {
  const { picture, line, at, branches, count } = store.getState();
  // What did not change stays the very same, or everything that shows it would be drawn anew.
  const same = picture !== null && isSamePicture(picture, next.picture) ? picture : next.picture;
  const isSameAct = made.act !== null && line[at]?.act === made.act && at > 0;
  const kept = line.slice(0, isSameAct ? at : at + 1);
  const before = kept.at(-1);
  const isChange = before?.home !== made.home || !isSameContent(before, next);
  const moment = { ...made, ...next, picture: same };
  const moments = (isChange || made.deed !== null ? [...kept, moment] : kept).slice(-MAX_MOMENTS);
  store.setState({
    ...next,
    picture: same,
    line: moments,
    at: moments.length - 1,
    branches: at < line.length - 1 ? withBranch(branches, line) : branches,
    count: count + 1,
  });
}

/** Makes one undoable step of what was done outside of the document. */
export function commitDeed(store: DocumentStore, label: string, deed: Deed): void {
  const { picture, timeline } = store.getState();
  if (picture !== null) commitContent(store, label, { picture, timeline }, null, deed);
}

export function isSameContent(a: Content, b: Content): boolean {
  return (
    isSamePicture(a.picture, b.picture) && isSame(a.timeline, b.timeline) && isSame(a.controls, b.controls)
  );
}

function isSame<Part extends Timeline | null | readonly Control[]>(a: Part, b: Part): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** What is saved, of anything that has it and more. */
export function contentOf({ picture, timeline, controls }: Content): Content {
  return { picture, timeline, controls };
}

/** What there is to save; null until there is a picture. */
export function presentContent(store: DocumentStore): Content | null {
  const { picture, timeline, controls } = store.getState();
  return picture && { picture, timeline, controls };
}

/** Calls the listener whenever something that is saved has changed. */
export function onContentChange(store: DocumentStore, listener: () => void): void {
  store.subscribe(({ picture, timeline, controls }, before) => {
    if (picture !== before.picture || timeline !== before.timeline || controls !== before.controls)
      listener();
  });
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
    controls: there.controls,
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

/** Goes to a moment by its id, in the present line if it is there, or in a branch; returns whether there was one. */
export function goToMoment(store: DocumentStore, id: number): boolean {
  const { line, branches } = store.getState();
  const placeIn = (each: readonly Moment[]) => each.findIndex((moment) => moment.id === id);
  const found = [line, ...branches].find((each) => placeIn(each) >= 0);
  if (found !== undefined) goTo(store, found, placeIn(found));
  return found !== undefined;
}

/** Lays a state that was overtaken beside the present line, so that it can be gone back to. */
export function layBranch(store: DocumentStore, label: string, content: Content): void {
  const { line, at, branches, count } = store.getState();
  const moment = { id: count, label, act: null, deed: null, home: line[at]?.home ?? count, ...content };
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
