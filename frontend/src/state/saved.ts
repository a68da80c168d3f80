/** Saved: the document that this window keeps on the server, saved by itself and live in every window. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { WendProblem } from "../protocol/http";
import type { DocumentSummary } from "../protocol/wire";
import { type Content, isSameContent, openDocument } from "./document";
import type { Salvaged } from "./salvage";
import { asDocument, layTheirs, readSaved, takeTheirs } from "./saved_content";
import { NOTHING, type Removed, type SavedContext, type SavedState, type Theirs } from "./saved_state";

/** What is done within this time is saved together. */
const REST_MS = 600;
const RETRY_MS = 4000;
/** A hand that drags is not interrupted by what another window did. */
const HAND_MS = 300;

/**
 * Two windows on one document: each saves with the revision it knows. Of two that save at once the server takes one;
 * the other reads what that was, lays it into its history as a branch, and saves again: the newest wins and nothing
 * is lost. A window that has changed nothing itself takes over what it hears of, as a step that can be undone.
 */
export class Saved {
  readonly store: StoreApi<SavedState> = createStore<SavedState>(() => NOTHING);
  /** What the server has, as far as this window knows. */
  private kept: Content | null = null;
  private isBusy = false;
  /** What this window asks of the server now, to its end. */
  private work: Promise<void> = Promise.resolve();
  private timer: (() => void) | null = null;
  /** It is being saved for the first time. */
  private creating: Promise<DocumentSummary | null> | null = null;
  private removed: Removed | null = null;
  /** The newest that was heard of while this window was busy. */
  private heard: DocumentSummary | null = null;

  constructor(private readonly context: SavedContext) {
    context.document.subscribe((state, before) => {
      if (state.picture !== before.picture || state.timeline !== before.timeline) this.noteChange();
    });
  }

  get id(): string | null {
    return this.store.getState().summary?.id ?? null;
  }

  /** Saves for the first time, under a name; whoever asks for it again meanwhile gets the same one. */
  create(name: string): Promise<DocumentSummary | null> {
    this.creating ??= this.add(name).finally(() => {
      this.creating = null;
    });
    return this.creating;
  }

  private async add(name: string): Promise<DocumentSummary | null> {
    const content = this.content();
    if (content === null) return null;
    const summary = await this.context.client.add(name, asDocument(content));
    this.take(summary, content);
    return summary;
  }

  /** Opens a saved document; what is open is saved first. Throws `WendProblem`, and then nothing changes. */
  async open(id: string): Promise<Salvaged> {
    await this.finish();
    const detail = await this.context.client.read(id);
    const salvaged = readSaved(detail);
    // The hand went on while the answer was on its way.
    await this.finish();
    this.forget();
    const { picture, timeline } = salvaged.document;
    openDocument(this.context.document, picture, timeline);
    // A damaged one is opened as a copy: saved by itself, what could not be read would be lost for good.
    if (salvaged.fault === null) this.take(detail.summary, { picture, timeline });
    return salvaged;
  }

  /** From now on what is open is nobody's: what was left, if there was. Throws `WendProblem` where it cannot be saved. */
  async leave(): Promise<DocumentSummary | null> {
    await this.finish();
    const { summary } = this.store.getState();
    this.forget();
    return summary;
  }

  /** The saved document is not there any more, or not this window's: what it shows stays. */
  forget(): void {
    this.stopTimer();
    this.heard = null;
    this.kept = null;
    this.store.setState(NOTHING);
  }

  /** Saves at once what has not been saved. Throws `WendProblem` where it cannot be. */
  async finish(): Promise<void> {
    // Who asked for the first save is told how it ended.
    await this.creating?.catch(() => undefined);
    for (;;) {
      this.stopTimer();
      while (this.isBusy) await this.work;
      if (!this.isChanged()) return;
      await this.save();
      const { problem } = this.store.getState();
      if (problem !== null && this.isChanged()) throw problem;
    }
  }

  /** The page goes away: the browser is asked to send what is left. */
  sendLast(): void {
    const { summary, status } = this.store.getState();
    const content = this.content();
    if (summary === null || status === "kept" || content === null) return;
    // Nobody is left to be told; the tab's own note has it, too.
    this.context.client.save(summary.id, summary.revision, asDocument(content), true).catch(() => undefined);
  }

  /** A line to the server is open again. */
  resume(): void {
    const { summary, status } = this.store.getState();
    if (summary === null) return;
    if (status !== "kept") void this.save();
    else void this.attempt(async () => this.hear((await this.context.client.read(summary.id)).summary));
  }

  /** The server tells of a document. */
  hear(summary: DocumentSummary): void {
    const own = this.store.getState().summary;
    if (own?.id !== summary.id) return;
    if (this.isBusy) {
      this.heard = summary;
      return;
    }
    if (summary.revision > own.revision) void this.follow();
    else if (summary.revision === own.revision) this.store.setState({ summary });
  }

