/** Last words: what a window had not saved when it was closed, for the next one that opens. */

import type { DocumentsClient } from "../protocol/documents";
import { WendProblem } from "../protocol/http";
import type { DocumentSummary, WendDocument } from "../protocol/wire";
import {
  type Content,
  commitContent,
  contentOf,
  type DocumentStore,
  isSameContent,
  layBranch,
} from "./document";
import { DocumentInvalid } from "./foreign";
import { type BrowserStorage, readKept } from "./kept";
import type { Live } from "./live";
import { normalizeDocument } from "./normalize";
import type { Saved } from "./saved";
import { asDocument, readSaved } from "./saved_content";

export interface LastWordsContext {
  readonly client: DocumentsClient;
  readonly saved: Pick<Saved, "id" | "unsaved">;
  readonly document: DocumentStore;
  readonly live: Live;
  /** Of all windows of this browser. */
  readonly storage: BrowserStorage;
}

interface Words {
  readonly id: string;
  readonly name: string;
  /** The save that it is a change of. */
  readonly revision: number;
  readonly document: WendDocument;
}

const KEY = "wend.last-words";
/** Browsers see so much through when a page is gone, in bytes; what is longer may not arrive. */
const MAX_KEEPALIVE = 60_000;
const LABEL = "Not saved when a window was closed";
const MAX_NAME = 120;
const COPY = ", unsaved";

export class LastWords {
  /** Out of the storage, and on their way. */
  private inHand: readonly Words[] = [];
  private work: Promise<void> = Promise.resolve();

  constructor(private readonly context: LastWordsContext) {}

  /** The page goes away: the browser is asked to send what is left, and it is written down in case it does not. */
  leave(): void {
    const { client, saved } = this.context;
    const left = saved.unsaved.map(([summary, content]) => wordsOf(summary, content));
    if (left.length === 0 && this.inHand.length === 0) return;
    const before = [...this.read(), ...this.inHand];
    this.write([...before.filter(({ id }) => left.every((words) => words.id !== id)), ...left]);
    for (const { id, revision, document } of left) {
      const isShort = new TextEncoder().encode(JSON.stringify(document)).length < MAX_KEEPALIVE;
      // Nobody is left to be told.
      client.save(id, revision, document, isShort).catch(() => undefined);
    }
  }

  /** A line to the server is open: what windows had to say that were closed since is seen to. */
  deliver(): Promise<void> {
    const work = () => this.deliverAll();
    this.work = this.work.then(work, work);
    return this.work;
  }

  /** The server tells of a document: words that arrived after all are not delivered once others go on with it. */
  async hear({ id, revision }: DocumentSummary): Promise<void> {
    const words = this.read().find((each) => each.id === id && each.revision + 1 === revision);
    if (words === undefined) return;
    try {
      if (!(await this.hasArrived(words))) return;
    } catch (error) {
      if (!(error instanceof WendProblem) && !(error instanceof DocumentInvalid)) throw error;
      return;
    }
    this.write(this.read().filter((each) => each.id !== id || each.revision !== words.revision));
  }

  private async deliverAll(): Promise<void> {
    const all = this.read();
    // Another window must not do the same.
    this.write([]);
    for (const [place, words] of all.entries()) {
      this.inHand = all.slice(place);
      try {
        await this.deliverOne(words);
      } catch (error) {
        if (error instanceof DocumentInvalid) continue;
        if (!(error instanceof WendProblem)) throw error;
        if (error.code === "document_not_found") continue;
        this.write([...this.read(), ...this.inHand]);
        break;
      }
    }
    this.inHand = [];
  }

  private async hasArrived(words: Words): Promise<boolean> {
    const { document } = readSaved(await this.context.client.read(words.id));
    return isSameContent(document, contentOf(normalizeDocument(words.document)));
  }

  private async deliverOne(words: Words): Promise<void> {
    const { client, saved, document } = this.context;
    const content = contentOf(normalizeDocument(words.document));
    const detail = await client.read(words.id);
    const { document: kept } = readSaved(detail);
    if (isSameContent(kept, content)) return;
    const isNewest = detail.summary.revision === words.revision;
    if (saved.id === words.id) {
      // It is open here: as a step that is saved like any other, or beside what others did since.
      if (isNewest) commitContent(document, LABEL, content);
      else layBranch(document, LABEL, content);
      this.tell(`“${words.name}” has what was not saved when a window was closed.`, "See the history.");
    } else if (isNewest) {
      await client.save(words.id, words.revision, asDocument(content));
      this.tell(`“${words.name}” has what was not saved when its window was closed.`, "");
    } else {
      const name = words.name.slice(0, MAX_NAME - COPY.length) + COPY;
      const copy = await client.add(name, asDocument(content));
      this.tell(
        `“${words.name}” was changed after a window was closed that had not saved.`,
        `What that one had is in “${copy.name}”.`,
      );
    }
  }

  private write(all: readonly Words[]): void {
    const { storage } = this.context;
    if (all.length === 0) storage.removeItem(KEY);
    else storage.setItem(KEY, JSON.stringify({ all }));
  }

  private read(): readonly Words[] {
    const { all } = readKept(this.context.storage, KEY);
    return Array.isArray(all) ? all.filter(isWords) : [];
  }

  private tell(sentence: string, hint: string): void {
    this.context.live.notice.set({
      kind: "info",
      about: "file",
      code: "last_words",
      sentence,
      hint,
      actions: [],
    });
  }
}

function wordsOf({ id, name, revision }: DocumentSummary, content: Content): Words {
  return { id, name, revision, document: asDocument(content) };
}

/** Its document is checked when it is opened. */
function isWords(data: unknown): data is Words {
  const { id, name, revision } = (data ?? {}) as Partial<Words>;
  return typeof id === "string" && typeof name === "string" && typeof revision === "number";
}
