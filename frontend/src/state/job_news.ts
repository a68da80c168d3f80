/** Job news: tells that a job has ended to somebody who looks elsewhere. */

import type { JobSummary } from "../protocol/wire";
import { isActive, isEnded } from "./jobs";
import { Observable } from "./observable";

/** The browser around the page, as much of it as news need. */
export interface NewsDesk {
  /** Whether the page is out of sight. */
  isHidden(): boolean;
  /** Writes a mark before the page's title; null takes it off. */
  mark(text: string | null): void;
  /** Whether the browser shows notices of this page. */
  mayNotify(): boolean;
  /** Asks the user for that; only from a press of a button. */
  askLeave(): Promise<boolean>;
  notify(title: string, body: string): void;
}

export class JobNews {
  /** The last job that ended or stopped, in words: for screen readers, which see no bar fill. */
  readonly said = new Observable("");
  private unseen = 0;

  constructor(
    private readonly desk: NewsDesk,
    private readonly wantsNews: () => boolean,
  ) {}

  note(job: JobSummary, before: JobSummary | undefined): void {
    if (!before || before.state === job.state) return;
    const sentence = sayState(job);
    this.said.set(sentence);
    if (!isEnded(job) || !isActive(before) || job.state === "cancelled" || !this.desk.isHidden()) return;
    this.unseen += 1;
    this.desk.mark(`(${this.unseen})`);
    if (this.wantsNews() && this.desk.mayNotify()) this.desk.notify(sentence, job.failure ?? job.label);
  }

  /** Asks the user to let the browser show notices; false where that is refused or not there. */
  askLeave(): Promise<boolean> {
    return this.desk.askLeave();
  }

  /** The page is in sight again. */
  seen(): void {
    this.unseen = 0;
    this.desk.mark(null);
  }
}

/** `Learn shift x: paused.` */
function sayState({ title, state }: JobSummary): string {
  const words = {
    queued: "waits for its turn",
    running: "runs",
    paused: "is paused",
    done: "is done",
    failed: "failed",
    cancelled: "is cancelled",
  } as const;
  return `${title} ${words[state]}.`;
}

/** The browser's own title and notices. */
export class BrowserNewsDesk implements NewsDesk {
  private readonly title = document.title;

  isHidden(): boolean {
    return document.visibilityState === "hidden";
  }

  mark(text: string | null): void {
    document.title = text === null ? this.title : `${text} ${this.title}`;
  }

  mayNotify(): boolean {
    return "Notification" in window && Notification.permission === "granted";
  }

  async askLeave(): Promise<boolean> {
    if (!("Notification" in window)) return false;
    return (await Notification.requestPermission()) === "granted";
  }

  notify(title: string, body: string): void {
    const notice = new Notification(title, { body, tag: "wend-job" });
    notice.onclick = () => window.focus();
  }
}
