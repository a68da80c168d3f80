/** Beginning: what takes the place of all that is open begins a document of its own; a saved one stays as it was. */

import type { DocumentSummary, Picture } from "../protocol/wire";
import {
  beginDocument,
  type Content,
  commitContent,
  type DocumentStore,
  goToMoment,
  presentContent,
  undoOf,
} from "./document";
import type { Live, NoticeAction } from "./live";
import type { Saved } from "./saved";

/** What became of what was open. */
export interface Begun {
  /** In a sentence; empty where a step of the same document says enough. */
  readonly sentence: string;
  /** Back to it; null: nothing was changed. */
  readonly back: NoticeAction | null;
}

export interface BeginningContext {
  readonly saved: Pick<Saved, "id" | "store">;
  readonly document: DocumentStore;
  readonly live: Live;
  /** Saves what is open; false: it could not be saved, and stays open, which is told. */
  readonly secure: () => Promise<boolean>;
  /** Opens a saved document. */
  readonly open: (id: string) => Promise<void>;
}

/** A name in a button. */
const MAX_SHOWN = 32;

/**
 * A document that was saved is about what it was saved with: another model, a photo's picture or a file does not take
 * its place there, but begins a new one, as a step that can be taken back. One that was never saved goes on; so does
 * one with a timeline, where what is on the stage is only the next to be laid down, and keyframes stay.
 */
export class Beginning {
  constructor(private readonly context: BeginningContext) {}

  /** Puts another picture in the place of the present one; null: what is open could not be saved. */
  async show(label: string, change: (old: Picture) => Picture): Promise<Begun | null> {
    const content = presentContent(this.context.document);
    if (content === null) return null;
    const next = (old: Content) => ({ ...old, picture: change(old.picture) });
    const { summary } = this.context.saved.store.getState();
    if (summary === null || content.timeline === null) return this.begin(label, next);
    return this.step(label, next(content), `“${summary.name}” goes on with it: its timeline stays.`);
  }

  /** Puts another document in the place of the present one; null: what is open could not be saved. */
  async begin(label: string, next: (old: Content) => Content): Promise<Begun | null> {
    const { saved, document, secure, open } = this.context;
    if (saved.id !== null && !(await secure())) return null;
    const old = presentContent(document);
    if (old === null) return null;
    const { summary } = saved.store.getState();
    if (summary === null) return this.step(label, next(old), "");
    const { line, at } = document.getState();
    const place = line[at]?.id ?? -1;
    beginDocument(document, label, next(old));
    return {
      sentence: `“${summary.name}” stays as it was saved: this is a new document.`,
      back: {
        label: `Back to “${shorten(summary)}”`,
        run: () => {
          if (!goToMoment(document, place)) void open(summary.id);
        },
      },
    };
  }

  /** Says what became of what was open, unless that goes without saying. */
  tell({ sentence, back }: Begun): void {
    if (sentence === "") return;
    this.context.live.notice.set({
      kind: "info",
      about: "file",
      code: "document_begun",
      sentence,
      hint: "",
      actions: back ? [back] : [],
    });
  }

  private step(label: string, next: Content, sentence: string): Begun {
    const { document } = this.context;
    const isMade = commitContent(document, label, next);
    return { sentence, back: isMade ? { label: "Undo", run: undoOf(document) } : null };
  }
}

function shorten({ name }: DocumentSummary): string {
  return name.length > MAX_SHOWN ? `${name.slice(0, MAX_SHOWN - 1).trimEnd()}…` : name;
}
