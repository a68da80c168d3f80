/** Thumbnails: small pictures beside the live one, drawn one at a time and only while the hand rests. */

import type { Clock } from "../protocol/clock";
import type { HttpClient } from "../protocol/http";
import { WendProblem } from "../protocol/http";
import type { Picture } from "../protocol/wire";
import { Observable } from "./observable";

/** The live picture comes first: thumbnails wait until nothing has been shown for so long. */
const REST_MS = 600;

/** How much of the newest one the guess of a picture's time takes on. */
const NEWEST = 0.3;

/** What is still to be drawn. */
export interface Left {
  readonly count: number;
  /** A guess from those that were drawn last; null: none was yet. */
  readonly seconds: number | null;
}

interface Order {
  readonly picture: Picture;
  /** Null: there is no such picture. */
  readonly onDrawn: (image: Blob | null) => void;
  readonly aborter: AbortController;
}

export class Thumbnails {
  readonly left = new Observable<Left>({ count: 0, seconds: null });
  private readonly orders: Order[] = [];
  /** What was ordered from a server that did not answer. */
  private readonly missed: Order[] = [];
  private isDrawing = false;
  /** What one takes, in milliseconds. */
  private each: number | null = null;
  private stopResting: (() => void) | null = null;

  constructor(
    private readonly http: HttpClient,
    private readonly clock: Clock,
  ) {}

  /** The live picture is at work: nothing begins until it has rested. */
  giveWay(): void {
    this.stopResting?.();
    this.stopResting = this.clock.after(REST_MS, () => {
      this.stopResting = null;
      this.drawNext();
    });
  }

  /** Draws a picture in its turn; nothing comes once the returned function was called. */
  order(picture: Picture, onDrawn: (image: Blob | null) => void): () => void {
    const order: Order = { picture, onDrawn, aborter: new AbortController() };
    this.orders.push(order);
    this.drawNext();
    return () => {
      for (const list of [this.orders, this.missed]) {
        const place = list.indexOf(order);
        if (place >= 0) list.splice(place, 1);
      }
      order.aborter.abort();
      this.noteLeft();
    };
  }

  /** The server answers again: what it missed is drawn. */
  resume(): void {
    this.orders.push(...this.missed.splice(0));
    this.drawNext();
  }

  private noteLeft(): void {
    const count = this.orders.length + (this.isDrawing ? 1 : 0);
    const seconds = this.each === null ? null : Math.ceil((count * this.each) / 1000);
    const before = this.left.get();
    if (count !== before.count || seconds !== before.seconds) this.left.set({ count, seconds });
  }

  private drawNext(): void {
    this.noteLeft();
    if (this.isDrawing || this.stopResting) return;
    const order = this.orders.shift();
    if (!order) return;
    this.isDrawing = true;
    const begun = this.clock.now();
    void this.draw(order).then(() => {
      this.isDrawing = false;
      const took = this.clock.now() - begun;
      if (!order.aborter.signal.aborted) {
        this.each = this.each === null ? took : (1 - NEWEST) * this.each + NEWEST * took;
      }
      this.drawNext();
    });
  }

  private async draw(order: Order): Promise<void> {
    const { picture, onDrawn, aborter } = order;
    let image: Blob | null = null;
    try {
      image = await this.http.render(withoutStill(picture), "jpeg", aborter.signal);
    } catch (error) {
      // The stage tells what is wrong with a picture; its thumbnail stays empty.
      if (!aborter.signal.aborted && !(error instanceof WendProblem)) throw error;
      if (error instanceof WendProblem && error.code === "unreachable") {
        if (!aborter.signal.aborted) this.missed.push(order);
        return;
      }
    }
    if (!aborter.signal.aborted) onDrawn(image);
  }
}

/** Keeping still takes seconds a picture: the stage has them, a sheet of small ones has not. */
function withoutStill(picture: Picture): Picture {
  if (!picture.masks.some((mask) => mask.is_still)) return picture;
  return { ...picture, masks: picture.masks.map((mask) => ({ ...mask, is_still: false })) };
}
