/** Moorings: where the documents of a window's history lie on the server, and what is known of that. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentSummary } from "../protocol/wire";
import { type Content, type DocumentStore, homeOf, isSameContent, presentContent } from "./document";
import { NOTHING, type SavedState, type Theirs } from "./saved_state";

/** Where a document lies, as far as this window knows. */
export interface Mooring {
  summary: DocumentSummary;
  /** What the server has. */
  kept: Content | null;
}

/**
 * A line of moments goes on from one document to the next. Each lies where it was saved: a step back, or a jump, to
 * a moment of another document is on that one again.
 */
export class Moorings {
  /** How the present document stands. */
  readonly store: StoreApi<SavedState> = createStore<SavedState>(() => NOTHING);
  /** Where the present document lies; null: nowhere. */
  here: Mooring | null = null;
  /** By the moment that a document began with. */
  private readonly all = new Map<number, Mooring>();

  constructor(private readonly document: DocumentStore) {}

  /** The moment that the present document began with. */
  get home(): number | null {
    return homeOf(this.document.getState());
  }

  /** What the present document holds now. */
  get content(): Content | null {
    return presentContent(this.document);
  }

  /** Whether the present document holds what the server does not have. */
  get isChanged(): boolean {
    const { here, content } = this;
    return here !== null && content !== null && !isKept(here, content);
  }

  /** The history went to another document: the one before, and the present one, as they lie. */
  move(): readonly [Mooring | null, Mooring | null] {
    const { here: before, home } = this;
    this.here = (home === null ? undefined : this.all.get(home)) ?? null;
    if (before !== this.here) this.store.setState({ ...NOTHING, summary: this.here?.summary ?? null });
    return [before, this.here];
  }

  /** What began with that moment is saved there; opened a second time it is the same one. */
  put(home: number, summary: DocumentSummary, kept: Content | null): Mooring {
    const known = [...this.all.values()].find((each) => each.summary.id === summary.id);
    const mooring = known ?? { summary, kept };
    this.all.set(home, mooring);
    if (home === this.home) this.here = mooring;
    this.take(mooring, summary, kept);
    return mooring;
  }

  /** A document was saved; it may not be the present one any more. */
  take(mooring: Mooring, summary: DocumentSummary, kept: Content | null): void {
    mooring.summary = summary;
    mooring.kept = kept;
    if (this.here === mooring) this.store.setState({ summary, problem: null, status: "kept" });
  }

  /** What the server has of the present document is known. */
  know({ summary, content }: Theirs): void {
    if (this.here !== null) this.here.kept = content;
    this.name(summary);
  }

  /** The present document is called that now. */
  name(summary: DocumentSummary): void {
    if (this.here !== null) this.here.summary = summary;
    this.store.setState({ summary });
  }

  /** Where documents of the history lie, by the moment that each began with. */
  entries(): readonly (readonly [number, Mooring])[] {
    return [...this.all];
  }

  /** The history that was before a reload takes the place of this one's; the present document lies where it does. */
  bringBack(entries: readonly (readonly [number, Mooring])[]): void {
    const known = new Map(entries.map(([, mooring]) => [mooring.summary.id, mooring]));
    if (this.here !== null) known.set(this.here.summary.id, this.here);
    this.all.clear();
    for (const [home, mooring] of entries) this.all.set(home, known.get(mooring.summary.id) ?? mooring);
  }

  /** A document is not on the server any more: wherever it is gone back to, it is nobody's. The moments it began with. */
  forgetAll(id: string): readonly number[] {
    const homes = [...this.all].flatMap(([home, { summary }]) => (summary.id === id ? [home] : []));
    for (const home of homes) this.all.delete(home);
    if (this.here?.summary.id === id) this.forget();
    return homes;
  }

  /** The present document is nobody's from now on, where it began with the same moment. */
  forget(): void {
    const { home } = this;
    if (home !== null) this.all.delete(home);
    this.here = null;
    this.store.setState(NOTHING);
  }
}

export function isKept({ kept }: Pick<Mooring, "kept">, content: Content): boolean {
  return kept !== null && isSameContent(kept, content);
}
