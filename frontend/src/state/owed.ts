/** Owed: documents that were left before the server had all of them, sent on until it has. */

import type { Clock } from "../protocol/clock";
import type { DocumentsClient } from "../protocol/documents";
import { WendProblem } from "../protocol/http";
import type { DocumentSummary } from "../protocol/wire";
import type { Content } from "./document";
import { isKept, type Mooring } from "./moorings";
import { asDocument } from "./saved_content";

export interface OwedContext {
  readonly client: DocumentsClient;
  readonly clock: Clock;
  /** One could not be saved; it is tried again. */
  readonly onOwed: (summary: DocumentSummary, problem: WendProblem) => void;
  /** Anything else went wrong. */
  readonly onBroken: (error: unknown) => void;
}

const RETRY_MS = 4000;
/** Another window was later, or deleted it: what this one had stays in its history. */
const OVERTAKEN: readonly string[] = ["document_changed", "document_not_found"];

export class Owed {
  private readonly all = new Map<Mooring, Content>();
  private work: Promise<void> = Promise.resolve();
  private timer: (() => void) | null = null;
  private readonly told = new WeakSet<Mooring>();

  constructor(private readonly context: OwedContext) {}

  /** What was left, once the question that is on its way has its answer. */
  add(mooring: Mooring, content: Content, before: Promise<void>): void {
    if (isKept(mooring, content)) return;
    this.all.set(mooring, content);
    this.follow(before);
  }

  /** It is open again: who opened it sees to it. */
  drop(mooring: Mooring): void {
    this.all.delete(mooring);
  }

  /** Tries again at once, and waits for how it ends. Throws `WendProblem` where this document is owed still. */
  async settle(id: string): Promise<void> {
    const of = () => [...this.all.keys()].find(({ summary }) => summary.id === id);
    await this.work;
    if (of() === undefined) return;
    const problem = await this.sendAll();
    if (of() !== undefined && problem !== null) throw problem;
  }

  /** A line to the server is open again. */
  resume(): void {
    if (this.all.size > 0) this.follow();
  }

  /** Sends once what is on its way has its answer. What breaks there breaks for itself: those after it have their turn. */
  private follow(before: Promise<void> = Promise.resolve()): void {
    const work = Promise.all([before, this.work]).then(() => this.sendAll());
    this.work = work.then(
      () => undefined,
      (error: unknown) => this.context.onBroken(error),
    );
  }

  /** The page goes away: those that are left, for whoever sends them last. */
  left(): readonly (readonly [DocumentSummary, Content])[] {
    return [...this.all].map(([{ summary }, content]) => [summary, content]);
  }

  private async sendAll(): Promise<WendProblem | null> {
    this.timer?.();
    this.timer = null;
    for (const [mooring, content] of [...this.all]) {
      try {
        await this.send(mooring, content);
      } catch (error) {
        if (!(error instanceof WendProblem)) throw error;
        if (!OVERTAKEN.includes(error.code)) return this.tryLater(mooring, error);
        this.all.delete(mooring);
      }
    }
    return null;
  }

  private async send(mooring: Mooring, content: Content): Promise<void> {
    // It may have been opened again meanwhile, or be on the server by a question that was on its way.
    if (this.all.get(mooring) !== content) return;
    if (!isKept(mooring, content)) {
      const { id, revision } = mooring.summary;
      mooring.summary = await this.context.client.save(id, revision, asDocument(content));
      mooring.kept = content;
    }
    if (this.all.get(mooring) === content) this.all.delete(mooring);
  }

  private tryLater(mooring: Mooring, problem: WendProblem): WendProblem {
    if (!this.told.has(mooring)) this.context.onOwed(mooring.summary, problem);
    this.told.add(mooring);
    this.timer ??= this.context.clock.after(RETRY_MS, () => {
      this.timer = null;
      this.resume();
    });
    return problem;
  }
}
