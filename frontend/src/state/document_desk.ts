/** The document desk: saved documents as people handle them, each act with the words for how it ended. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentsClient } from "../protocol/documents";
import { WendProblem } from "../protocol/http";
import type { DocumentSummary } from "../protocol/wire";
import { type CatalogStore, findModel, titleOfCode } from "./catalog";
import type { DocumentStore } from "./document";
import type { Live, NoticeAction } from "./live";
import { tellFault } from "./opening";
import { seedOf } from "./picture";
import type { Salvaged } from "./salvage";
import type { Saved } from "./saved";

export interface DocumentsState {
  /** The newest change first; null: they have not come yet. */
  readonly listed: readonly DocumentSummary[] | null;
  readonly search: string;
  /** Whether the server has older ones than those listed. */
  readonly hasMore: boolean;
  /** They were asked for, and did not come. */
  readonly isMissing: boolean;
}

export interface DocumentDeskContext {
  readonly client: DocumentsClient;
  readonly saved: Saved;
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
}

/** As many as the server lists at once. */
const PAGE = 100;
const MAX_NAME = 120;

export class DocumentDesk {
  readonly store: StoreApi<DocumentsState> = createStore<DocumentsState>(() => ({
    listed: null,
    search: "",
    hasMore: false,
    isMissing: false,
  }));
  private asked = 0;

  constructor(private readonly context: DocumentDeskContext) {}

  // -- the list ---------------------------------------------------------------------------------

