/** Masks: the picture's painted regions, their pixels fetched, kept by the server and made steps of the document. */

import { decodeGreyPng, encodeGreyPng, GreyPngInvalid } from "../protocol/grey_png";
import { WendProblem } from "../protocol/http";
import type { ImagesClient } from "../protocol/images";
import { MAX_MASKS, type Mask, type Picture } from "../protocol/wire";
import type { Desk } from "./desk";
import { type DocumentStore, homeOf, onPictureChange } from "./document";
import type { Editor } from "./editor";
import type { Live } from "./live";
import type { MaskImage } from "./mask_image";
import type { MaskViewStore } from "./mask_view";
import { Observable } from "./observable";
import type { Change } from "./picture";
import {
  findMask,
  freeName,
  nextName,
  tidyName,
  withMaskImage,
  withMaskName,
  withoutMask,
  withStill,
} from "./picture_masks";

export interface MasksContext {
  readonly client: ImagesClient;
  readonly document: DocumentStore;
  readonly editor: Editor;
  readonly view: MaskViewStore;
  readonly live: Live;
  readonly desk: Desk;
}

/** Masks whose pixels stay at hand: those of so many steps back and forth. */
const MAX_IMAGES = 200;

const NOT_THERE = "image_not_found";

/** What the hand painted last, which the server may not have yet. */
interface Painted {
  readonly name: string;
  readonly label: string;
  readonly image: MaskImage;
}

/** The server keeps pixels under a hash that only it knows: until it has answered, a stroke is no step yet. */
export class Masks {
  /** Counts up when pixels have come, or what is wanted of them changed. */
  readonly changes = new Observable(0);
  /** Strokes on their way to the server. */
  readonly isKeeping = new Observable(false);
  private readonly images = new Map<string, MaskImage>();
  private readonly asked = new Set<string>();
  private readonly queue: Painted[] = [];
  private worker: Promise<void> | null = null;
  /** Painted, but the server did not take it; it goes with the next stroke, or when the server is back. */
  private missed: readonly Painted[] = [];

  /** `onKept`: a mask was painted and has its place in the document. */
  constructor(
    private readonly context: MasksContext,
    private readonly onKept: (mask: Mask) => void,
  ) {
    onPictureChange(context.document, () => this.changes.set(this.changes.get() + 1));
  }

  get picture(): Picture | null {
    return this.context.document.getState().picture;
  }

  /** The name of the mask that is painted on. */
  get activeName(): string {
    const { active } = this.context.view.getState();
    return active ?? this.picture?.masks[0]?.name ?? nextName(this.picture);
  }

  get active(): Mask | null {
    return findMask(this.picture, this.activeName) ?? null;
  }

  /** What was painted on a mask and is on its way; null: nothing. */
  pendingOf(name: string): MaskImage | null {
    return [...this.missed, ...this.queue].findLast((painted) => painted.name === name)?.image ?? null;
  }

  /** Pixels at hand; null while they are fetched, which this begins. */
  imageOf(id: string): MaskImage | null {
    const image = this.images.get(id);
    if (image) return image;
    if (!this.asked.has(id)) {
      this.asked.add(id);
      void this.fetch(id);
    }
    return null;
  }

  /** Begins a new mask: it comes into the document with its first stroke. */
  begin(): void {
    if (this.isFull()) return;
    this.context.view.setState({ active: nextName(this.picture), isMasking: true });
  }

  /** Keeps what was painted and makes it one step. Strokes become steps in the order they were painted in. */
  keep(name: string, label: string, image: MaskImage): void {
    if (!findMask(this.picture, name) && this.isFull()) return;
    // What was painted before on the same mask is part of it now.
    this.queue.push(...this.missed.filter((painted) => painted.name !== name), { name, label, image });
    this.missed = [];
    this.isKeeping.set(true);
    this.worker ??= this.work();
  }

  /** When no stroke is on its way any more. */
  async settled(): Promise<void> {
    await this.worker;
  }

  /** The server is back: what it missed is kept. */
  resume(): void {
    for (const id of [...this.asked]) if (!this.images.has(id)) this.asked.delete(id);
    this.changes.set(this.changes.get() + 1);
    const last = this.missed.at(-1);
    if (last) this.keep(last.name, last.label, last.image);
  }

  /** A file becomes a mask of its own, named after it. */
  async bring(file: File): Promise<void> {
    const { client, editor, view } = this.context;
    if (this.isFull()) return;
    try {
      const { id } = await client.keepMask(file);
      const name = freeName(this.picture, file.name.replace(/\.[^.]+$/, "") || "Region");
      editor.commit(`Bring ${name}`, withMaskImage(name, id));
      view.setState({ active: name, isMasking: true });
      this.tellKept(name);
    } catch (error) {
      this.tell(error);
    }
  }

  async download(mask: Mask): Promise<void> {
    const { client, desk } = this.context;
    try {
      desk.save(await client.read(mask.image), `${mask.name.replace(/[^\p{L}\p{N} ._-]/gu, "-")}.png`);
    } catch (error) {
      this.tell(error);
    }
  }

