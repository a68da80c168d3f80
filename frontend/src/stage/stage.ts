/** The stage: one canvas that always shows the newest frame of its view, the map over it, and where both lie. */

import type { Frame } from "../protocol/frame";
import {
  type Camera,
  fitPicture,
  type ImagePx,
  type Placement,
  pan,
  place,
  pointAt,
  type ScreenPx,
  type Size,
  type Spot,
  type StagePx,
  sizeOf,
  toScreen,
  toStage,
  WHOLE,
  within,
  zoomAt,
} from "./geometry";
import { MapLayer, type MapSurroundings } from "./map_layer";

/** How much of its strength a map keeps over another picture than its own: while the hand moves it lags. */
const LAGGING = 0.5;

/** How much of a picture laid over another shows. */
const GHOST = 0.3;

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
  /** The picture lies elsewhere than before, in device pixels of the room. */
  readonly onPlaced: (placement: Placement<StagePx>, room: Size<StagePx>) => void;
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
  private camera: Camera = WHOLE;
  private placement: Placement<StagePx> | null = null;
  private ghosts: readonly CanvasImageSource[] = [];
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

  /** Lays pictures faintly over the one shown, under its map: the keyframes around it. They stay the caller's. */
  setGhosts(ghosts: readonly CanvasImageSource[]): void {
    this.ghosts = ghosts;
    this.canvas.setAttribute("data-ghosts", String(ghosts.length));
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

  /** How many times its fitted size the picture has. */
  get zoom(): number {
    return this.camera.zoom;
  }

  /** The point of the picture that lies at a spot of the room, 0 to 1 each way; null before there is a picture. */
  pointAt(spot: Spot<ScreenPx>): { readonly x: number; readonly y: number } | null {
    return this.placement && pointAt(this.toStageSpot(spot), this.placement);
  }

  /** Goes nearer by a factor, keeping the point under a spot of the room where it is. */
  zoomAt(spot: Spot<ScreenPx>, factor: number): void {
    const fitted = this.fitted();
    if (fitted) this.look(zoomAt(this.camera, factor, this.toStageSpot(spot), fitted, this.stageRoom()));
  }

  /** Pushes the picture by so much of the room. */
  pan(by: Spot<ScreenPx>): void {
    const fitted = this.fitted();
    if (fitted) this.look(pan(this.camera, this.toStageSpot(by), fitted, this.stageRoom()));
  }

  /** All of the picture again. */
  showWhole(): void {
    this.look(WHOLE);
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
    this.layOut(sizeOf(bitmap.height, bitmap.width));
    this.context.imageSmoothingEnabled = this.isSmooth;
    this.context.imageSmoothingQuality = "high";
    this.drawOver(bitmap);
    this.drawGhosts();
    this.drawMap(this.shown.frame);
    if (arrived) {
      // For scripts that watch the page from outside.
      this.canvas.setAttribute("data-revision", String(arrived.frame.revision));
      this.canvas.setAttribute("data-quality", arrived.frame.quality);
      this.surroundings.onShown(arrived.frame);
    }
  }

  private drawGhosts(): void {
    this.context.globalAlpha = GHOST;
    for (const ghost of this.ghosts) this.drawOver(ghost);
    this.context.globalAlpha = 1;
  }

  private drawMap(shown: Frame): void {
    const { current } = this.map;
    this.canvas.setAttribute("data-map", current ? `${current.kind} ${current.revision}` : "");
    if (!current) return;
    const isOfShown = current.revision === shown.revision && shown.quality === "final";
    this.context.globalAlpha = this.opacity * (isOfShown ? 1 : LAGGING);
    // Between two labels there is no third.
    this.context.imageSmoothingEnabled = this.isSmooth && current.kind !== "labels";
    this.drawOver(current.image);
    this.context.globalAlpha = 1;
  }

  /** Over the whole picture, of which the canvas may hold a part. */
  private drawOver(image: CanvasImageSource): void {
    const { placement, canvas } = this;
    if (!placement) return;
    // The canvas stands in the middle of the room, and the picture wherever it was placed there.
    const room = this.stageRoom();
    const left = this.camera.zoom > 1 ? placement.left - (room.width - canvas.width) / 2 : 0;
    const top = this.camera.zoom > 1 ? placement.top - (room.height - canvas.height) / 2 : 0;
    this.context.drawImage(image, left, top, placement.width, placement.height);
  }

  private look(camera: Camera): void {
    this.camera = camera;
    this.redraw();
  }

  private stageRoom(): Size<StagePx> {
    return toStage(this.room, this.surroundings.pixelRatio());
  }

  private fitted(): Size<StagePx> | null {
    if (!this.shown) return null;
    const { height, width } = this.shown.bitmap;
    return fitPicture(sizeOf<ImagePx>(height, width), this.stageRoom());
  }

  private toStageSpot({ x, y }: Spot<ScreenPx>): Spot<StagePx> {
    const ratio = this.surroundings.pixelRatio();
    return { x: (x * ratio) as StagePx, y: (y * ratio) as StagePx };
  }

  /** The canvas holds what of the picture lies in the room. */
  private layOut(image: Size<ImagePx>): void {
    const ratio = this.surroundings.pixelRatio();
    const room = this.stageRoom();
    const fitted = fitPicture(image, room);
    const placement = place(fitted, room, within(this.camera, fitted, room));
    const size = sizeOf<StagePx>(
      Math.round(Math.min(room.height, placement.height)),
      Math.round(Math.min(room.width, placement.width)),
    );
    // Setting a canvas's size clears it, even to the same size.
    if (this.canvas.width !== size.width || this.canvas.height !== size.height) {
      this.canvas.width = size.width;
      this.canvas.height = size.height;
      const screen = toScreen(size, ratio);
      this.canvas.style.width = `${screen.width}px`;
      this.canvas.style.height = `${screen.height}px`;
    }
    const before = this.placement;
    this.placement = placement;
    if (!before || !isSamePlace(before, placement)) this.surroundings.onPlaced(placement, room);
  }
}

function isSamePlace(a: Placement<StagePx>, b: Placement<StagePx>): boolean {
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}
