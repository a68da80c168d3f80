/** Saved: the document that this window keeps on the server, saved by itself and live in every window. */

import type { StoreApi } from "zustand/vanilla";
import { WendProblem } from "../protocol/http";
import type { DocumentSummary } from "../protocol/wire";
import { Alarm } from "./alarm";
import { type Content, contentOf, homeOf, onContentChange, openDocument } from "./document";
import { Errands } from "./errands";
import { type Mooring, Moorings } from "./moorings";
import { Owed } from "./owed";
import { RemovedDocument } from "./removed_document";
import type { Salvaged } from "./salvage";
import { asDocument, layTheirs, readSaved, takeTheirs } from "./saved_content";
import type { SavedContext, SavedState, Theirs } from "./saved_state";

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
  readonly store: StoreApi<SavedState>;
  readonly moorings: Moorings;
  private readonly owed: Owed;
  /** What this window asks of the server now, to its end, and of which document. */
  private readonly errands = new Errands((problem) => this.handleEnd(problem));
  private asked: Mooring | null = null;
  private readonly alarm: Alarm;
  /** It is being saved for the first time. */
  private creating: Promise<DocumentSummary | null> | null = null;
  /** The one that is being saved for the first time, and what it showed last, once it was left. */
  private begun: { readonly home: number; left: Content | null } | null = null;
  private readonly removed: RemovedDocument;
  /** The newest that was heard of while this window was busy. */
  private heard: DocumentSummary | null = null;

  constructor(private readonly context: SavedContext) {
    this.moorings = new Moorings(context.document);
    this.store = this.moorings.store;
    this.removed = new RemovedDocument(this.moorings);
    this.alarm = new Alarm(context.clock, () => void this.save());
    this.owed = new Owed(context);
    context.document.subscribe((state, before) => {
      const { picture } = before;
      if (homeOf(state) === homeOf(before)) return;
      const left = picture && contentOf({ ...before, picture });
      if (this.begun !== null && this.begun.home === homeOf(before)) this.begun.left = left;
      this.move(left);
    });
    onContentChange(context.document, () => this.noteChange());
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
    const { home, content } = this.moorings;
    if (content === null || home === null) return null;
    this.begun = { home, left: null };
    try {
      const summary = await this.context.client.add(name, asDocument(content));
      const mooring = this.moorings.put(home, summary, content);
      const { left } = this.begun;
      // It was changed, and left, before the answer.
      if (home !== this.moorings.home && left !== null) this.owed.add(mooring, left, this.errands.idle());
      this.noteChange();
      return summary;
    } finally {
      this.begun = null;
    }
  }

  /** Opens a saved document; what is open is saved first. Throws `WendProblem`, and then nothing changes. */
  async open(id: string): Promise<Salvaged> {
    await this.finish();
    await this.owed.settle(id);
    const detail = await this.context.client.read(id);
    const salvaged = readSaved(detail);
    // The hand went on while the answer was on its way.
    await this.finish();
    const content = contentOf(salvaged.document);
    openDocument(this.context.document, content.picture, content.timeline, content.controls);
    const { home } = this.moorings;
    // A damaged one is opened as a copy: saved by itself, what could not be read would be lost for good.
    if (salvaged.fault === null && home !== null) {
      this.moorings.put(home, detail.summary, content);
    }
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
    this.alarm.stop();
    this.heard = null;
    this.moorings.forget();
  }

  /** The history went to another document; `left`: what the one before showed last. */
  private move(left: Content | null): void {
    const [before, here] = this.moorings.move();
    if (before === here) return;
    this.alarm.stop();
    this.heard = null;
    if (before !== null && left !== null) this.owed.add(before, left, this.errands.idle());
    if (here === null) return;
    this.owed.drop(here);
    this.noteChange();
    // Other windows may have gone on with it.
    void this.errands.idle().then(() => this.look());
  }

  /** Saves at once what has not been saved. Throws `WendProblem` where it cannot be. */
  async finish(): Promise<void> {
    // Who asked for the first save is told how it ended.
    await this.creating?.catch(() => undefined);
    for (;;) {
      this.alarm.stop();
      await this.errands.idle();
      if (!this.moorings.isChanged) return;
      await this.save();
      const { problem } = this.store.getState();
      if (problem !== null && this.moorings.isChanged) throw problem;
    }
  }

  /** What the server has not got yet: of the present document, and of those that were left. */
  get unsaved(): readonly (readonly [DocumentSummary, Content])[] {
    const { here, content, isChanged } = this.moorings;
    const left = this.owed.left();
    return here !== null && content !== null && isChanged ? [[here.summary, content], ...left] : left;
  }

  /** A line to the server is open again. */
  resume(): void {
    this.owed.resume();
    this.look();
  }

  /** Asks for what other windows have saved, once this one has. */
  private look(): void {
    const { summary, status } = this.store.getState();
    if (summary === null) return;
    if (status !== "kept") void this.save();
    else void this.attempt(async () => this.hear((await this.context.client.read(summary.id)).summary));
  }

  /** The server tells of a document. */
  hear(summary: DocumentSummary): void {
    const own = this.store.getState().summary;
    if (own?.id !== summary.id) return;
    if (this.errands.isBusy) {
      this.heard = summary;
      return;
    }
    if (summary.revision > own.revision) void this.follow();
    else if (summary.revision === own.revision) this.moorings.name(summary);
  }

  private noteChange(): void {
    if (this.moorings.here === null || this.moorings.content === null) return;
    if (!this.moorings.isChanged) {
      if (!this.errands.isBusy) this.store.setState({ status: "kept", problem: null });
      return;
    }
    if (this.store.getState().status === "kept") this.store.setState({ status: "changed" });
    this.alarm.set(REST_MS);
  }

  /** Saves until nothing is left to be saved; what fails is tried again. */
  async save(): Promise<void> {
    if (this.errands.isBusy) return;
    this.alarm.stop();
    await this.attempt(async () => {
      while (this.moorings.isChanged) await this.saveOnce();
    });
  }

  private async saveOnce(): Promise<void> {
    const { here, content } = this.moorings;
    if (here === null || content === null) return;
    this.store.setState({ status: "saving" });
    const { id, revision } = here.summary;
    try {
      const next = await this.context.client.save(id, revision, asDocument(content));
      this.moorings.take(here, next, content);
    } catch (error) {
      if (!(error instanceof WendProblem) || error.code !== "document_changed") throw error;
      // Somebody was first: theirs is laid by, and this one, which is newer, goes on top of it.
      const theirs = await this.readTheirs(id);
      if (theirs !== null) this.layBy(theirs);
    }
  }

  /** Takes over what another window has saved, unless this one has something newer. */
  private async follow(): Promise<void> {
    if (this.moorings.isChanged) return void this.save();
    if (this.context.isInHand()) {
      this.context.clock.after(HAND_MS, () => void this.follow());
      return;
    }
    const { id } = this;
    if (id === null || this.errands.isBusy) return;
    await this.attempt(async () => {
      const theirs = await this.readTheirs(id);
      if (theirs === null) return;
      // A hand was faster: what it does is saved on top.
      if (this.moorings.isChanged || this.context.isInHand()) return this.layBy(theirs);
      this.moorings.know(theirs);
      takeTheirs(this.context.document, theirs.content);
    });
    if (this.moorings.isChanged) void this.save();
  }

  /** What another window has saved; null: it does not matter any more, or this window must not save over it. */
  private async readTheirs(id: string): Promise<Theirs | null> {
    const detail = await this.context.client.read(id);
    if (this.id !== id) return null;
    const salvaged = readSaved(detail);
    const theirs = { summary: detail.summary, content: contentOf(salvaged.document) };
    if (salvaged.fault === null) return theirs;
    this.layBy(theirs);
    this.forget();
    this.context.onDamaged(detail.summary, salvaged);
    return null;
  }

  private layBy(theirs: Theirs): void {
    layTheirs(this.context.document, theirs.content);
    this.moorings.know(theirs);
  }

  private attempt(work: () => Promise<void>): Promise<void> {
    if (!this.errands.isBusy) this.asked = this.moorings.here;
    return this.errands.attempt(work);
  }

  private handleEnd(problem: WendProblem | null): void {
    // What was left meanwhile is owed, and sent on.
    if (problem !== null && this.asked === this.moorings.here) this.noteProblem(problem);
    const { heard } = this;
    this.heard = null;
    if (heard) this.hear(heard);
    // What was changed meanwhile found the line taken.
    if (!this.errands.isBusy) this.noteChange();
  }

  private noteProblem(problem: WendProblem): void {
    const { summary } = this.store.getState();
    if (problem.code === "document_not_found" && summary) {
      this.noteRemoved(summary.id);
      return;
    }
    if (!this.moorings.isChanged) return;
    this.store.setState({ status: "failed", problem });
    this.alarm.set(RETRY_MS);
  }

  /** A document was deleted, here or in another window. */
  noteRemoved(id: string): void {
    const summary = this.removed.note(id);
    if (summary === null) return;
    this.alarm.stop();
    this.heard = null;
    this.context.onRemoved(summary);
  }

  /** A document that was deleted is there again: this window's, where it still shows what it did then. */
  takeBack(restored: DocumentSummary): boolean {
    if (!this.removed.takeBack(restored)) return false;
    this.noteChange();
    this.hear(restored);
    return true;
  }
}
