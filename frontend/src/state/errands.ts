/** Errands: what asks the server, one at a time. */

import { WendProblem } from "../protocol/http";

export class Errands {
  isBusy = false;
  private work: Promise<void> = Promise.resolve();

  /** `onEnd`: told the problem, if there was one. */
  constructor(private readonly onEnd: (problem: WendProblem | null) => void) {}

  /** Runs what asks the server; where something does already, waits for that instead. Never throws `WendProblem`. */
  attempt(work: () => Promise<void>): Promise<void> {
    if (!this.isBusy) this.work = this.run(work);
    return this.work;
  }

  /** Resolves once nothing is asked. */
  async idle(): Promise<void> {
    while (this.isBusy) await this.work;
  }

  private async run(work: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    let problem: WendProblem | null = null;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      problem = error;
    } finally {
      this.isBusy = false;
    }
    this.onEnd(problem);
  }
}
