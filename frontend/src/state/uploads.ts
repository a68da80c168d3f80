/** Uploads: checkpoints on their way to the server, and what becomes of them there. */

import type { Clock } from "../protocol/clock";
import { WendProblem } from "../protocol/http";
import type { UploadsClient } from "../protocol/uploads";
import type { UploadBody, UploadSummary } from "../protocol/wire";
import { Observable } from "./observable";

/**
 * `elsewhere`: another page may be sending it. `lost`: nobody sends it, for its page is gone; the same file
 * dropped again goes on where it stopped.
 */
export type UploadPhase = "sending" | "waiting" | "reading" | "done" | "refused" | "elsewhere" | "lost";

export interface Upload {
  /** Of the page; the server's id comes with its answer. */
  readonly key: string;
  readonly id: string | null;
  readonly name: string;
  readonly size: number;
  readonly sent: number;
  readonly phase: UploadPhase;
  readonly secondsLeft: number | null;
  /** The model it became. */
  readonly model: string | null;
  readonly problem: { readonly sentence: string; readonly hint: string } | null;
}

/** The part of a file of this computer that is used here. */
export interface SentFile {
  readonly name: string;
  readonly size: number;
  readonly lastModified: number;
  slice(start: number, end: number): Blob;
  text(): Promise<string>;
}

/** Small enough to see progress on a slow line; parts then grow until each takes about a second. */
const FIRST_PART = 256 * 1024;
const LARGEST_PART = 16 * 1024 * 1024;
const PART_MS = 1000;
/** How often it is looked whether a file has been read. */
const LOOK_MS = 400;
/** What comes from nowhere for so long is lost; a part takes about a second. */
const QUIET_MS = 5000;
const AGAIN_MS = [500, 1000, 2000, 5000, 10_000];
/** JSON files that tell the shape of the checkpoint beside them. */
const COMPANIONS: readonly string[] = ["config.json", "specs.json"];
const LARGEST_COMPANION = 500_000;
/** Problems that pass by themselves. */
const PASSING: readonly string[] = ["unreachable", "http_error", "body_too_slow", "upload_offset_wrong"];

export function isCompanion({ name }: Pick<SentFile, "name">): boolean {
  return COMPANIONS.includes(name);
}

export class Uploads {
  /** Newest first. */
  readonly all = new Observable<readonly Upload[]>([]);
  private readonly sendings = new Map<string, AbortController>();

  /** `onModel` is told of every model that came of one. */
  constructor(
    private readonly client: UploadsClient,
    private readonly clock: Clock,
    private readonly onModel: (model: string) => void,
  ) {}

  /** Fetches what is on its way already, such as before this page was loaded. */
  async refresh(): Promise<void> {
    const { uploads } = await this.client.list();
    const known = new Set(this.all.get().map(({ id }) => id));
    const fresh = uploads.filter(({ id }) => !known.has(id)).map((each) => fromServer(each));
    this.all.set([...this.all.get(), ...fresh]);
    for (const { key, id, phase } of fresh) {
      if (id === null) continue;
      if (phase === "reading") void this.follow(key, id, this.control(key));
      if (phase === "elsewhere") void this.watch(key, id);
    }
  }

  /** Sends a checkpoint; `beside` is the JSON file that lies beside it. Ends when something came of it. */
  async bring(file: SentFile, beside: SentFile | null = null): Promise<void> {
    const key = `${file.name} ${file.size} ${file.lastModified}`;
    if (this.sendings.has(key)) return;
    const control = this.control(key);
    const others: Upload[] = [];
    for (const each of this.all.get()) {
      if (each.key === key) continue;
      if (!isLost(each, file)) others.push(each);
      else {
        this.sendings.get(each.key)?.abort();
        this.sendings.delete(each.key);
      }
    }
    const phase = "sending";
    const { name, size } = file;
    this.all.set([
      { key, id: null, name, size, sent: 0, phase, secondsLeft: null, model: null, problem: null },
      ...others,
    ]);
    try {
      const id = await this.send(key, file, await describe(file, beside), control.signal);
      await this.follow(key, id, control);
    } catch (error) {
      this.sendings.delete(key);
      if (control.signal.aborted) return;
      if (!(error instanceof WendProblem)) throw error;
      this.change(key, { phase: "refused", problem: error });
    }
  }

  /** Ends one, wherever it is, or puts it out of sight. */
  async remove(key: string): Promise<void> {
    const upload = this.all.get().find((each) => each.key === key);
    this.sendings.get(key)?.abort();
    this.sendings.delete(key);
    this.all.set(this.all.get().filter((each) => each.key !== key));
    if (!upload || upload.id === null) return;
    try {
      await this.client.remove(upload.id);
    } catch (error) {
      // One that is gone, or a server that is: it is swept there in a day.
      if (!(error instanceof WendProblem)) throw error;
    }
  }

  private control(key: string): AbortController {
    const control = new AbortController();
    this.sendings.set(key, control);
    return control;
  }

