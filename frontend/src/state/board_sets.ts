/** Board sets: what is drawn is kept on the server by itself, under a name, and found again there. */

import type { Clock } from "../protocol/clock";
import { decodeGreyPng, encodeGreyPng, GreyPngInvalid } from "../protocol/grey_png";
import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import type { SketchesClient } from "../protocol/sketches";
import type { SketchBody, SketchSetSummary } from "../protocol/wire";
import {
  activeOf,
  atBoardSize,
  type BoardState,
  type BoardStore,
  blank,
  type Content,
  drawnOf,
  isBlank,
} from "./board";
import type { KeyValueStorage } from "./kept";
import type { Live } from "./live";
import type { MaskImage } from "./mask_image";
import { Observable } from "./observable";

/** After the last stroke. */
const REST_MS = 500;
const RETRY_MS = 4000;
const KEY = "wend.board";

export type SavedHow = "nothing" | "waiting" | "saving" | "saved" | "failed";

export interface BoardSetsContext {
  readonly board: BoardStore;
  readonly images: Pick<ImagesClient, "keepSketch" | "keepLabels" | "read">;
  readonly client: SketchesClient;
  readonly live: Live;
  readonly clock: Clock;
  readonly storage: KeyValueStorage;
  /** The model on the stage. */
  readonly model: () => string | null;
  /** Told of the hash of the drawing under the pen, or null while it is blank. */
  readonly onKept: (drawing: string | null) => void;
}

export class BoardSets {
  /** The set that is open; null until something is drawn. */
  readonly open = new Observable<SketchSetSummary | null>(null);
  readonly how = new Observable<SavedHow>("nothing");
  /** All sets of the server; null until they came. */
  readonly listed = new Observable<readonly SketchSetSummary[] | null>(null);
  private readonly hashes = new WeakMap<MaskImage, string>();
  private stopWaiting: (() => void) | null = null;
  private isSaving = false;
  private isReading = false;

  constructor(private readonly context: BoardSetsContext) {
    context.board.subscribe((state, before) => {
      const isChanged =
        state.sketches !== before.sketches || state.name !== before.name || state.kind !== before.kind;
      if (this.isReading) return;
      if (isChanged) this.wait(REST_MS);
      else if (state.active !== before.active) this.tellKept();
    });
  }

  /** Fetches the list, and, the first time, the set that this window had open. */
  async begin(): Promise<void> {
    await this.list();
    const id = this.context.storage.getItem(KEY);
    if (id && this.open.get() === null && drawnOf(this.context.board.getState()).length === 0) {
      const known = this.listed.get()?.find((each) => each.id === id);
      if (known) await this.read(known);
    }
  }

  async list(): Promise<void> {
    try {
      this.listed.set((await this.context.client.sets()).sets);
    } catch (error) {
      this.tell(error);
    }
  }

  /** Puts a kept set onto the board. */
  async read(set: SketchSetSummary): Promise<void> {
    const { board, images } = this.context;
    await this.saveNow();
    try {
      const contents = await Promise.all(
        set.drawings.map(async (id): Promise<Content> => {
          const { height, width, grey } = await decodeGreyPng(await images.read(id));
          const alpha = set.kind === "labels" ? grey : grey.map((value) => 255 - value);
          const kept = { height, width, alpha };
          const image = atBoardSize(kept, set.kind);
          // The drawing as it is kept already: nothing of it is sent again until it is changed.
          this.hashes.set(image, id);
          return { image, pose: [] };
        }),
      );
      const poses = set.poses.map((pose): Content => ({ ...blank(0, "pose"), pose }));
      const sketches = [...contents, ...poses].map((content, key) => ({
        ...blank(key, set.kind),
        ...content,
      }));
      this.isReading = true;
      board.setState({ kind: set.kind, name: set.name, sketches, active: 0, tool: "pen" });
      this.isReading = false;
      this.keepOpen(set);
      this.how.set("saved");
      this.tellKept();
    } catch (error) {
      this.isReading = false;
      if (error instanceof GreyPngInvalid) this.tellDamaged(set.name);
      else this.tell(error);
    }
  }

  /** A new, empty set; the one before is kept. */
  async startNew(): Promise<void> {
    const { board } = this.context;
    await this.saveNow();
    const taken = new Set(this.listed.get()?.map(({ name }) => name));
    let name = "My sketches";
    for (let number = 2; taken.has(name); number++) name = `My sketches ${number}`;
    this.isReading = true;
    board.setState((state) => ({ name, sketches: [blank(0, state.kind)], active: 0 }));
    this.isReading = false;
    this.keepOpen(null);
    this.how.set("nothing");
    this.tellKept();
  }

