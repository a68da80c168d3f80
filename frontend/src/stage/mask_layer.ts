/** The mask layer: a canvas over the stage that shows where masks lie, and where the brush would paint. */

import { colorOfMask, type MaskImage } from "../state/mask_image";
import type { MaskViewStore } from "../state/mask_view";
import type { Masks } from "../state/masks";
import type { Placement, ScreenPx, Size, Spot, StagePx } from "./geometry";
import { contourOf } from "./mask_contour";
import type { MaskDesk } from "./mask_desk";

export interface MaskLayerContext {
  readonly masks: Masks;
  readonly desk: MaskDesk;
  readonly view: MaskViewStore;
  readonly pixelRatio: () => number;
  readonly onAnimationFrame: (callback: () => void) => void;
  /** A canvas that nobody sees. */
  readonly makeCanvas: () => HTMLCanvasElement;
}

/** Where the hand is, and how far its brush reaches in pixels of the picture; null for tools without one. */
export interface Cursor {
  readonly spot: Spot<ScreenPx>;
  readonly radius: number | null;
}

/** Of 255, while the hand is over the stage; elsewhere only the outline shows, so that the picture is seen. */
const TINT = 110;

/** Under every line, so that it is seen on any picture. */
const HALO = "rgb(0 0 0 / 55%)";

export class MaskLayer {
  private readonly context: CanvasRenderingContext2D;
  private readonly tint: HTMLCanvasElement;
  private readonly contours = new WeakMap<MaskImage, Float32Array>();
  private tinted: { readonly image: MaskImage; readonly color: string } | null = null;
  private placement: Placement<StagePx> | null = null;
  private cursor: Cursor | null = null;
  private isScheduled = false;
  private readonly stops: readonly (() => void)[];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly parts: MaskLayerContext,
  ) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no 2d canvas");
    this.context = context;
    this.tint = parts.makeCanvas();
    this.stops = [
      parts.desk.changes.subscribe(() => this.redraw()),
      parts.view.subscribe(() => this.redraw()),
    ];
  }

  place(placement: Placement<StagePx>, room: Size<StagePx>): void {
    this.placement = placement;
    if (this.canvas.width !== room.width || this.canvas.height !== room.height) {
      this.canvas.width = room.width;
      this.canvas.height = room.height;
    }
    this.redraw();
  }

  /** Null: the hand is not over the stage. */
  point(cursor: Cursor | null): void {
    this.cursor = cursor;
    this.redraw();
  }

  dispose(): void {
    for (const stop of this.stops) stop();
    this.placement = null;
  }

  private redraw(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.parts.onAnimationFrame(() => {
      this.isScheduled = false;
      this.draw();
    });
  }

  private draw(): void {
    const { context, canvas, placement, parts } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    const { isMasking, hidden } = parts.view.getState();
    if (!placement || !isMasking) return;
    const masks = parts.masks.picture?.masks ?? [];
    const { activeName } = parts.masks;
    for (const [place, mask] of masks.entries()) {
      if (mask.name === activeName || hidden.includes(mask.name)) continue;
      const image = parts.desk.imageOf(mask.image);
      if (image) this.drawContour(image, colorOfMask(place), 1);
    }
    const place = masks.findIndex(({ name }) => name === activeName);
    this.drawActive(colorOfMask(place < 0 ? masks.length : place), hidden.includes(activeName));
    this.drawCursor();
  }

  private drawActive(color: string, isHidden: boolean): void {
    const { shown, isStroking } = this.parts.desk;
    if (!shown || !this.placement || (isHidden && !isStroking)) return;
    if (this.cursor || isStroking) {
      this.paintTint(shown, color);
      const { left, top, width, height } = this.placement;
      this.context.imageSmoothingEnabled = true;
      this.context.drawImage(this.tint, left, top, width, height);
    }
    // Under a moving hand the outline would be found anew at every step.
    if (!isStroking) this.drawContour(shown, color, 2);
  }

  /** Brings the tinted canvas to the mask, as far as it changed. */
  private paintTint(image: MaskImage, color: string): void {
    const { tint } = this;
    const dirty = this.parts.desk.takeDirty();
    const isNew = this.tinted?.image !== image || this.tinted.color !== color;
    const area = isNew ? { left: 0, top: 0, right: image.width, bottom: image.height } : dirty;
    if (tint.width !== image.width || tint.height !== image.height) {
      tint.width = image.width;
      tint.height = image.height;
    }
    this.tinted = { image, color };
    if (area === null) return;
    const [width, height] = [area.right - area.left, area.bottom - area.top];
    const pixels = new ImageData(width, height);
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const alpha = image.alpha[(area.top + y) * image.width + area.left + x] ?? 0;
        const at = 4 * (y * width + x);
        pixels.data[at] = red ?? 0;
        pixels.data[at + 1] = green ?? 0;
        pixels.data[at + 2] = blue ?? 0;
        pixels.data[at + 3] = Math.round((alpha * TINT) / 255);
      }
    }
    tint.getContext("2d")?.putImageData(pixels, area.left, area.top);
  }

  private drawContour(image: MaskImage, color: string, width: number): void {
    const { context, placement } = this;
    if (!placement) return;
    const contour = this.contourOf(image);
    const [scaleX, scaleY] = [placement.width / image.width, placement.height / image.height];
    context.beginPath();
    for (let at = 0; at + 3 < contour.length; at += 4) {
      const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = contour.subarray(at, at + 4);
      context.moveTo(placement.left + x1 * scaleX, placement.top + y1 * scaleY);
      context.lineTo(placement.left + x2 * scaleX, placement.top + y2 * scaleY);
    }
    this.strokeTwice(color, width);
  }

  private contourOf(image: MaskImage): Float32Array {
    const known = this.contours.get(image);
    if (known) return known;
    const contour = contourOf(image);
    this.contours.set(image, contour);
    return contour;
  }

  private drawCursor(): void {
    const { cursor, placement, context, parts } = this;
    const { shown } = parts.desk;
    if (!cursor || cursor.radius === null || !placement || !shown) return;
    const ratio = parts.pixelRatio();
    context.beginPath();
    const reach = Math.max(2 * ratio, (cursor.radius * placement.width) / shown.width);
    context.arc(cursor.spot.x * ratio, cursor.spot.y * ratio, reach, 0, 2 * Math.PI);
    this.strokeTwice("#ffffff", 1);
  }

  private strokeTwice(color: string, width: number): void {
    const ratio = this.parts.pixelRatio();
    this.context.lineJoin = this.context.lineCap = "round";
    this.context.strokeStyle = HALO;
    this.context.lineWidth = (width + 2) * ratio;
    this.context.stroke();
    this.context.strokeStyle = color;
    this.context.lineWidth = width * ratio;
    this.context.stroke();
  }
}
