/** Board sets: what is drawn is kept on the server by itself, under a name, and found again there. */

import type { Clock } from "../protocol/clock";
import { GreyPngInvalid } from "../protocol/grey_png";
import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import type { SketchesClient } from "../protocol/sketches";
import type { SketchSetSummary } from "../protocol/wire";
import { activeOf, type BoardKind, type BoardStore, blank, drawnOf, isBlank, withKind } from "./board";
import { BoardImages } from "./board_images";
import type { KeyValueStorage } from "./kept";
import type { Live } from "./live";
import { Observable } from "./observable";

/** After the last stroke. */
const REST_MS = 500;
const RETRY_MS = 4000;
const KEY = "wend.board";
type Board = ReturnType<BoardStore["getState"]>;
const CONTENT = ["sketches", "name", "kind", "network"] as const;

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
  private readonly images: BoardImages;
  private stopWaiting: (() => void) | null = null;
  /** Something was changed that the server has not. */
  private isOwed = false;
  /** Saves, one behind the other. */
  private work: Promise<void> = Promise.resolve();
  /** The server did not answer, which was told. */
  private isAway = false;
  private isReading = false;
  /** Sets that were asked for; the newest is what is wanted. */
  private wishes = 0;

  constructor(private readonly context: BoardSetsContext) {
    this.images = new BoardImages(context.images);
    context.board.subscribe((state, before) => {
      const isChanged = CONTENT.some((part) => state[part] !== before[part]);
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

  /** Puts a kept set onto the board, once what is there is kept. */
  async read(set: SketchSetSummary): Promise<void> {
    this.wishes += 1;
    const wish = this.wishes;
    try {
      const sketches = await this.images.sketchesOf(set);
      if (!(await this.mayLeave(() => this.read(set))) || wish !== this.wishes) return;
      const { kind, name, extractor } = set;
      this.put(set, () => ({ kind, name, network: extractor ?? "", sketches, active: 0, tool: "pen" }));
    } catch (error) {
      if (error instanceof GreyPngInvalid) this.tellDamaged(set.name);
      else this.tell(error);
    }
  }

  /** A new, empty set, once the one before is kept. */
  async startNew(kind: BoardKind = this.context.board.getState().kind): Promise<void> {
    this.wishes += 1;
    const wish = this.wishes;
    if (!(await this.mayLeave(() => this.startNew(kind))) || wish !== this.wishes) return;
    const taken = new Set(this.listed.get()?.map(({ name }) => name));
    let name = "My sketches";
    for (let number = 2; taken.has(name); number++) name = `My sketches ${number}`;
    this.put(null, (state) => ({ ...withKind(state, kind), name, sketches: [blank(0, kind)], active: 0 }));
  }

  /** Deletes a set; what tells of it has the way back. */
  async remove(set: SketchSetSummary): Promise<void> {
    const { client, live } = this.context;
    // What is drawn last comes back with it.
    await this.saveNow();
    try {
      await client.remove(set.id);
    } catch (error) {
      this.tell(error);
      return;
    }
    const wasOpen = this.open.get()?.id === set.id;
    if (wasOpen) {
      this.drop();
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

  /** Whether the server has all that is drawn. */
  get isKept(): boolean {
    return this.how.get() === "nothing" || this.how.get() === "saved";
  }

  /** Saves what waits to be saved, and waits for it and for what is on its way. Whether all of it is kept. */
  async saveNow(): Promise<boolean> {
    await this.follow();
    // Of another window's set it has become one of its own, or something was drawn meanwhile.
    if (this.isOwed) await this.follow();
    return !this.isOwed;
  }

  /** The server is back. */
  resume(): void {
    if (this.how.get() === "failed") this.wait(0);
  }

  private wait(ms: number, how: SavedHow = "waiting"): void {
    this.stopWaiting?.();
    this.isOwed = true;
    this.how.set(how);
    this.stopWaiting = this.context.clock.after(ms, () => void this.follow());
  }

  /** Saves once what is on its way has its answer: two at once would be two sets. */
  private follow(): Promise<void> {
    const saved = this.work.then(() => (this.isOwed ? this.save() : undefined));
    this.work = saved.catch(() => undefined);
    return saved;
  }

  /** Nothing of what is on the board is saved any more. */
  private drop(): void {
    this.stopWaiting?.();
    this.stopWaiting = null;
    this.isOwed = false;
    this.how.set("nothing");
  }

  private async save(): Promise<void> {
    const { board, client } = this.context;
    const state = board.getState();
    const open = this.open.get();
    const drawn = drawnOf(state);
    this.drop();
    this.tellKept();
    if (drawn.length === 0 && !open) return;
    this.how.set(this.isAway ? "failed" : "saving");
    try {
      const content = await this.images.bodyOf(state, this.context.model());
      this.tellKept();
      // A set without a drawing is none: what was kept of it last stays.
      if (drawn.length > 0) {
        const kept = open
          ? await client.change(open.id, { base: open.revision, ...content })
          : await client.add(content);
        this.keepOpen(kept);
        this.listed.set([kept, ...(this.listed.get() ?? []).filter(({ id }) => id !== kept.id)]);
      }
      this.isAway = false;
      if (!this.isOwed) this.how.set("saved");
    } catch (error) {
      this.isOwed = true;
      this.how.set("failed");
      await this.answer(error);
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
    const isNews = !this.isAway;
    this.isAway = error.code === "unreachable";
    if (this.isAway) this.wait(RETRY_MS, "failed");
    if (isNews) this.tell(error);
  }

  /** Whether what is on the board is kept; if not, that is told, with the way to leave it all the same. */
  private async mayLeave(leave: () => Promise<void>): Promise<boolean> {
    if (await this.saveNow()) return true;
    const run = () => {
      this.drop();
      void leave();
    };
    this.context.live.notice.set({
      kind: "error",
      about: "file",
      code: "sketches_not_kept",
      sentence: "What is drawn is not kept on the server yet, and stays on the board.",
      hint: "Try again once the server answers.",
      actions: [{ label: "Discard what is drawn", run }],
    });
    return false;
  }

  private put(set: SketchSetSummary | null, change: (state: Board) => Partial<Board>): void {
    this.isReading = true;
    this.context.board.setState(change);
    this.isReading = false;
    this.keepOpen(set);
    this.how.set(set ? "saved" : "nothing");
    this.tellKept();
  }

  private tellKept(): void {
    const state = this.context.board.getState();
    const sketch = activeOf(state);
    if (isBlank(sketch, state.kind)) this.context.onKept(null);
    else if (state.kind === "pose") this.context.onKept(null);
    else {
      const hash = this.images.hashOf(sketch.image);
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
