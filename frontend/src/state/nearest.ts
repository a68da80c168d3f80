/** Nearest: what the model's own samples say of the drawing under the pen, before anything is trained. */

import type { FindNearest, NearestFound } from "../protocol/wire";
import { Observable } from "./observable";

export type NearestQuestion = Omit<FindNearest, "type" | "view">;

export interface NearestContext {
  readonly ask: (question: NearestQuestion) => void;
}

export class Nearest {
  /** The newest answer to the newest question; the one before stays until then. */
  readonly found = new Observable<NearestFound | null>(null);
  private requests = 0;
  private asked: Omit<NearestQuestion, "request"> | null = null;
  private isAnswered = true;

  constructor(private readonly context: NearestContext) {}

  /** Asks, unless that is what was asked last. */
  ask(question: Omit<NearestQuestion, "request">): void {
    if (JSON.stringify(question) === JSON.stringify(this.asked)) return;
    if (question.model !== this.asked?.model || question.kind !== this.asked.kind) this.found.set(null);
    this.asked = question;
    this.send();
  }

  handle(found: NearestFound): void {
    if (found.request !== this.requests) return;
    this.isAnswered = found.is_done;
    this.found.set(found);
  }

  /** The server is back: what it was at work on has to be asked again. */
  resume(): void {
    if (this.asked && !this.isAnswered) this.send();
  }

  private send(): void {
    if (!this.asked) return;
    this.requests += 1;
    this.isAnswered = false;
    this.context.ask({ ...this.asked, request: this.requests });
  }
}
