/** Job news: tells that long work has ended to somebody who looks elsewhere. */

import type { JobSummary, Progress } from "../protocol/wire";
import { isActive, isEnded } from "./jobs";
import { isSearch } from "./live";
import { Observable } from "./observable";
import type { Upload } from "./uploads";

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
  /** The last work that ended or stopped, in words: for screen readers, which see no bar fill. */
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
    if (!isEnded(job) || !isActive(before) || job.state === "cancelled") return;
    this.tellHidden(sentence, job.failure ?? job.label);
  }

  /** Checkpoints on their way, as they are and as they were. */
  noteUploads(uploads: readonly Upload[], before: readonly Upload[]): void {
    for (const { key, name, phase, model, problem } of uploads) {
      const known = before.find((each) => each.key === key);
      if (!known || known.phase === phase || (phase !== "done" && phase !== "refused")) continue;
      this.noteEnd(
        phase === "done" ? `${name} is the model ${model}.` : (problem?.sentence ?? `${name} was refused.`),
        problem?.hint ?? "",
      );
    }
  }

  /** The search for a model's sliders. */
  noteProgress({ work, is_done, failure }: Progress): void {
    if (!is_done || !isSearch(work)) return;
    this.noteEnd(
      failure === null ? "The sliders of this model are found." : "The search for sliders failed.",
      failure ?? "",
    );
  }

  /** Work that is no job has ended, told in a sentence; `more` says what came of it. */
  noteEnd(sentence: string, more: string): void {
    this.said.set(more === "" ? sentence : `${sentence} ${more}`);
    this.tellHidden(sentence, more);
  }

  private tellHidden(sentence: string, more: string): void {
    if (!this.desk.isHidden()) return;
    this.unseen += 1;
    this.desk.mark(`(${this.unseen})`);
    if (this.wantsNews() && this.desk.mayNotify()) this.desk.notify(sentence, more);
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
