/** The gallery: snapshots of the open document, kept beside it on the server. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { DocumentsClient } from "../protocol/documents";
import { WendProblem } from "../protocol/http";
import type { Picture, SnapshotSummary } from "../protocol/wire";
import { type CatalogState, type CatalogStore, titleOfCode } from "./catalog";
import type { DocumentStore } from "./document";
import type { DocumentDesk } from "./document_desk";
import type { Editor } from "./editor";
import type { Live, NoticeAction } from "./live";
import { seedOf } from "./picture";
import type { Saved } from "./saved";

export interface GalleryState {
  /** The newest first; null: they have not come yet. */
  readonly snapshots: readonly SnapshotSummary[] | null;
  readonly search: string;
  /** Ids of those that are compared, at most two; the present picture stands for one that is missing. */
  readonly compared: readonly string[];
}

export interface GalleryContext {
  readonly client: DocumentsClient;
  readonly saved: Saved;
  readonly documentDesk: Pick<DocumentDesk, "ensureSaved">;
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly catalog: CatalogStore;
  readonly live: Live;
}

const MAX_TITLE = 120;
const NOTHING: GalleryState = { snapshots: null, search: "", compared: [] };

export class Gallery {
  readonly store: StoreApi<GalleryState> = createStore<GalleryState>(() => NOTHING);
  private asked = 0;

  constructor(private readonly context: GalleryContext) {
    context.saved.store.subscribe(({ summary }, before) => {
      if (summary?.id !== before.summary?.id) this.store.setState(NOTHING);
      else if (summary?.gallery === before.summary?.gallery) return;
      if (summary !== null) void this.fetch();
      else this.asked += 1;
    });
  }

  /** Lays by what the stage shows; a document that was never saved is saved first. */
  take(): Promise<void> {
    const { picture } = this.context.editor;
    const { line, at } = this.context.document.getState();
    if (picture === null) return Promise.resolve();
    const title = nameSnapshot(picture, this.context.catalog.getState(), line[at]?.label);
    return this.attempt(async () => {
      const id = await this.context.documentDesk.ensureSaved();
      if (id === null) return;
      const snapshot = await this.context.client.takeSnapshot(id, title.slice(0, MAX_TITLE), picture);
      this.put(id, (snapshots) => [snapshot, ...snapshots.filter((each) => each.id !== snapshot.id)]);
      this.tell("snapshot_taken", `Snapshot “${snapshot.title}” taken.`, [
        { label: "Undo", run: () => void this.remove(snapshot, false, id) },
      ]);
    });
  }

  /** One step back brings what was there before. */
  restore(snapshot: SnapshotSummary): void {
    const { picture } = snapshot;
    if (picture !== null) this.context.editor.commit(`Snapshot “${snapshot.title}”`, () => picture);
  }

  rename(snapshot: SnapshotSummary, title: string): Promise<void> {
    const wanted = title.trim().slice(0, MAX_TITLE);
    const id = this.context.saved.id;
    if (wanted === "" || wanted === snapshot.title || id === null) return Promise.resolve();
    return this.attempt(async () => {
      const next = await this.context.client.renameSnapshot(id, snapshot.id, wanted);
      this.put(id, (snapshots) => snapshots.map((each) => (each.id === next.id ? next : each)));
    });
  }

  /** `id`: the document that it lies beside. */
  remove(snapshot: SnapshotSummary, isTold = true, id = this.context.saved.id): Promise<void> {
    if (id === null) return Promise.resolve();
    return this.attempt(async () => {
      await this.context.client.removeSnapshot(id, snapshot.id);
      this.put(id, (snapshots) => snapshots.filter((each) => each.id !== snapshot.id));
      const { compared } = this.store.getState();
      this.store.setState({ compared: compared.filter((each) => each !== snapshot.id) });
      if (!isTold) return;
      const back = async () => {
        const there = await this.context.client.restoreSnapshot(id, snapshot.id);
        this.put(id, (snapshots) => sorted([there, ...snapshots.filter((each) => each.id !== there.id)]));
      };
      this.tell("snapshot_removed", `Snapshot “${snapshot.title}” deleted.`, [
        { label: "Undo", run: () => void this.attempt(back) },
      ]);
    });
  }

  search(text: string): void {
    this.store.setState({ search: text });
  }

  /** Chooses one to compare, or lets go of it; of three the one chosen first goes. */
  toggleCompared(id: string): void {
    const { compared } = this.store.getState();
    const others = compared.filter((each) => each !== id);
    this.store.setState({ compared: others.length < compared.length ? others : [...others, id].slice(-2) });
  }

  /** Tries again what did not come. */
  fetch(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    const id = this.context.saved.id;
    if (id === null) return Promise.resolve();
    return this.attempt(async () => {
      const { snapshots } = await this.context.client.snapshots(id);
      if (question === this.asked) this.store.setState({ snapshots });
    });
  }

  private put(
    id: string,
    change: (snapshots: readonly SnapshotSummary[]) => readonly SnapshotSummary[],
  ): void {
    if (this.context.saved.id !== id) return;
    this.store.setState(({ snapshots }) => ({ snapshots: change(snapshots ?? []) }));
  }

  private tell(code: string, sentence: string, actions: readonly NoticeAction[]): void {
    this.context.live.notice.set({ kind: "info", about: "file", code, sentence, hint: "", actions });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
    }
  }
}

/** The step that a picture with moved sliders ended with; of any other its seed. */
function nameSnapshot(picture: Picture, catalog: CatalogState, label = ""): string {
  if (picture.edits.some(({ alpha }) => alpha !== 0) && label !== "" && label !== "Opened") return label;
  const { latent } = picture;
  if (latent.kind === "code") return titleOfCode(catalog, latent.code) ?? "Found latent";
  return `Seed ${seedOf(picture)}`;
}

/** Those whose title holds every word that is looked for. */
export function foundSnapshots({ snapshots, search }: GalleryState): readonly SnapshotSummary[] {
  const words = search.toLowerCase().split(/\s+/);
  return (snapshots ?? []).filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
}

/** What is compared with what: those chosen, in the order they were, or one with the present picture. */
export function comparedPictures(
  { snapshots, compared }: GalleryState,
  present: Picture | null,
): readonly { readonly title: string; readonly picture: Picture }[] {
  const chosen = compared.flatMap((id) => {
    const found = snapshots?.find((each) => each.id === id);
    return found?.picture ? [{ title: found.title, picture: found.picture }] : [];
  });
  if (chosen.length === 2 || present === null) return chosen;
  return [...chosen, { title: "Now", picture: present }];
}

function sorted(snapshots: readonly SnapshotSummary[]): readonly SnapshotSummary[] {
  return [...snapshots].sort((a, b) => b.created.localeCompare(a.created));
}
