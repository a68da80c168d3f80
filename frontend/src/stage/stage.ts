/** The stage: one canvas that always shows the newest frame of its view, and the map that lies over it. */

import type { Frame } from "../protocol/frame";
import { fitPicture, type ImagePx, type ScreenPx, type Size, sizeOf, toScreen, toStage } from "./geometry";
import { MapLayer, type MapSurroundings } from "./map_layer";

/** How much of its strength a map keeps over another picture than its own: while the hand moves it lags. */
const LAGGING = 0.5;

interface Decoded {
  readonly frame: Frame;
  readonly bitmap: ImageBitmap;
}

/** What a stage needs of the page around it. */
export interface StageSurroundings extends MapSurroundings {
  /** Device pixels per CSS pixel, now. */
  readonly pixelRatio: () => number;
  readonly onAnimationFrame: (callback: () => void) => void;
  /** Pixels of an encoded picture; rejects with a DOMException what is none. */
  readonly decode: (image: Blob) => Promise<ImageBitmap>;
  readonly onShown: (frame: Frame) => void;
  readonly onUndecodable: (frame: Frame) => void;
}

/**
 * Frames may arrive while older ones are still being decoded, and decode out of order: one older than what is
 * shown or waits is dropped. Every bitmap is closed once it is not needed any more.
 */
export class Stage {
  private readonly context: CanvasRenderingContext2D;
  private shown: Decoded | null = null;
  private next: Decoded | null = null;
  private room: Size<ScreenPx> = sizeOf(0, 0);
  private isSmooth = true;
  private opacity = 1;
  /** Call `redraw` after changing it. */
  readonly map: MapLayer;
  private isScheduled = false;
  private isDisposed = false;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly surroundings: StageSurroundings,
  ) {
    const context = canvas.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser has no 2d canvas");
    this.context = context;
    this.map = new MapLayer(surroundings);
  }

  /** Takes a map over a picture; it is drawn before the next repaint. */
  async receiveMap(frame: Frame): Promise<void> {
    if (await this.map.receive(frame)) this.redraw();
  }

  /** How much of a map shows, 0 to 1. */
  setOpacity(opacity: number): void {
    this.opacity = opacity;
    this.redraw();
  }

  /** Takes a frame; it is drawn before the next repaint unless a newer one comes first. */
  async receive(frame: Frame): Promise<void> {
    let bitmap: ImageBitmap;
    try {
      bitmap = await this.surroundings.decode(new Blob([frame.payload], { type: `image/${frame.codec}` }));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.surroundings.onUndecodable(frame);
      return;
    }
    const newest = this.next ?? this.shown;
    if (this.isDisposed || (newest && frame.revision < newest.frame.revision)) {
      bitmap.close();
      return;
    }
    this.next?.bitmap.close();
    this.next = { frame, bitmap };
    this.redraw();
  }

  /** The room there is, in CSS pixels. */
  resize(room: Size<ScreenPx>): void {
    this.room = room;
    this.redraw();
  }

  /** Smooth: interpolated between pixels; otherwise every pixel of the picture is a square. */
  setSmooth(isSmooth: boolean): void {
    this.isSmooth = isSmooth;
    this.redraw();
  }

  dispose(): void {
    this.isDisposed = true;
    this.next?.bitmap.close();
    this.shown?.bitmap.close();
    this.next = this.shown = null;
  }

  /** Draws before the next repaint. */
  redraw(): void {
    if (this.isScheduled || this.isDisposed) return;
    this.isScheduled = true;
    this.surroundings.onAnimationFrame(() => {
      this.isScheduled = false;
      if (!this.isDisposed) this.draw();
    });
  }

  private draw(): void {
    const arrived = this.next;
    if (arrived) {
      this.shown?.bitmap.close();
      this.shown = arrived;
      this.next = null;
    }
    if (!this.shown) return;
    const { bitmap } = this.shown;
    this.fit(sizeOf(bitmap.height, bitmap.width));
    this.context.imageSmoothingEnabled = this.isSmooth;
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(bitmap, 0, 0, this.canvas.width, this.canvas.height);
    this.drawMap(this.shown.frame);
    if (arrived) {
      // For scripts that watch the page from outside.
      this.canvas.setAttribute("data-revision", String(arrived.frame.revision));
      this.canvas.setAttribute("data-quality", arrived.frame.quality);
      this.surroundings.onShown(arrived.frame);
    }
  }

  private drawMap(shown: Frame): void {
    const { current } = this.map;
    this.canvas.setAttribute("data-map", current ? `${current.kind} ${current.revision}` : "");
    if (!current) return;
    const isOfShown = current.revision === shown.revision && shown.quality === "final";
    this.context.globalAlpha = this.opacity * (isOfShown ? 1 : LAGGING);
    // Between two labels there is no third.
    this.context.imageSmoothingEnabled = this.isSmooth && current.kind !== "labels";
    this.context.drawImage(current.image, 0, 0, this.canvas.width, this.canvas.height);
    this.context.globalAlpha = 1;
  }

  private fit(image: Size<ImagePx>): void {
    const ratio = this.surroundings.pixelRatio();
    const size = fitPicture(image, toStage(this.room, ratio));
    // Setting a canvas's size clears it, even to the same size.
    if (this.canvas.width === size.width && this.canvas.height === size.height) return;
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    const screen = toScreen(size, ratio);
    this.canvas.style.width = `${screen.width}px`;
    this.canvas.style.height = `${screen.height}px`;
  }
}
