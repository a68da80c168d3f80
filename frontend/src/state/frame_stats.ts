/** Frame figures for the status line: rate, latency and device time of what was drawn. */

/** A frame that has been drawn. */
export interface ShownFrame {
  readonly revision: number;
  readonly quality: "live" | "final";
  readonly height: number;
  readonly width: number;
  readonly renderMs: number;
}

/** `latencyMs`: from sending an edit to drawing its frame. `framesPerSecond` is 0 when nothing moves. */
export interface FrameFigures {
  readonly shown: ShownFrame | null;
  readonly latencyMs: number | null;
  readonly framesPerSecond: number;
}

const WINDOW_MS = 1000;
/** Sent renders remembered; the server answers the newest, so older ones may never come back. */
const MAX_SENT = 64;

/** Times are milliseconds of the clock the callers share. */
export class FrameStats {
  private readonly sentAt = new Map<number, number>();
  private drawnAt: number[] = [];
  private shown: ShownFrame | null = null;
  private latencyMs: number | null = null;

  get shownRevision(): number | null {
    return this.shown?.revision ?? null;
  }

  noteSent(revision: number, now: number): void {
    this.sentAt.set(revision, now);
    for (const old of this.sentAt.keys()) {
      if (this.sentAt.size <= MAX_SENT) break;
      this.sentAt.delete(old);
    }
  }

  noteShown(frame: ShownFrame, now: number): void {
    const sent = this.sentAt.get(frame.revision);
    if (sent !== undefined) this.latencyMs = now - sent;
    for (const old of this.sentAt.keys()) {
      if (old <= frame.revision) this.sentAt.delete(old);
    }
    this.shown = frame;
    this.drawnAt.push(now);
    this.forgetBefore(now - WINDOW_MS);
  }

  /** It will not be drawn. */
  noteFailed(revision: number): void {
    for (const old of this.sentAt.keys()) {
      if (old <= revision) this.sentAt.delete(old);
    }
  }

  /** How long the newest edits have waited for a frame, in ms; 0: nothing is waited for. */
  waitedMs(now: number): number {
    const [first] = this.sentAt.values();
    return first === undefined ? 0 : now - first;
  }

  read(now: number): FrameFigures {
    this.forgetBefore(now - WINDOW_MS);
    const moved = this.drawnAt.length > 1;
    return {
      shown: this.shown,
      latencyMs: this.latencyMs,
      framesPerSecond: moved ? Math.round((this.drawnAt.length * 1000) / WINDOW_MS) : 0,
    };
  }

  private forgetBefore(time: number): void {
    this.drawnAt = this.drawnAt.filter((at) => at > time);
  }
}
