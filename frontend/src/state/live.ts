/** Live state: what changes at full rate or by itself. Outside the stores, and in no history. */

import type { MapKind } from "../protocol/frame";
import type { Connection } from "../protocol/socket";
import type { Hello, Progress, Reading, Sight } from "../protocol/wire";
import { FrameStats } from "./frame_stats";
import { Observable } from "./observable";

/** What lies over the picture on the stage. */
export interface ShownMap {
  readonly kind: MapKind;
  /** Samples at the end of the legend: 8-bit steps of a difference, 255 of ink. */
  readonly end: number;
  /** Share of the picture that each sample value covers, 0 to 1; by label for labels. */
  readonly shares: readonly number[];
}

/** Something to tell the user: a sentence and what to do next. Render notices go when a picture comes. */
export interface Notice {
  readonly kind: "error" | "info";
  readonly about: "render" | "link" | "server" | "file";
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
  /** What a button beside it does: back, or on to what was made. */
  readonly actions?: readonly NoticeAction[];
}

export interface NoticeAction {
  readonly label: string;
  readonly run: () => void;
}

/** The id of the search for a model's walks. */
export function searchOf(model: string): string {
  return `${SEARCH}${model}`;
}

const SEARCH = "discover:";

/** Whether work is the search for a model's walks. */
export function isSearch(work: string): boolean {
  return work.startsWith(SEARCH);
}

export class Live {
  readonly connection = new Observable<Connection>({ state: "connecting" });
  readonly hello = new Observable<Hello | null>(null);
  readonly notice = new Observable<Notice | null>(null);
  /** Whether the stage has ever shown a picture. */
  readonly hasPicture = new Observable(false);
  /** Number format of live frames of the model drawn last, as the server says it. */
  readonly precision = new Observable<string | null>(null);
  /** Long work by its id; work that broke stays, with its failure. */
  readonly progress = new Observable<ReadonlyMap<string, Progress>>(new Map());
  /** What the server is asked for and has not answered yet, in words; the newest last. */
  readonly waits = new Observable<readonly string[]>([]);
  readonly frames = new FrameStats();
  /** What can be told of the pictures shown; null until it is watched for. */
  readonly sight = new Observable<Sight | null>(null);
  /** The newest measurement; it may be of an older picture than the one shown. */
  readonly reading = new Observable<Reading | null>(null);
  /** Whether that measurement is of the very picture on the stage. */
  readonly isReadingOfShown = new Observable(false);
  readonly map = new Observable<ShownMap | null>(null);

  /** Both go with the watch, and with the model they are of. */
  forgetReadings(): void {
    this.sight.set(null);
    this.reading.set(null);
    this.isReadingOfShown.set(false);
  }

  noteReading(reading: Reading): void {
    this.reading.set(reading);
    this.isReadingOfShown.set(this.frames.shownRevision === reading.revision);
  }

  /** Says what is waited for while some work lasts. */
  async during<T>(words: string, work: Promise<T>): Promise<T> {
    this.waits.set([...this.waits.get(), words]);
    try {
      return await work;
    } finally {
      const place = this.waits.get().indexOf(words);
      this.waits.set(this.waits.get().filter((_, other) => other !== place));
    }
  }

  report(progress: Progress): void {
    const next = new Map(this.progress.get());
    if (progress.is_done && progress.failure === null) next.delete(progress.work);
    else next.set(progress.work, progress);
    this.progress.set(next);
  }

  forget(work: string): void {
    const next = new Map(this.progress.get());
    next.delete(work);
    this.progress.set(next);
  }

  /** A picture came: whatever was wrong with rendering is right again. */
  notePicture(): void {
    this.isReadingOfShown.set(this.reading.get()?.revision === this.frames.shownRevision);
    this.hasPicture.set(true);
    if (this.notice.get()?.about === "render") this.notice.set(null);
  }
}
