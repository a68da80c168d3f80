/** Alarm: something that is done after a time, once, unless it is stopped. */

import type { Clock } from "../protocol/clock";

export class Alarm {
  private cancel: (() => void) | null = null;

  constructor(
    private readonly clock: Pick<Clock, "after">,
    private readonly ring: () => void,
  ) {}

  /** One that is set already stays as it is. */
  set(ms: number): void {
    this.cancel ??= this.clock.after(ms, () => {
      this.cancel = null;
      this.ring();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
