/** The mask hand: what a tool makes of the way that a hand goes over the picture. */

import type { Live } from "../state/live";
import type { MaskTool, MaskViewStore } from "../state/mask_view";
import type { ImagePx, Size } from "./geometry";
import type { MaskDesk } from "./mask_desk";
import {
  brushStroke,
  type Dab,
  ellipse,
  lasso,
  type Point,
  rectangle,
  type Samples,
  sameSample,
} from "./mask_tools";

/** A point of the way, x and y from 0 to 1 over the picture. */
export interface Touch extends Point {
  /** How hard, 0 to 1; 1 for what cannot tell. */
  readonly pressure: number;
  /** Held for a square, a circle. */
  readonly isEven: boolean;
}

export interface MaskHandContext {
  readonly desk: MaskDesk;
  readonly view: MaskViewStore;
  readonly live: Live;
  readonly pictureSize: () => Size<ImagePx> | null;
  /** The map of labels of the very picture that is shown; null where there is none. */
  readonly labels: () => Samples | null;
}

const LABELS: Readonly<Record<MaskTool, string>> = {
  brush: "Paint",
  eraser: "Erase from",
  rectangle: "Rectangle on",
  ellipse: "Ellipse on",
  lasso: "Lasso on",
  fill: "Fill",
};

/** A brush that is hardly pressed is this share of its size. */
const LIGHTEST = 0.3;

/** Closer points of a lasso are one, in pixels of the picture. */
const LASSO_STEP = 0.25;

interface Way {
  readonly tool: MaskTool;
  readonly points: Point[];
  last: Dab;
  /** Samples that were filled already. */
  readonly filled: Set<number>;
}

export class MaskHand {
  private way: Way | null = null;

  constructor(private readonly context: MaskHandContext) {}

  /** Puts the hand down; false where nothing can be painted. `isOpposite`: what adds takes away, and back. */
  begin(touch: Touch, isOpposite: boolean): boolean {
    const { desk, view } = this.context;
    const { tool, isTaking } = view.getState();
    const dab = this.dabOf(touch);
    if (dab === null || (tool === "fill" && !this.hasLabels())) return false;
    const takes = tool === "eraser" || (tool !== "brush" && isTaking);
    if (!desk.begin(takes !== isOpposite)) return false;
    this.way = { tool, points: [dab], last: dab, filled: new Set() };
    this.go(touch);
    return true;
  }

  move(touches: readonly Touch[]): void {
    for (const touch of touches) this.go(touch);
    this.drawShape(touches.at(-1)?.isEven ?? false);
  }

  end(): void {
    if (this.way) this.context.desk.end(LABELS[this.way.tool]);
    this.way = null;
  }

  cancel(): void {
    this.way = null;
    this.context.desk.cancel();
  }

  /** How far the brush reaches from its middle, in pixels of the picture. */
  radius(pressure = 1): number {
    const { size } = this.context.view.getState();
    return Math.max(0.5, (size / 2) * this.side() * (LIGHTEST + (1 - LIGHTEST) * pressure));
  }

  private go(touch: Touch): void {
    const { way } = this;
    const dab = this.dabOf(touch);
    if (!way || dab === null) return;
    if (way.tool === "brush" || way.tool === "eraser") {
      this.context.desk.draw(brushStroke(way.last, dab), this.edge(), false);
    } else if (way.tool === "fill") this.fill(way, dab);
    else if (Math.hypot(dab.x - way.last.x, dab.y - way.last.y) >= LASSO_STEP) way.points.push(dab);
    else return;
    way.last = dab;
  }

  /** Shapes are drawn anew at every move: from where the hand was put down to where it is. */
  private drawShape(isEven: boolean): void {
    const { way } = this;
    const [from] = way?.points ?? [];
    if (!way || !from) return;
    const to = isEven ? even(from, way.last) : way.last;
    const { desk } = this.context;
    if (way.tool === "rectangle") desk.draw(rectangle(from, to), this.edge(), true);
    if (way.tool === "ellipse") desk.draw(ellipse(from, to), this.edge(), true);
    if (way.tool === "lasso") desk.draw(lasso(way.points), this.edge(), true);
  }

  private fill(way: Way, point: Point): void {
    const { labels, desk, view } = this.context;
    const map = labels();
    const size = this.context.pictureSize();
    if (!map || !size) return;
    const [x, y] = [
      Math.floor((point.x / size.width) * map.width),
      Math.floor((point.y / size.height) * map.height),
    ];
    const { isPiece } = view.getState();
    const at = y * map.width + x;
    const sample = map.samples[at];
    const isBeside = x < 0 || y < 0 || x >= map.width || y >= map.height;
    const key = isPiece ? at : (sample ?? 0);
    if (isBeside || sample === undefined || way.filled.has(key)) return;
    way.filled.add(key);
    desk.draw(sameSample(map, point, isPiece), this.edge(), false);
  }

  private hasLabels(): boolean {
    const { labels, live } = this.context;
    if (labels()) return true;
    const lack = live.sight.get()?.lack;
    live.notice.set({
      kind: "info",
      about: "file",
      code: "no_labels",
      sentence: lack?.sentence ?? "The labels of this picture are not here yet.",
      hint: lack?.hint ?? "They come a moment after the picture has settled.",
    });
    return false;
  }

  private dabOf({ x, y, pressure }: Touch): Dab | null {
    const size = this.context.pictureSize();
    return size && { x: x * size.width, y: y * size.height, radius: this.radius(pressure) };
  }

  private edge(): number {
    return this.context.view.getState().edge * this.side();
  }

  private side(): number {
    const size = this.context.pictureSize();
    return size ? Math.min(size.height, size.width) : 1;
  }
}

/** The corner of a square, in the direction of a point. */
function even(from: Point, to: Point): Point {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  return { x: from.x + Math.sign(to.x - from.x) * side, y: from.y + Math.sign(to.y - from.y) * side };
}
