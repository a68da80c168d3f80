/** Opening: what comes in from outside, by an address, a file or a picture's text, becomes what this window shows. */

import type { Clock } from "../protocol/clock";
import { WendProblem } from "../protocol/http";
import type { Beginning } from "./beginning";
import {
  type Content,
  commitContent,
  contentOf,
  type DocumentStore,
  layBranch,
  openDocument,
} from "./document";
import { DocumentInvalid } from "./foreign";
import type { KeptHistory } from "./kept_history";
import { decodeLink, savedIn } from "./link";
import type { Live, Notice, NoticeAction } from "./live";
import type { Salvaged } from "./salvage";
import type { Saved } from "./saved";
import type { Unsent } from "./unsent";

export interface OpeningContext {
  readonly saved: Saved;
  readonly document: DocumentStore;
  readonly live: Live;
  readonly unsent: Unsent;
  readonly beginning: Beginning;
  readonly history: KeptHistory;
  readonly clock: Clock;
}

/** What is not there will not be there when it is asked for again. */
const GONE = "document_not_found";
/** As long as anything else that is tried again waits. */
const RETRY_MS = 4000;

export class Opening {
  /** Each ends a wait for a server that could not answer. */
  private readonly waits = new Set<() => void>();

  constructor(private readonly context: OpeningContext) {}

  /** A line to the server is open again. */
  resume(): void {
    for (const wake of [...this.waits]) wake();
  }

  /**
   * Opens what a file, a picture's text or a link holds; a step back brings what was there before. Resolves to whether
   * it did: what is open may not be saved, and stays then.
   */
  async bring(salvaged: Salvaged, label: string): Promise<boolean> {
    const { beginning, document, live } = this.context;
    const content = contentOf(salvaged.document);
    if (document.getState().picture === null) {
      openDocument(document, content.picture, content.timeline, content.controls);
    } else {
      const begun = await beginning.begin(label, () => content);
      if (begun === null) return false;
      beginning.tell(begun);
    }
    tellFault(live, salvaged, false);
    return true;
  }

  /**
   * Opens the document of an address; one that cannot be read is told, and nothing changes. Where nothing is open yet,
   * a server that fails is asked until it does not, or somebody gives up. Throws `WendProblem` where it wants a token.
   */
  async openAddress(fragment: string, isReload = false): Promise<void> {
    await this.openAt(fragment, isReload);
    if (isReload) this.context.history.restore();
  }

  private async openAt(fragment: string, isReload: boolean): Promise<void> {
    const unsent = this.context.unsent.of(fragment, isReload);
    // What this tab noted is newer than its address, and may be of another document than that one names.
    const id = unsent ? unsent.saved : savedIn(fragment);
    const linked = await this.readLink(fragment);
    const newer = unsent?.document ?? null;
    const problem = id === null ? null : await this.openPatiently(id, linked, newer);
    if (id !== null && problem === null) return;
    if (problem !== null && problem.code !== GONE) {
      this.tell(problem, problem.hint, [
        { label: "Try again", run: () => void this.openAddress(fragment, isReload) },
      ]);
      return;
    }
    const salvaged = newer ? { document: newer, fault: null, lost: [] } : linked;
    // What is open is never saved over with what the address holds.
    if (salvaged !== null && !(await this.bring(salvaged, "Open link"))) return;
    if (problem === null) return;
    this.tell(problem, salvaged ? "What the address holds of it is open: save it anew." : problem.hint);
  }

  /**
   * Opens a saved document. One that was not there for a moment is no reason for a copy: where nothing is open, it is
   * asked for again and again. Why it cannot be opened, if it cannot.
   */
  private async openPatiently(
    id: string,
    linked: Salvaged | null,
    unsent: Content | null,
  ): Promise<WendProblem | null> {
    const { document, live } = this.context;
    let hasGivenUp = false;
    const giveUp = () => {
      hasGivenUp = true;
      this.resume();
    };
    for (;;) {
      const problem = await this.openSaved(id, linked, unsent);
      if (problem?.code === "token_required") throw problem;
      const isOpen = document.getState().picture !== null;
      if (problem === null || problem.code === GONE || isOpen) return problem;
      const label = linked || unsent ? "Open a copy from the address" : "Begin anew";
      const notice = this.tell(problem, "The document of this address is asked for again by itself.", [
        { label, run: giveUp },
      ]);
      await this.pause();
      if (live.notice.get() === notice) live.notice.set(null);
      if (hasGivenUp) return new WendProblem(GONE, problem.sentence, "The saved one stays as it was.");
      // Something else was opened meanwhile.
      if (document.getState().picture !== null) return null;
    }
  }

  private pause(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        stop();
        this.waits.delete(wake);
        resolve();
      };
      const stop = this.context.clock.after(RETRY_MS, wake);
      this.waits.add(wake);
    });
  }

  private tell(problem: WendProblem, hint: string, actions: readonly NoticeAction[] = []): Notice {
    const { code, sentence } = problem;
    const notice: Notice = { kind: "error", about: "link", code, sentence, hint, actions };
    this.context.live.notice.set(notice);
    return notice;
  }

  /** Opens the saved document of an address; why that cannot be, if it cannot. */
  private async openSaved(
    id: string,
    linked: Salvaged | null,
    unsent: Content | null,
  ): Promise<WendProblem | null> {
    const { document, saved } = this.context;
    try {
      const opened = await saved.open(id);
      // What the address holds is of another day; it is kept where it can be gone back to.
      if (linked && !unsent && !isSame(linked.document, opened.document)) {
        layBranch(document, "As in the address", contentOf(linked.document));
      }
      if (unsent) commitContent(document, "Not saved yet", contentOf(unsent));
      tellFault(this.context.live, opened, true);
      return null;
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      return error;
    }
  }

  private async readLink(fragment: string): Promise<Salvaged | null> {
    try {
      return await decodeLink(fragment);
    } catch (error) {
      if (!(error instanceof DocumentInvalid)) throw error;
      this.context.live.notice.set({
        kind: "error",
        about: "link",
        code: "link_invalid",
        sentence: `This link holds no picture. ${error.message}`,
        hint: "Ask for it to be copied again.",
      });
      return null;
    }
  }
}

/** Says what could not be read of a document that was opened. `isSaved`: the server has the whole of it. */
export function tellFault(live: Live, { fault, lost }: Salvaged, isSaved: boolean): void {
  if (fault === null) return;
  const left = lost.length > 6 ? `${lost.slice(0, 6).join(", ")}, and more` : lost.join(", ");
  const rest = left === "" ? "What it knows is open." : `The rest is open, without: ${left}.`;
  live.notice.set({
    kind: "error",
    about: "file",
    code: "document_damaged",
    sentence: `Not all of this document can be read. ${fault}`,
    hint: isSaved ? `${rest} The saved one stays as it is; this is a copy.` : rest,
  });
}

function isSame(a: Content, b: Content): boolean {
  return JSON.stringify(contentOf(a)) === JSON.stringify(contentOf(b));
}
