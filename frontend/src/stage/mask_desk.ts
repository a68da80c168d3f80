/** The mask desk: the mask that is painted on, with the stroke that is under way. */

import type { Live } from "../state/live";
import type { MaskActs, MaskChange } from "../state/mask_commands";
import { emptyMask, insideOf, type MaskImage } from "../state/mask_image";
import type { Masks } from "../state/masks";
import { Observable } from "../state/observable";
import type { ImagePx, Size } from "./geometry";
import {
  type Area,
  copyOf,
  feather,
  fitMask,
  invert,
  isSameMask,
  layCover,
  uniteAreas,
  wholeArea,
} from "./mask_buffer";
import { grow } from "./mask_distance";
import type { Shape } from "./mask_tools";

export interface MaskDeskContext {
  readonly masks: Masks;
  readonly live: Live;
  /** Size of the picture in its own pixels; null before it is known. */
  readonly pictureSize: () => Size<ImagePx> | null;
  readonly showWhole: () => void;
}

interface Stroke {
  readonly name: string;
  readonly base: MaskImage;
  /** What the stroke covers so far. */
  readonly cover: MaskImage;
  /** `base` with the cover on it. */
  readonly result: MaskImage;
  readonly isTaking: boolean;
  /** All that it has touched. */
  area: Area | null;
}

const WORDS: Readonly<Record<MaskChange, string>> = {
  feather: "Feather",
  grow: "Grow",
  shrink: "Shrink",
  invert: "Invert",
  clear: "Clear",
};

/** Shares of the picture's shorter side, at least a pixel: one press is seen at every size. */
const GROW_SHARE = 1 / 100;
const FEATHER_SHARE = 1 / 64;

/** Nothing here draws, and nothing is a step of the document before the hand lets go. */
export class MaskDesk implements MaskActs {
  /** Counts up whenever `shown` has changed. */
  readonly changes = new Observable(0);
  private stroke: Stroke | null = null;
  /** What of `shown` changed since it was asked for last; null with `isAllNew`: everything. */
  private dirty: Area | null = null;
  private empty: MaskImage = emptyMask(0, 0);
  private readonly fitted = new WeakMap<MaskImage, MaskImage>();

  constructor(private readonly context: MaskDeskContext) {
    context.masks.changes.subscribe(() => this.note());
  }

  get isStroking(): boolean {
    return this.stroke !== null;
  }

  /** The pixels of the active mask as the hand sees them, at the picture's size; null while they are fetched. */
  get shown(): MaskImage | null {
    return this.stroke?.result ?? this.base;
  }

  /** Whether the active mask was kept at another size than the picture's. */
  get isFitted(): boolean {
    const kept = this.keptActive();
    const size = this.context.pictureSize();
    return kept !== null && size !== null && (kept.height !== size.height || kept.width !== size.width);
  }

  /** A kept mask at the picture's size; null while it is fetched. */
  imageOf(id: string): MaskImage | null {
    const image = this.context.masks.imageOf(id);
    return image && this.fit(image);
  }

  /** Begins a stroke; false while there is nothing to paint on. */
  begin(isTaking: boolean): boolean {
    const { base } = this;
    if (base === null) return false;
    const cover = emptyMask(base.height, base.width);
    const name = this.context.masks.activeName;
    this.stroke = { name, base, cover, result: copyOf(base), isTaking, area: null };
    return true;
  }

  /** Adds a shape to the stroke, or puts it in the place of what the stroke covered so far. */
  draw(shape: Shape, edge: number, isInstead: boolean): void {
    const { stroke } = this;
    if (!stroke) return;
    const before = isInstead ? stroke.area : null;
    if (before) stroke.cover.alpha.fill(0);
    const touched = uniteAreas(before, shape(stroke.cover, edge));
    if (touched === null) return;
    layCover(stroke.result, stroke.base, stroke.cover, touched, stroke.isTaking);
    stroke.area = uniteAreas(stroke.area, touched);
    this.note(touched);
  }

  /** The hand lets go: what it painted becomes a step, unless it changed nothing. */
  end(label: string): void {
    const { stroke } = this;
    this.stroke = null;
    if (!stroke) return;
    if (isSameMask(stroke.base, stroke.result)) this.note();
    else this.context.masks.keep(stroke.name, `${label} ${stroke.name}`, stroke.result);
  }

  cancel(): void {
    if (!this.stroke) return;
    this.stroke = null;
    this.note();
  }

  readonly alter = (change: MaskChange): void => {
    const { base, context } = this;
    if (base === null || this.stroke) return;
    const altered = this.altered(base, change);
    if (isSameMask(base, altered)) {
      const sentence = change === "clear" ? "The mask is empty already." : "That changes nothing here.";
      context.live.notice.set({ kind: "info", about: "file", code: "mask_same", sentence, hint: "" });
      return;
    }
    const name = context.masks.activeName;
    context.masks.keep(name, `${WORDS[change]} ${name}`, altered);
    this.note();
  };

  readonly showWhole = (): void => this.context.showWhole();

  /** What of `shown` has changed since the last call. */
  takeDirty(): Area | null {
    const { dirty } = this;
    this.dirty = null;
    return dirty;
  }

  private altered(mask: MaskImage, change: MaskChange): MaskImage {
    const side = Math.min(mask.height, mask.width);
    const step = Math.max(1, Math.round(side * GROW_SHARE));
    switch (change) {
      case "grow":
        // From nothing there is nothing to grow.
        return insideOf(mask) === 0 ? mask : grow(mask, step);
      case "shrink":
        return grow(mask, -step);
      case "feather":
        return feather(mask, Math.max(1, side * FEATHER_SHARE));
      case "invert":
        return invert(mask);
      case "clear":
        return emptyMask(mask.height, mask.width);
    }
  }

  private get base(): MaskImage | null {
    const { masks, pictureSize } = this.context;
    const size = pictureSize();
    if (size === null) return null;
    const isKnown = masks.active !== null || masks.pendingOf(masks.activeName) !== null;
    if (!isKnown) return this.emptyOf(size);
    const kept = this.keptActive();
    return kept && this.fit(kept);
  }

  private keptActive(): MaskImage | null {
    const { masks } = this.context;
    const pending = masks.pendingOf(masks.activeName);
    if (pending) return pending;
    return masks.active && masks.imageOf(masks.active.image);
  }

  private fit(image: MaskImage): MaskImage | null {
    const size = this.context.pictureSize();
    if (size === null) return null;
    const known = this.fitted.get(image);
    if (known && known.height === size.height && known.width === size.width) return known;
    const fitted = fitMask(image, size.height, size.width);
    this.fitted.set(image, fitted);
    return fitted;
  }

  private emptyOf({ height, width }: Size<ImagePx>): MaskImage {
    if (this.empty.height !== height || this.empty.width !== width) this.empty = emptyMask(height, width);
    return this.empty;
  }

  private note(touched?: Area): void {
    const { shown } = this;
    this.dirty = uniteAreas(this.dirty, touched ?? (shown && wholeArea(shown)));
    this.changes.set(this.changes.get() + 1);
  }
}
