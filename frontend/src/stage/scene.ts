/** The scene: stage and masks while the page has canvases for them, and what of them others may use meanwhile. */

import type { Clock } from "../protocol/clock";
import type { Frame } from "../protocol/frame";
import type { Editor } from "../state/editor";
import type { Live } from "../state/live";
import type { MaskViewStore } from "../state/mask_view";
import type { Masks } from "../state/masks";
import type { ViewStore } from "../state/view";
import type { ImagePx, Size } from "./geometry";
import type { MaskDesk } from "./mask_desk";
import { MaskLayer } from "./mask_layer";
import { Stage } from "./stage";

export interface SceneContext {
  readonly live: Live;
  readonly view: ViewStore;
  readonly editor: Editor;
  readonly clock: Clock;
  readonly masks: Masks;
  readonly maskView: MaskViewStore;
  readonly maskDesk: () => MaskDesk;
  /** A frame has come onto the stage. */
  readonly onShown: () => void;
}

export class Scene {
  stage: Stage | null = null;
  private maskLayer: MaskLayer | null = null;
  private ghosts: readonly ImageBitmap[] = [];
  /** Counts the ghosts that were laid: those decoded late are of no use. */
  private laid = 0;

  constructor(private readonly context: SceneContext) {
    const { live, view } = context;
    live.sight.subscribe(() => {
      this.stage?.map.setLabels(live.sight.get()?.labels ?? []);
      this.stage?.redraw();
    });
    view.subscribe(({ overlayOpacity }) => this.stage?.setOpacity(overlayOpacity));
  }

  /** Puts the live picture onto a canvas. */
  readonly attachStage = (canvas: HTMLCanvasElement): Stage => {
    const { live, view, editor, clock, onShown } = this.context;
    const stage = new Stage(canvas, {
      pixelRatio: () => window.devicePixelRatio,
      onAnimationFrame: (callback) => clock.onAnimationFrame(callback),
      decode: (image) => createImageBitmap(image),
      onShown: (frame) => {
        live.frames.noteShown(frame, clock.now());
        onShown();
      },
      inflate,
      toImage,
      onMap: (map) => live.map.set(map),
      onPlaced: (placement, room) => this.maskLayer?.place(placement, room),
      onUndecodable: () =>
        live.notice.set({
          kind: "error",
          about: "render",
          code: "frame_undecodable",
          sentence: "The browser could not read a frame.",
          hint: "The next change draws it again.",
        }),
    });
    this.stage = stage;
    stage.setOpacity(view.getState().overlayOpacity);
    stage.setGhosts(this.ghosts);
    // What came before there was a canvas has gone.
    editor.showFinal();
    return stage;
  };

  /** Puts the masks onto a canvas that lies over all of the stage's room. */
  readonly attachMasks = (canvas: HTMLCanvasElement): MaskLayer => {
    const { clock, masks, maskView, maskDesk } = this.context;
    this.maskLayer = new MaskLayer(canvas, {
      masks,
      desk: maskDesk(),
      view: maskView,
      pixelRatio: () => window.devicePixelRatio,
      onAnimationFrame: (callback) => clock.onAnimationFrame(callback),
      makeCanvas: () => document.createElement("canvas"),
    });
    return this.maskLayer;
  };

  receive(frame: Frame): void {
    void this.stage?.receive(frame);
  }

  receiveMap(frame: Frame): void {
    // One that was asked for before the last choice comes too late.
    if (frame.kind === this.context.view.getState().overlay) void this.stage?.receiveMap(frame);
  }

  clearMap(): void {
    this.stage?.map.clear();
    this.stage?.redraw();
  }

  /** Lays pictures faintly over the stage, in place of those before. */
  async layGhosts(images: readonly Blob[]): Promise<void> {
    this.laid += 1;
    const turn = this.laid;
    const bitmaps = await Promise.all(images.map((image) => createImageBitmap(image)));
    const isNewest = turn === this.laid;
    const gone = isNewest ? this.ghosts : bitmaps;
    if (isNewest) {
      this.ghosts = bitmaps;
      this.stage?.setGhosts(bitmaps);
    }
    for (const bitmap of gone) bitmap.close();
  }
}

async function inflate(payload: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([payload]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function toImage(
  pixels: Uint8ClampedArray<ArrayBuffer>,
  { height, width }: Size<ImagePx>,
): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(pixels, width, height), 0, 0);
  return canvas;
}