  rename(mask: Mask, next: string): void {
    const { view } = this.context;
    const name = tidyName(next);
    if (name === "" || name === mask.name) return;
    if (findMask(this.picture, name)) {
      this.notify("mask_name_taken", `There is a region called “${name}” already.`, "Choose another name.");
      return;
    }
    const isActive = this.activeName === mask.name;
    this.change(`Rename ${mask.name}`, withMaskName(mask.name, name));
    view.setState(({ active, hidden }) => ({
      active: isActive ? name : active,
      hidden: hidden.map((each) => (each === mask.name ? name : each)),
    }));
  }

  remove(mask: Mask): void {
    this.change(`Delete ${mask.name}`, withoutMask(mask.name));
    if (this.context.view.getState().active === mask.name) this.context.view.setState({ active: null });
  }

  setStill(mask: Mask, isStill: boolean): void {
    this.change(`${isStill ? "Keep" : "Let go of"} ${mask.name}`, withStill(mask.name, isStill));
  }

  /** Makes a region of all that lies outside of one and keeps that still: what is moved then moves this one alone. */
  async keepElse(mask: Mask): Promise<void> {
    const { client } = this.context;
    const opened = this.opened;
    // What is outside is known once the last stroke is kept.
    await this.settled();
    if (this.opened !== opened) return;
    if (this.isFull()) return;
    try {
      const { image } = findMask(this.picture, mask.name) ?? mask;
      const { height, width, grey } = await decodeGreyPng(await client.read(image));
      const rest: MaskImage = { height, width, alpha: grey.map((value) => 255 - value) };
      const { id } = await client.keepMask(await encodeGreyPng(greyOf(rest)));
      this.remember(id, rest);
      // Another picture has nothing of this region.
      if (this.opened !== opened) return;
      const name = freeName(this.picture, `All but ${mask.name}`);
      this.change(`Keep all but ${mask.name}`, (picture) =>
        withStill(name, true)(withMaskImage(name, id)(picture)),
      );
    } catch (error) {
      this.tell(error);
    }
  }

  toggleHidden(mask: Mask): void {
    const { name } = mask;
    this.context.view.setState(({ hidden }) => ({
      hidden: hidden.includes(name) ? hidden.filter((each) => each !== name) : [...hidden, name],
    }));
  }

  /** Which document is open, with which model. */
  private get opened(): string {
    return `${homeOf(this.context.document.getState())} ${this.picture?.model}`;
  }

  private change(label: string, change: Change): void {
    this.context.editor.commit(label, change);
  }

  private async work(): Promise<void> {
    for (let painted = this.queue[0]; painted; painted = this.queue[0]) {
      try {
        const { id } = await this.context.client.keepMask(await encodeGreyPng(greyOf(painted.image)));
        this.remember(id, painted.image);
        this.queue.shift();
        this.change(painted.label, withMaskImage(painted.name, id));
        if (this.queue.length === 0) this.tellKept(painted.name);
      } catch (error) {
        // A mask's newest holds all that was painted before; nothing of it is lost while the page is open.
        this.missed = [...new Map(this.queue.map((each) => [each.name, each])).values()];
        this.queue.length = 0;
        this.tell(error);
      }
    }
    this.worker = null;
    this.isKeeping.set(false);
    this.changes.set(this.changes.get() + 1);
  }

  private tellKept(name: string): void {
    const mask = findMask(this.picture, name);
    if (mask) this.onKept(mask);
  }

  private async fetch(id: string): Promise<void> {
    try {
      const { height, width, grey } = await decodeGreyPng(await this.context.client.read(id));
      this.remember(id, { height, width, alpha: grey });
      this.changes.set(this.changes.get() + 1);
    } catch (error) {
      if (error instanceof WendProblem && error.code === NOT_THERE) this.tellMissing(id);
      else this.tell(error);
    }
  }

  /** As of a document that was painted on another server. */
  private tellMissing(id: string): void {
    const name = this.picture?.masks.find(({ image }) => image === id)?.name;
    if (name === undefined) return;
    const sentence = `What was painted as “${name}” is not on this server.`;
    this.notify(
      "mask_missing",
      sentence,
      "Delete the region and paint it anew, or bring it from a picture file.",
    );
  }

  private remember(id: string, image: MaskImage): void {
    this.images.delete(id);
    this.images.set(id, image);
    const [oldest] = this.images.keys();
    if (this.images.size > MAX_IMAGES && oldest !== undefined) {
      this.images.delete(oldest);
      this.asked.delete(oldest);
    }
  }

  /** Whether there is no room for one more, which it then tells. */
  private isFull(): boolean {
    const isFull = (this.picture?.masks.length ?? 0) >= MAX_MASKS;
    if (isFull)
      this.notify("too_many_masks", `A picture has at most ${MAX_MASKS} regions.`, "Delete one first.");
    return isFull;
  }

  private tell(error: unknown): void {
    if (error instanceof GreyPngInvalid) {
      this.notify("mask_unreadable", "A region cannot be read.", "Delete it.");
      return;
    }
    if (!(error instanceof WendProblem)) throw error;
    this.notify(error.code, error.sentence, error.hint);
  }

  private notify(code: string, sentence: string, hint: string): void {
    this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
  }
}

function greyOf({ height, width, alpha }: MaskImage) {
  return { height, width, grey: alpha };
}
