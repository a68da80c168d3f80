/** The board desk: a stroke on its way over a drawing, pixel by pixel, until the hand lets go of it. */

import { activeOf, areLines, type BoardStore, FIRST_WIDTH, withActive, withContent } from "../state/board";
import { emptyMask, type MaskImage } from "../state/mask_image";
import { Observable } from "../state/observable";
import { copyOf, layCover } from "./mask_buffer";
import { brushStroke, type Dab, type Point } from "./mask_tools";

/** Pixels over which a line's edge goes from paper to ink. */
const EDGE = 1;
/** A painted label has no soft edge. */
const HALF = 128;

interface Stroke {
  readonly base: MaskImage;
  readonly live: MaskImage;
  readonly cover: MaskImage;
  last: Dab;
}

export class BoardDesk {
  /** Counts up with every change of what is shown. */
  readonly changes = new Observable(0);
  private stroke: Stroke | null = null;

  constructor(
    private readonly board: BoardStore,
    /** Of what the computer draws, a share of the side; null while not known. */
    private readonly extractorWidth: () => number | null,
  ) {
    board.subscribe((state) => {
      // Another drawing lies under the pen, or this one was changed otherwise: the stroke was meant for what was there.
      if (this.stroke && activeOf(state).image !== this.stroke.base) this.stroke = null;
      this.changes.set(this.changes.get() + 1);
    });
  }

  /** The drawing as the hand has it now. */
  get shown(): MaskImage {
    return this.stroke?.live ?? activeOf(this.board.getState()).image;
  }

  /** Width of the pen, a share of the side. */
  get width(): number {
    return this.board.getState().width ?? this.extractorWidth() ?? FIRST_WIDTH;
  }

  begin(point: Point): void {
    const { image } = activeOf(this.board.getState());
    const live = copyOf(image);
    this.stroke = { base: image, live, cover: emptyMask(image.height, image.width), last: this.dabOf(point) };
    this.draw(point, point);
  }

  move(points: readonly Point[]): void {
    for (const point of points) {
      const { stroke } = this;
      if (!stroke) return;
      this.draw(stroke.last, point);
      stroke.last = this.dabOf(point);
    }
  }

  end(): void {
    const { stroke } = this;
    if (!stroke) return;
    this.stroke = null;
    this.board.setState((state) =>
      withActive(state, (sketch) => withContent(sketch, { image: stroke.live })),
    );
  }

  cancel(): void {
    this.stroke = null;
    this.changes.set(this.changes.get() + 1);
  }

  private dabOf({ x, y }: Point): Dab {
    const side = activeOf(this.board.getState()).image.width;
    return { x: x * side, y: y * side, radius: Math.max(0.5, (this.width * side) / 2) };
  }

  private draw(from: Point | Dab, to: Point): void {
    const { stroke } = this;
    if (!stroke) return;
    const dab = this.dabOf(to);
    const start = "radius" in from ? from : dab;
    this.lay(start, dab);
    if (this.board.getState().isMirrored) {
      const side = stroke.base.width;
      this.lay({ ...start, x: side - start.x }, { ...dab, x: side - dab.x });
    }
    this.changes.set(this.changes.get() + 1);
  }

  private lay(from: Dab, to: Dab): void {
    const { stroke } = this;
    if (!stroke) return;
    const { base, live, cover } = stroke;
    const { kind, tool, label } = this.board.getState();
    const area = brushStroke(from, to)(cover, EDGE);
    if (area === null) return;
    if (areLines(kind)) {
      layCover(live, base, cover, area, tool === "eraser");
      return;
    }
    for (let y = area.top; y < area.bottom; y++) {
      for (let at = y * base.width + area.left; at < y * base.width + area.right; at++) {
        if ((cover.alpha[at] ?? 0) >= HALF) live.alpha[at] = tool === "eraser" ? 0 : label;
      }
    }
  }
}