  /** Lists what is saved; of two questions the later one's answer stays. */
  list(search = this.store.getState().search): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    this.store.setState({ search });
    return this.attempt(async () => {
      try {
        const { documents } = await this.context.client.list(search);
        if (question !== this.asked) return;
        this.store.setState({ listed: documents, hasMore: documents.length >= PAGE, isMissing: false });
      } catch (error) {
        this.store.setState({ isMissing: true });
        throw error;
      }
    });
  }

  listMore(): Promise<void> {
    const { listed, search } = this.store.getState();
    const last = listed?.at(-1);
    if (listed === null || last === undefined) return Promise.resolve();
    const question = this.asked;
    return this.attempt(async () => {
      const { documents } = await this.context.client.list(search, last);
      if (question !== this.asked) return;
      // One that was changed meanwhile has moved to the front.
      const known = new Set(listed.map(({ id }) => id));
      const older = documents.filter(({ id }) => !known.has(id));
      this.store.setState({ listed: [...listed, ...older], hasMore: documents.length >= PAGE });
    });
  }

  /** The server tells of a document: a list that is open keeps up. */
  hear(summary: DocumentSummary): void {
    const { listed, search } = this.store.getState();
    if (listed === null) return;
    const others = listed.filter(({ id }) => id !== summary.id);
    const name = summary.name.toLowerCase();
    const isWanted = search
      .toLowerCase()
      .split(/\s+/)
      .every((word) => name.includes(word));
    const next = isWanted ? [summary, ...others] : others;
    this.store.setState({ listed: next.sort((a, b) => b.changed.localeCompare(a.changed)) });
  }

  hearRemoved(id: string): void {
    const { listed } = this.store.getState();
    if (listed) this.store.setState({ listed: listed.filter((each) => each.id !== id) });
  }

  // -- acts -------------------------------------------------------------------------------------

  /** Saves at once; for the first time under a name made of the picture. */
  save(): Promise<void> {
    return this.attempt(async () => {
      if (this.context.saved.id !== null) return await this.context.saved.finish();
      const summary = await this.context.saved.create(this.suggestedName());
      if (summary === null) return;
      this.tell("saved", `Saved as “${summary.name}”.`, "From now on every change is saved by itself.");
    });
  }

  /** The document that is open, saved first where it is not yet; null where that failed. */
  async ensureSaved(): Promise<string | null> {
    if (this.context.saved.id === null) await this.save();
    return this.context.saved.id;
  }

  open(id: string): Promise<void> {
    return this.attempt(async () => {
      if (this.context.saved.id === id) return;
      const { live, saved } = this.context;
      const name = this.store.getState().listed?.find((each) => each.id === id)?.name;
      const words = name === undefined ? "Opening the document…" : `Opening “${name}”…`;
      tellFault(live, await live.during(words, saved.open(id)), true);
    });
  }

  rename(id: string, name: string): Promise<void> {
    const wanted = name.trim().slice(0, MAX_NAME);
    if (wanted === "") return Promise.resolve();
    return this.attempt(async () => {
      const summary = await this.context.client.rename(id, wanted);
      this.context.saved.hear(summary);
      this.hear(summary);
    });
  }

  duplicate(id: string): Promise<void> {
    return this.attempt(async () => {
      if (this.context.saved.id === id) await this.context.saved.finish();
      const copy = await this.context.client.duplicate(id);
      this.hear(copy);
      this.tell("duplicated", `“${copy.name}” is there.`, "", {
        label: "Open it",
        run: () => void this.open(copy.id),
      });
    });
  }

  remove({ id, name }: DocumentSummary): Promise<void> {
    return this.attempt(async () => {
      const isOpen = this.context.saved.id === id;
      if (isOpen) await this.context.saved.finish();
      await this.context.client.remove(id);
      this.hearRemoved(id);
      // The socket may have told of it by now.
      this.context.saved.noteRemoved(id);
      this.tellRemoved(id, name, isOpen);
    });
  }

  /**
   * What is open becomes nobody's: what comes next must not be saved in its place. Resolves to whether it did; what
   * cannot be saved stays open, and that is told.
   */
  async leave(): Promise<boolean> {
    if (!(await this.secure())) return false;
    const left = await this.context.saved.leave();
    if (left === null) return true;
    this.tell("document_left", `“${left.name}” is saved, and closed.`, "", {
      label: "Back to it",
      run: () => void this.open(left.id),
    });
    return true;
  }

  /** Saves what is open; what cannot be saved stays open, and that is told. Resolves to whether it is saved. */
  async secure(): Promise<boolean> {
    const { saved } = this.context;
    try {
      await saved.finish();
      return true;
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { id } = saved;
      this.tellProblem(error, {
        label: "Close it unsaved",
        run: () => {
          if (saved.id === id) saved.forget();
        },
      });
      return false;
    }
  }

  /** It was deleted elsewhere, or here. */
  tellRemoved(id: string, name: string, wasOpen: boolean): void {
    const hint = wasOpen ? "What you see stays in the address." : "";
    this.tell("document_removed", `“${name}” was deleted.`, hint, {
      label: "Undo",
      run: () =>
        void this.attempt(async () => {
          const summary = await this.context.client.restore(id);
          this.hear(summary);
          if (!wasOpen || this.context.saved.takeBack(summary)) return;
          this.tell("document_restored", `“${summary.name}” is there again.`, "", {
            label: "Open it",
            run: () => void this.open(id),
          });
        }),
    });
  }

  /** Another window saved what cannot all be read: what is open here is a copy from now on. */
  tellDamaged(name: string, { fault }: Salvaged): void {
    this.context.live.notice.set({
      kind: "error",
      about: "file",
      code: "document_damaged",
      sentence:
        `“${name}” was changed in another window, and not all of that can be read. ${fault ?? ""}`.trim(),
      hint: "The saved one stays as it is; what you see is a copy, kept in the address alone.",
    });
  }

  /** What was left has not all been saved. */
  tellOwed({ name }: DocumentSummary, { code, sentence }: WendProblem): void {
    const hint = "It is tried again for as long as this page is open.";
    this.tellProblem(new WendProblem(code, `“${name}” is not all saved yet. ${sentence}`, hint));
  }

  private suggestedName(): string {
    const { picture } = this.context.document.getState();
    if (picture === null) return "Untitled";
    const catalog = this.context.catalog.getState();
    const title = findModel(catalog, picture.model)?.title ?? picture.model;
    const { latent } = picture;
    const found = latent.kind === "code" && (titleOfCode(catalog, latent.code) ?? "a found latent");
    const what = found || `seed ${seedOf(picture)}`;
    return `${title}, ${what}`.slice(0, MAX_NAME);
  }

  private tell(code: string, sentence: string, hint: string, action?: NoticeAction): void {
    const actions = action ? [action] : [];
    this.context.live.notice.set({ kind: "info", about: "file", code, sentence, hint, actions });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      this.tellProblem(error);
    }
  }

  private tellProblem({ code, sentence, hint }: WendProblem, action?: NoticeAction): void {
    const actions = action ? [action] : [];
    this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint, actions });
  }
}