  private noteChange(): void {
    const { summary, status } = this.store.getState();
    const content = this.content();
    if (summary === null || content === null) return;
    if (this.kept !== null && isSameContent(this.kept, content)) {
      if (!this.isBusy) this.store.setState({ status: "kept", problem: null });
      return;
    }
    if (status === "kept") this.store.setState({ status: "changed" });
    this.timer ??= this.context.clock.after(REST_MS, () => {
      this.timer = null;
      void this.save();
    });
  }

  /** Saves until nothing is left to be saved; what fails is tried again. */
  async save(): Promise<void> {
    if (this.isBusy) return;
    this.stopTimer();
    await this.attempt(async () => {
      while (this.isChanged()) await this.saveOnce();
    });
  }

  private async saveOnce(): Promise<void> {
    const { summary } = this.store.getState();
    const content = this.content();
    if (summary === null || content === null) return;
    this.store.setState({ status: "saving" });
    try {
      const next = await this.context.client.save(summary.id, summary.revision, asDocument(content));
      if (this.id === summary.id) this.take(next, content);
    } catch (error) {
      if (!(error instanceof WendProblem) || error.code !== "document_changed") throw error;
      // Somebody was first: theirs is laid by, and this one, which is newer, goes on top of it.
      const theirs = await this.readTheirs(summary.id);
      if (theirs !== null) this.layBy(theirs);
    }
  }

  /** Takes over what another window has saved, unless this one has something newer. */
  private async follow(): Promise<void> {
    if (this.isChanged()) return void this.save();
    if (this.context.isInHand()) {
      this.context.clock.after(HAND_MS, () => void this.follow());
      return;
    }
    const id = this.id;
    if (id === null || this.isBusy) return;
    await this.attempt(async () => {
      const theirs = await this.readTheirs(id);
      if (theirs === null) return;
      // A hand was faster: what it does is saved on top.
      if (this.isChanged() || this.context.isInHand()) return this.layBy(theirs);
      this.kept = theirs.content;
      this.store.setState({ summary: theirs.summary });
      takeTheirs(this.context.document, theirs.content);
    });
    if (this.isChanged()) void this.save();
  }

  /** What another window has saved; null: it does not matter any more, or this window must not save over it. */
  private async readTheirs(id: string): Promise<Theirs | null> {
    const detail = await this.context.client.read(id);
    if (this.id !== id) return null;
    const salvaged = readSaved(detail);
    const { picture, timeline } = salvaged.document;
    const theirs = { summary: detail.summary, content: { picture, timeline } };
    if (salvaged.fault === null) return theirs;
    this.layBy(theirs);
    this.forget();
    this.context.onDamaged(detail.summary, salvaged);
    return null;
  }

  private layBy({ summary, content }: Theirs): void {
    layTheirs(this.context.document, content);
    this.kept = content;
    this.store.setState({ summary });
  }

  /** Runs what asks the server, one at a time, and says how it ended. */
  private attempt(work: () => Promise<void>): Promise<void> {
    if (!this.isBusy) this.work = this.run(work);
    return this.work;
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      this.noteProblem(error);
    } finally {
      this.isBusy = false;
    }
    const heard = this.heard;
    this.heard = null;
    if (heard) this.hear(heard);
    // What was changed meanwhile found the line taken.
    if (!this.isBusy) this.noteChange();
  }

  private noteProblem(problem: WendProblem): void {
    const { summary } = this.store.getState();
    if (problem.code === "document_not_found" && summary) {
      this.noteRemoved(summary.id);
      return;
    }
    if (!this.isChanged()) return;
    this.store.setState({ status: "failed", problem });
    this.timer ??= this.context.clock.after(RETRY_MS, () => {
      this.timer = null;
      void this.save();
    });
  }

  /** A document was deleted, here or in another window. */
  noteRemoved(id: string): void {
    const { summary } = this.store.getState();
    if (summary?.id !== id) return;
    this.removed = { summary, kept: this.kept, content: this.content() };
    this.forget();
    this.context.onRemoved(summary);
  }

  /** A document that was deleted is there again: this window's, where it still shows what it did then. */
  takeBack(restored: DocumentSummary): boolean {
    const now = this.content();
    const { summary, kept = null, content } = this.removed ?? {};
    if (this.id !== null || summary?.id !== restored.id) return false;
    if (!now || !content || !isSameContent(now, content)) return false;
    this.kept = kept;
    this.store.setState({ summary, status: "kept", problem: null });
    this.noteChange();
    this.hear(restored);
    return true;
  }

  private take(summary: DocumentSummary, content: Content): void {
    this.kept = content;
    this.store.setState({ summary, problem: null, status: "kept" });
    if (this.isChanged()) this.noteChange();
  }

  private isChanged(): boolean {
    const content = this.content();
    if (this.id === null || content === null) return false;
    return this.kept === null || !isSameContent(this.kept, content);
  }

  private content(): Content | null {
    const { picture, timeline } = this.context.document.getState();
    return picture && { picture, timeline };
  }

  private stopTimer(): void {
    this.timer?.();
    this.timer = null;
  }
}
