/** The board layer: a drawing on a canvas that is otherwise clear, so that what is traced shows through the paper. */

import type { MaskImage } from "../state/mask_image";
import type { BoardDesk } from "./board_desk";

export interface BoardLayerContext {
  readonly desk: BoardDesk;
  readonly onAnimationFrame: (callback: () => void) => void;
  /** Colours of labels by number, '#rrggbb'; empty: the drawing is ink. */
  readonly colors: () => readonly string[];
  /** Calls the listener when there may be other colours; returns how to stop that. */
  readonly onColors: (listener: () => void) => () => void;
}

export class BoardLayer {
  private readonly context: CanvasRenderingContext2D;
  private isScheduled = false;
  private isGone = false;
  private readonly stops: readonly (() => void)[];

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly parts: BoardLayerContext,
  ) {
    const context = canvas.getContext("2d");
    if (!context) throw new Error("this browser has no 2d canvas");
    this.context = context;
    const redraw = () => this.redraw();
    this.stops = [parts.desk.changes.subscribe(redraw), parts.onColors(redraw)];
    this.redraw();
  }

  dispose(): void {
    this.isGone = true;
    for (const stop of this.stops) stop();
  }

  redraw(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.parts.onAnimationFrame(() => {
      this.isScheduled = false;
      if (!this.isGone) drawInto(this.context, this.canvas, this.parts.desk.shown, this.parts.colors());
    });
  }
}

/** Ink as black of some opacity; labels in their colours, the first one clear. */
export function drawInto(
  context: CanvasRenderingContext2D,
  canvas: HTMLCanvasElement,
  image: MaskImage,
  colors: readonly string[],
): void {
  if (canvas.width !== image.width || canvas.height !== image.height) {
    canvas.width = image.width;
    canvas.height = image.height;
  }
  const pixels = new ImageData(image.width, image.height);
  const words = new Uint32Array(pixels.data.buffer);
  const table = Uint32Array.from({ length: 256 }, (_, value) =>
    colors.length === 0 ? value * 2 ** 24 : wordOf(value === 0 ? null : colors[value]),
  );
  for (let at = 0; at < image.alpha.length; at++) words[at] = table[image.alpha[at] ?? 0] ?? 0;
  context.putImageData(pixels, 0, 0);
}

/** A colour as four bytes in the order of image data. */
function wordOf(color: string | null | undefined): number {
  if (!color) return 0;
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  return 255 * 2 ** 24 + blue * 2 ** 16 + green * 2 ** 8 + red;
}
