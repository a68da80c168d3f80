/** The newest picture of several that come one after the other: what is shown stays until the next can be. */

import type { Clock } from "../protocol/clock";
import { Observable } from "./observable";

export interface NewestShown {
  /** Null: none has come yet. */
  readonly url: string | null;
  /** Whether the newest cannot be had; what is shown is an earlier one then. */
  readonly isLost: boolean;
}

/** Before one that could not be fetched is asked for again. */
const AGAIN_MS = 5000;

export class NewestPicture {
  readonly shown = new Observable<NewestShown>({ url: null, isLost: false });
  private wanted: string | null = null;
  private stopTimer: () => void = () => undefined;

  /** `load` fetches a picture, so that an element that is given its address shows it at once, or rejects. */
  constructor(
    private readonly load: (url: string) => Promise<void>,
    private readonly clock: Clock,
  ) {}

  /** `url` has a query: the server takes what is put behind it as nothing. */
  want(url: string): void {
    if (url === this.wanted) return;
    this.stop();
    this.wanted = url;
    this.fetch(url, url, 1);
  }

  /** Nobody looks any more. */
  stop(): void {
    this.stopTimer();
    this.wanted = null;
  }

  private fetch(wanted: string, url: string, attempt: number): void {
    this.load(url).then(
      () => {
        if (this.wanted === wanted) this.shown.set({ url, isLost: false });
      },
      () => {
        if (this.wanted !== wanted) return;
        this.shown.set({ ...this.shown.get(), isLost: true });
        // An address of its own: a browser may remember that one had nothing.
        const again = `${wanted}&again=${attempt}`;
        this.stopTimer = this.clock.after(AGAIN_MS, () => this.fetch(wanted, again, attempt + 1));
      },
    );
  }
}