  /** Sends all parts, from where the server stands; a line that breaks is waited for. Returns the server's id. */
  private async send(key: string, file: SentFile, body: UploadBody, signal: AbortSignal): Promise<string> {
    const begun = await this.patiently(key, signal, () => this.client.announce(body));
    this.change(key, { id: begun.id, sent: begun.received_bytes });
    if (signal.aborted) await this.client.remove(begun.id);
    const { id } = begun;
    const from = this.clock.now();
    let at = begun.received_bytes;
    let length = FIRST_PART;
    while (at < file.size) {
      const start = this.clock.now();
      const offset = at;
      const upload = await this.patiently(
        key,
        signal,
        () => this.client.part(id, offset, file.slice(offset, offset + length), signal),
        async () => {
          // A file that was changed meanwhile fails as a line does that breaks, but for good.
          await readable(file, () => file.slice(offset, offset + 1).arrayBuffer());
          return this.client.read(id);
        },
      );
      at = upload.received_bytes;
      const now = this.clock.now();
      if (now - start < PART_MS / 2) length = Math.min(2 * length, LARGEST_PART);
      else if (now - start > 2 * PART_MS) length = Math.max(FIRST_PART, length / 2);
      const rate = (at - begun.received_bytes) / Math.max(1, now - from);
      const secondsLeft = rate > 0 ? (file.size - at) / rate / 1000 : null;
      this.change(key, { phase: "sending", sent: at, secondsLeft });
    }
    return id;
  }

  /** Asks until the server has read the file. */
  private async follow(key: string, id: string, control: AbortController): Promise<void> {
    const { signal } = control;
    this.change(key, { phase: "reading", secondsLeft: null });
    for (;;) {
      const upload = await this.patiently(key, signal, () => this.client.read(id));
      const { state, model, problem } = upload;
      if (state === "done" || state === "refused") {
        this.sendings.delete(key);
        this.change(key, { phase: state, model, problem });
        if (model !== null) this.onModel(model);
        return;
      }
      this.change(key, { phase: "reading" });
      await this.pause(LOOK_MS, signal);
    }
  }

  /** Looks whether another page sends it: until it is over, or nothing has come for a while. */
  private async watch(key: string, id: string): Promise<void> {
    const control = this.control(key);
    try {
      for (;;) {
        const before = this.all.get().find((each) => each.key === key);
        await this.pause(QUIET_MS, control.signal);
        const upload = await this.client.read(id).catch(unlessPassing);
        if (upload === null) continue;
        const { state, received_bytes } = upload;
        if (state !== "arriving") return await this.follow(key, id, control);
        const phase = received_bytes === before?.sent ? "lost" : "elsewhere";
        this.change(key, { phase, sent: received_bytes });
        if (phase === "lost") break;
      }
    } catch (error) {
      if (control.signal.aborted) return;
      if (!(error instanceof WendProblem)) throw error;
      // It was cancelled there.
      this.all.set(this.all.get().filter((each) => each.key !== key));
    }
    this.sendings.delete(key);
  }

  /** Does something again until it is done or refused; `instead` is what is done after a failure. */
  private async patiently(
    key: string,
    signal: AbortSignal,
    work: () => Promise<UploadSummary>,
    instead = work,
  ): Promise<UploadSummary> {
    let next = work;
    for (let tries = 0; ; tries += 1) {
      try {
        return await next();
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof WendProblem) || !PASSING.includes(error.code)) throw error;
        this.change(key, { phase: "waiting", secondsLeft: null });
        await this.pause(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0, signal);
        next = instead;
      }
    }
  }

  private pause(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const end = () => {
        stop();
        reject(signal.reason);
      };
      const stop = this.clock.after(ms, () => {
        signal.removeEventListener("abort", end);
        resolve();
      });
      signal.addEventListener("abort", end, { once: true });
    });
  }

  private change(key: string, change: Partial<Upload>): void {
    this.all.set(this.all.get().map((each) => (each.key === key ? { ...each, ...change } : each)));
  }
}

/** Null for a problem that passes by itself. */
function unlessPassing(error: unknown): null {
  if (error instanceof WendProblem && PASSING.includes(error.code)) return null;
  throw error;
}

async function describe(file: SentFile, beside: SentFile | null): Promise<UploadBody> {
  const isUsable = beside !== null && isCompanion(beside) && beside.size <= LARGEST_COMPANION;
  return {
    name: file.name,
    size_bytes: file.size,
    sha256: null,
    stamp: String(file.lastModified),
    beside: isUsable
      ? {
          name: beside.name as "config.json" | "specs.json",
          text: await readable(beside, () => beside.text()),
        }
      : null,
  };
}

/** Reads of a file of this computer. Throws: WendProblem, once that was changed, moved or deleted. */
async function readable<T>(file: SentFile, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch {
    const sentence = `${file.name} can no longer be read: it was changed, moved or deleted.`;
    throw new WendProblem("file_unreadable", sentence, "Drop it again.");
  }
}

/** Whether a file is most likely that of an upload whose page is gone; the server knows for certain. */
function isLost({ phase, name, size }: Upload, file: SentFile): boolean {
  return (phase === "lost" || phase === "elsewhere") && name === file.name && size === file.size;
}

function fromServer({ id, name, size_bytes, received_bytes, state, model, problem }: UploadSummary): Upload {
  return {
    key: id,
    id,
    name,
    size: size_bytes,
    sent: received_bytes,
    phase: state === "arriving" ? "elsewhere" : state,
    secondsLeft: null,
    model,
    problem,
  };
}
