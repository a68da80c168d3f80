/** Thumbnails: small pictures beside the live one, drawn one at a time and only while the hand rests. */

import type { Clock } from "../protocol/clock";
import type { HttpClient } from "../protocol/http";
import { WendProblem } from "../protocol/http";
import type { Picture } from "../protocol/wire";

/** The live picture comes first: thumbnails wait until nothing has been shown for so long. */
const REST_MS = 600;

interface Order {
  readonly picture: Picture;
  /** Null: there is no such picture. */
  readonly onDrawn: (image: Blob | null) => void;
  readonly aborter: AbortController;
}

export class Thumbnails {
  private readonly orders: Order[] = [];
  private isDrawing = false;
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
      const place = this.orders.indexOf(order);
      if (place >= 0) this.orders.splice(place, 1);
      order.aborter.abort();
    };
  }

  private drawNext(): void {
    if (this.isDrawing || this.stopResting) return;
    const order = this.orders.shift();
    if (!order) return;
    this.isDrawing = true;
    void this.draw(order).then(() => {
      this.isDrawing = false;
      this.drawNext();
    });
  }

  private async draw({ picture, onDrawn, aborter }: Order): Promise<void> {
    let image: Blob | null = null;
    try {
      image = await this.http.render(picture, "jpeg", aborter.signal);
    } catch (error) {
      // The stage tells what is wrong with a picture; its thumbnail stays empty.
      if (!aborter.signal.aborted && !(error instanceof WendProblem)) throw error;
    }
    if (!aborter.signal.aborted) onDrawn(image);
  }
}
