/** Nearest: what the model's own samples say of the drawing under the pen, before anything is trained. */

import type { FindNearest, NearestFound } from "../protocol/wire";
import { Observable } from "./observable";

export type NearestQuestion = Omit<FindNearest, "type" | "view">;

export interface NearestContext {
  readonly ask: (question: NearestQuestion) => void;
  readonly stop: () => void;
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

  /** Nobody looks any more: what is not answered yet is asked for again when somebody does. */
  stop(): void {
    if (!this.asked || this.isAnswered) return;
    this.asked = null;
    this.isAnswered = true;
    this.context.stop();
  }

  private send(): void {
    if (!this.asked) return;
    this.requests += 1;
    this.isAnswered = false;
    this.context.ask({ ...this.asked, request: this.requests });
  }
}

/** Below this share of what samples match each other by, a model will hardly learn a drawing: as the server has it. */
const FAR = 0.7;
const LIKE = 0.92;

/** How like the model's samples a drawing is; null while nothing is known of that. */
export function sayMatch({ samples, usual, is_done }: NearestFound): MatchWords | null {
  const match = samples[0]?.match;
  if (!is_done || match === undefined) return null;
  const nearest = `its nearest sample matches ${percent(match)}`;
  if (usual === null) return { title: "As it is,", more: `${nearest}.`, isFar: false };
  const scale = `, where samples match each other by ${percent(usual)}.`;
  if (match < FAR * usual) {
    return { title: "So far it is unlike any sample:", more: `${nearest}${scale}`, isFar: true };
  }
  const title = match < LIKE * usual ? "Near enough to be learned:" : "Like the model’s own pictures:";
  return { title, more: `${nearest}${scale}`, isFar: false };
}

export interface MatchWords {
  readonly title: string;
  readonly more: string;
  readonly isFar: boolean;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
