/** Kept latents: what photos and files brought, listed for the model on the stage, shown again, or let go of. */

import { createStore, type StoreApi } from "zustand/vanilla";
import type { CodesClient } from "../protocol/codes";
import { WendProblem } from "../protocol/http";
import type { CodeListed, Picture } from "../protocol/wire";
import { type CatalogStore, findModel } from "./catalog";
import { type DocumentStore, presentContent } from "./document";
import type { ForeignDesk } from "./foreign_desk";
import type { Live } from "./live";

export interface KeptLatentsState {
  /** The newest first, as far as they were asked for; null: they have not come yet. */
  readonly listed: readonly CodeListed[] | null;
  /** The model they were listed for. */
  readonly model: string | null;
  readonly search: string;
  /** Whether the server has older ones than those listed. */
  readonly hasMore: boolean;
  /** They were asked for, and did not come. */
  readonly isMissing: boolean;
  /** The one that is about to be let go of, if that is meant. */
  readonly asked: CodeListed | null;
}

export interface KeptLatentsContext {
  readonly codes: CodesClient;
  readonly catalog: CatalogStore;
  readonly document: DocumentStore;
  readonly foreignDesk: Pick<ForeignDesk, "openCode">;
  readonly live: Live;
}

/** As many as the server lists at once. */
const PAGE = 200;
/** Letters of a hash that tell latents without a name apart. */
const SHOWN = 8;

export class KeptLatents {
  readonly store: StoreApi<KeptLatentsState> = createStore<KeptLatentsState>(() => ({
    listed: null,
    model: null,
    search: "",
    hasMore: false,
    isMissing: false,
    asked: null,
  }));
  private question = 0;

  constructor(private readonly context: KeptLatentsContext) {}

  /** Lists the newest of the model on the stage; of two questions the later one's answer stays. */
  list(): Promise<void> {
    const model = this.picture()?.model;
    if (model === undefined) return Promise.resolve();
    if (this.store.getState().model !== model) this.store.setState({ listed: null, model, asked: null });
    return this.fetch(model, null);
  }

  listMore(): Promise<void> {
    const { listed, model } = this.store.getState();
    const last = listed?.at(-1);
    return model === null || last === undefined ? Promise.resolve() : this.fetch(model, last.id);
  }

  search(search: string): void {
    this.store.setState({ search });
  }

  /** Asks before one is let go of: no step back brings it again. */
  ask(asked: CodeListed | null): void {
    this.store.setState({ asked });
  }

  /** Shows one on the stage, as when it came. */
  async open(code: CodeListed): Promise<void> {
    const { model } = this.store.getState();
    const found = model === null ? undefined : findModel(this.context.catalog.getState(), model);
    if (found) await this.context.foreignDesk.openCode(found, code, `Open ${titleOf(code)}`);
  }

  /** Lets go of the one that was asked about. */
  async remove(): Promise<void> {
    const { asked } = this.store.getState();
    this.ask(null);
    if (asked === null) return;
    await this.attempt(async () => {
      await this.context.codes.remove(asked.id).catch((error: unknown) => {
        // Somebody else was quicker.
        if (!(error instanceof WendProblem) || error.code !== "code_not_found") throw error;
      });
      this.store.setState(({ listed }) => ({ listed: listed?.filter(({ id }) => id !== asked.id) ?? null }));
    });
  }

  /** Whether the document needs it: its picture, or one of its timeline. */
  isInUse({ id }: CodeListed): boolean {
    const content = presentContent(this.context.document);
    return content !== null && JSON.stringify([content.picture, content.timeline]).includes(id);
  }

  private picture(): Picture | null {
    return this.context.document.getState().picture;
  }

  private async fetch(model: string, before: string | null): Promise<void> {
    this.question += 1;
    const question = this.question;
    await this.attempt(async () => {
      try {
        const { codes } = await this.context.codes.list(model, before);
        if (question !== this.question) return;
        this.store.setState(({ listed }) => ({
          listed: before === null ? codes : [...(listed ?? []), ...codes],
          hasMore: codes.length >= PAGE,
          isMissing: false,
        }));
      } catch (error) {
        if (question === this.question) this.store.setState({ isMissing: true });
        throw error;
      }
    });
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.context.live.notice.set({ kind: "error", about: "file", code, sentence, hint });
    }
  }
}

/** What it is called: the file it came from, else the beginning of its hash. */
export function titleOf({ title, id }: CodeListed): string {
  return title.trim() || `Latent ${id.slice(0, SHOWN)}`;
}

/** Those whose title holds what is searched for. */
export function foundLatents({ listed, search }: KeptLatentsState): readonly CodeListed[] {
  const wanted = search.trim().toLowerCase();
  return (listed ?? []).filter((code) => titleOf(code).toLowerCase().includes(wanted));
}