  /** Deletes a set; what tells of it has the way back. */
  async remove(set: SketchSetSummary): Promise<void> {
    const { client, live } = this.context;
    try {
      await client.remove(set.id);
    } catch (error) {
      this.tell(error);
      return;
    }
    const wasOpen = this.open.get()?.id === set.id;
    if (wasOpen) {
      this.stopWaiting?.();
      this.keepOpen(null);
      await this.startNew();
    }
    await this.list();
    const restore = async () => {
      try {
        const back = await client.restore(set.id);
        await this.list();
        if (wasOpen) await this.read(back);
        live.notice.set(null);
      } catch (error) {
        this.tell(error);
      }
    };
    live.notice.set({
      kind: "info",
      about: "file",
      code: "sketches_deleted",
      sentence: `${set.name} is deleted.`,
      hint: "It can be had back for 30 days.",
      actions: [{ label: "Undo", run: () => void restore() }],
    });
  }

  /** Saves what waits to be saved, and waits for it. */
  async saveNow(): Promise<void> {
    if (!this.stopWaiting) return;
    this.stopWaiting();
    this.stopWaiting = null;
    await this.save();
  }

  /** The server is back. */
  resume(): void {
    if (this.how.get() === "failed") this.wait(0);
  }

  private wait(ms: number): void {
    this.stopWaiting?.();
    this.how.set("waiting");
    this.stopWaiting = this.context.clock.after(ms, () => {
      this.stopWaiting = null;
      if (this.isSaving) this.wait(REST_MS);
      else void this.save();
    });
  }

  private async save(): Promise<void> {
    const { board, client } = this.context;
    const state = board.getState();
    const open = this.open.get();
    const drawn = drawnOf(state);
    this.tellKept();
    if (drawn.length === 0 && !open) {
      this.how.set("nothing");
      return;
    }
    this.isSaving = true;
    this.how.set("saving");
    try {
      const content = await this.contentOf(state);
      this.tellKept();
      // A set without a drawing is none: what was kept of it last stays.
      if (drawn.length > 0) {
        const kept = open
          ? await client.change(open.id, { base: open.revision, ...content })
          : await client.add(content);
        this.keepOpen(kept);
        this.listed.set([kept, ...(this.listed.get() ?? []).filter(({ id }) => id !== kept.id)]);
      }
      if (!this.stopWaiting) this.how.set("saved");
    } catch (error) {
      this.how.set("failed");
      await this.answer(error);
    } finally {
      this.isSaving = false;
    }
  }

  /** What was drawn is never lost to another window: it goes on as a set of its own. */
  private async answer(error: unknown): Promise<void> {
    if (!(error instanceof WendProblem)) throw error;
    if (error.code === "sketch_set_changed" || error.code === "sketch_set_not_found") {
      this.keepOpen(null);
      this.wait(0);
      this.context.live.notice.set({
        kind: "info",
        about: "file",
        code: error.code,
        sentence: "These sketches were changed or deleted in another window.",
        hint: "What is drawn here is kept as a set of its own.",
      });
      await this.list();
      return;
    }
    if (error.code === "unreachable") this.wait(RETRY_MS);
    this.tell(error);
  }

  private async contentOf(state: BoardState): Promise<SketchBody> {
    const drawn = drawnOf(state);
    const { kind, name } = state;
    const base = { name: name.trim() || "My sketches", kind, extractor: null, model: this.context.model() };
    if (kind === "pose") return { ...base, drawings: [], poses: drawn.map(({ pose }) => pose) };
    const drawings: string[] = [];
    for (const { image } of drawn) drawings.push(await this.keep(image, kind === "labels"));
    return { ...base, drawings, poses: [] };
  }

  private async keep(image: MaskImage, areLabels: boolean): Promise<string> {
    const known = this.hashes.get(image);
    if (known) return known;
    const { images } = this.context;
    const { height, width, alpha } = image;
    const grey = areLabels ? alpha : alpha.map((value) => 255 - value);
    const file = await encodeGreyPng({ height, width, grey });
    const { id } = areLabels ? await images.keepLabels(file) : await images.keepSketch(file, "drawn");
    this.hashes.set(image, id);
    return id;
  }

  private tellKept(): void {
    const state = this.context.board.getState();
    const sketch = activeOf(state);
    if (isBlank(sketch, state.kind)) this.context.onKept(null);
    else if (state.kind === "pose") this.context.onKept(null);
    else {
      const hash = this.hashes.get(sketch.image);
      if (hash) this.context.onKept(hash);
    }
  }

  private keepOpen(set: SketchSetSummary | null): void {
    this.open.set(set);
    this.context.storage.setItem(KEY, set?.id ?? "");
  }

  private tell(error: unknown): void {
    if (!(error instanceof WendProblem)) throw error;
    const { code, sentence, hint } = error;
    this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
  }

  private tellDamaged(name: string): void {
    this.context.live.notice.set({
      kind: "error",
      about: "file",
      code: "image_invalid",
      sentence: `A drawing of ${name} cannot be read.`,
      hint: "The set is as it was; delete it, or draw it again.",
    });
  }
}
