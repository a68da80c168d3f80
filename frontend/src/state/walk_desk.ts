/** The walk desk: what people do with walks: name, pin, hide, delete and take that back, send out and bring in. */

import { WendProblem } from "../protocol/http";
import type { WalkFormat, WalksClient } from "../protocol/walks";
import type { Edit, WalkPatch, WalkSummary } from "../protocol/wire";
import type { CatalogStore } from "./catalog";
import type { Desk } from "./desk";
import { commitDeed, type DocumentStore } from "./document";
import type { Editor } from "./editor";
import type { Live } from "./live";
import { Observable } from "./observable";
import { findEdit, withEdit, withoutEdit } from "./picture";

/** A walk that was deleted last, and all that is needed to have it back. */
export interface RemovedWalk {
  readonly model: string;
  readonly walk: WalkSummary;
  readonly file: Blob;
  /** How it stood in the picture. */
  readonly edit: Edit | null;
}

export interface WalkDeskContext {
  readonly client: WalksClient;
  readonly catalog: CatalogStore;
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly live: Live;
  readonly desk: Desk;
}

export class WalkDesk {
  /** What can be brought back; null once it was, or when nobody wants it. */
  readonly removed = new Observable<RemovedWalk | null>(null);
  private patched: Promise<boolean> = Promise.resolve(true);

  constructor(private readonly context: WalkDeskContext) {}

  rename(model: string, walk: WalkSummary, title: string): Promise<void> {
    return this.change(`Rename ${walk.title}`, model, walk, { title }, { title: walk.title });
  }

  pin(model: string, walk: WalkSummary, pinned: boolean): Promise<void> {
    const label = `${pinned ? "Keep" : "Do not keep"} ${walk.title}`;
    return this.change(label, model, walk, { pinned }, { pinned: !pinned });
  }

  hide(model: string, walk: WalkSummary, hidden: boolean): Promise<void> {
    const label = `${hidden ? "Hide" : "Show"} ${walk.title}`;
    return this.change(label, model, walk, { hidden }, { hidden: !hidden });
  }

  /** An empty name takes it out of the group it is in. */
  group(model: string, walk: WalkSummary, name: string): Promise<void> {
    const label = name === "" ? `Ungroup ${walk.title}` : `Group ${walk.title}`;
    return this.change(label, model, walk, { group: name }, { group: walk.group ?? "" });
  }

  /** Where a walk acts, as the server has measured it; null: that cannot be had now. */
  async whereOf(model: string, where: string): Promise<Blob | null> {
    try {
      return await this.context.client.whereOf(model, where);
    } catch (error) {
      // It is a hint beside the slider; what is wrong with the server is told elsewhere.
      if (!(error instanceof WendProblem)) throw error;
      return null;
    }
  }

  /** Takes a walk off the shelf and out of the picture; its file is kept here, so that it can come back. */
  remove(model: string, walk: WalkSummary): Promise<boolean> {
    const { client, catalog, document, editor } = this.context;
    return this.attempt(async () => {
      const file = await client.file(model, walk.id);
      await client.remove(model, walk.id);
      const { picture } = document.getState();
      const edit = (picture?.model === model && findEdit(picture, walk.id)) || null;
      if (edit) editor.commit(`Remove ${walk.title}`, withoutEdit(walk.id));
      setWalks(catalog, model, (walks) => walks.filter(({ id }) => id !== walk.id));
      this.removed.set({ model, walk, file, edit });
    });
  }

  /** Brings the walk deleted last back, to where it was. */
  bringBack(): Promise<boolean> {
    const { client, document, editor, catalog } = this.context;
    const removed = this.removed.get();
    if (!removed) return Promise.resolve(false);
    return this.attempt(async () => {
      const { walks } = await client.bring(removed.model, removed.file);
      this.removed.set(null);
      const back = walks[0];
      if (!back) return;
      setWalks(catalog, removed.model, (before) => [...before.filter(({ id }) => id !== back.id), back]);
      const { is_pinned, is_hidden, group } = removed.walk;
      if (is_pinned || is_hidden || group !== null) {
        const named = group === null ? {} : { group };
        await this.patch(removed.model, back, { pinned: is_pinned, hidden: is_hidden, ...named });
      }
      const isShown = document.getState().picture?.model === removed.model;
      if (isShown && removed.edit) {
        editor.commit(`Bring ${back.title} back`, withEdit({ ...removed.edit, walk: back.id }));
      }
    });
  }

  /** Saves a walk as a file of this computer, for any Wend or for other programs. */
  download(model: string, walk: WalkSummary, format: WalkFormat = "wend"): Promise<boolean> {
    const { client, desk } = this.context;
    const ending = format === "npy" ? "npy" : "safetensors";
    return this.attempt(async () => {
      const file = await client.file(model, walk.id, format);
      desk.save(file, `${model}-${walk.id.replaceAll("/", "-")}.${ending}`);
    });
  }

  /** Puts a walk on another model's shelf, where nobody knows yet how well it does. */
  copyTo(model: string, walk: WalkSummary, other: string): Promise<boolean> {
    const { client } = this.context;
    return this.attempt(async () => {
      const { walks } = await client.bring(other, await client.file(model, walk.id));
      this.tell(other, walks, `Choose ${other} to use it.`);
    });
  }

  private tell(model: string, walks: readonly WalkSummary[], hint: string): void {
    const names = walks.map(({ title }) => `“${title}”`).join(", ");
    const isForeign = walks.some((walk) => walk.is_foreign);
    this.context.live.notice.set({
      kind: "info",
      about: "file",
      code: "walks_brought",
      sentence: `${names} ${walks.length === 1 ? "is" : "are"} on the shelf of ${model}.`,
      hint: `${isForeign ? "Learned on another generator: how well it works here is not known. " : ""}${hint}`.trim(),
    });
  }

  /** Makes one step of the document of it, though the walk lies on the server. */
  private async change(
    label: string,
    model: string,
    walk: WalkSummary,
    after: Partial<WalkPatch>,
    before: Partial<WalkPatch>,
  ): Promise<void> {
    if (!(await this.patch(model, walk, after))) return;
    commitDeed(this.context.document, label, {
      undo: () => void this.patch(model, walk, before),
      redo: () => void this.patch(model, walk, after),
    });
  }

  /** Changes a walk without making a step of it, after what was asked before; returns whether it was done. */
  patch(model: string, walk: WalkSummary, patch: Partial<WalkPatch>): Promise<boolean> {
    const { client, catalog } = this.context;
    const work = () =>
      this.attempt(async () => {
        const changed = await client.patch(model, walk.id, patch);
        setWalks(catalog, model, (walks) => walks.map((each) => (each.id === changed.id ? changed : each)));
      });
    // Two that overtake each other would leave what was not asked for last.
    this.patched = this.patched.then(work, work);
    return this.patched;
  }

  /** Returns whether it was done; what went wrong is told. */
  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
      return false;
    }
  }
}

/** Changes the list at once; every browser, this one too, is told to fetch it anew. */
function setWalks(
  catalog: CatalogStore,
  model: string,
  change: (walks: readonly WalkSummary[]) => readonly WalkSummary[],
): void {
  catalog.setState(({ walks }) => {
    const list = walks[model];
    return list ? { walks: { ...walks, [model]: { ...list, walks: change(list.walks) } } } : {};
  });
}
