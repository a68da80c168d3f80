/** The session: keeps the stores in step with what the server says, and asks it for what they lack. */

import type { HttpClient } from "../protocol/http";
import { WendProblem } from "../protocol/http";
import type { Connection } from "../protocol/socket";
import type { DocumentRemoved, DocumentSaved, NearestFound, Problem, ServerMessage } from "../protocol/wire";
import { type CatalogStore, fetchModels, findModel, WalkFetcher } from "./catalog";
import { type DocumentStore, openDocument } from "./document";
import type { Editor } from "./editor";
import type { Factors } from "./factors";
import type { Jobs } from "./jobs";
import { type Live, searchOf } from "./live";
import { firstPicture } from "./picture";
import type { Regions } from "./regions";

export interface SessionContext {
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly live: Live;
  readonly editor: Editor;
  readonly http: HttpClient;
  readonly jobs: Jobs;
  readonly regions: Regions;
  /** Opens what an address carries. */
  readonly openAddress: (fragment: string, isReload: boolean) => Promise<void>;
  /** Samples like the drawing in hand. */
  readonly handleNearest: (found: NearestFound) => void;
  /** A saved document is another, or gone. */
  readonly hearDocument: (message: DocumentSaved | DocumentRemoved) => void;
  readonly factors: Pick<Factors, "handleReading">;
  /** Asks the server to find the walks of a model. */
  readonly discover: (model: string) => void;
  /** Ends the attempts to connect: the server wants a token first. */
  readonly refuse: () => void;
}

export class Session {
  /** A render failed for a walk that the server did not have then. */
  private lacksWalk = false;
  private mayStartNew = false;
  private drawnModel: string | null = null;
  /** Models whose walks this connection has asked for: a search that broke is not begun again by itself. */
  private readonly searched = new Set<string>();
  private readonly walks: WalkFetcher;

  constructor(private readonly context: SessionContext) {
    const { document, catalog, http } = context;
    this.walks = new WalkFetcher(catalog, http);
    document.subscribe((state, before) => {
      const model = state.picture?.model;
      if (model !== undefined && model !== before.picture?.model) this.attempt(this.refreshWalks(model));
    });
  }

  /** Opens what the address carries, or else the default model's first picture. */
  async start(fragment: string, isReload = false): Promise<void> {
    await this.openLink(fragment, isReload);
    this.mayStartNew = true;
    await this.attempt(this.refreshModels());
  }

  /** Opens the document of a fragment; one that cannot be read is told, and nothing changes. */
  async openLink(fragment: string, isReload = false): Promise<void> {
    await this.attempt(this.context.openAddress(fragment, isReload));
  }

  handleConnection(connection: Connection): void {
    this.context.live.connection.set(connection);
    if (connection.state !== "open") {
      // The document goes on without a server; what the server was at work on does not.
      this.context.live.progress.set(new Map());
      this.searched.clear();
      this.drawnModel = null;
    }
    // A browser hides why a socket was refused (no token, wrong host); a question by HTTP tells.
    if (connection.state === "waiting") this.attempt(this.refreshHealth());
  }

  handleMessage(message: ServerMessage): void {
    const { live, document, jobs, regions, factors } = this.context;
    switch (message.type) {
      case "hello":
        live.hello.set(message);
        if (this.mayStartNew) this.attempt(this.refreshAll());
        void jobs.refresh();
        break;
      case "models_changed":
        this.attempt(this.refreshModels());
        break;
      case "walks_changed":
        if (message.model === document.getState().picture?.model) {
          this.attempt(this.refreshWalks(message.model));
        }
        break;
      case "progress":
        live.report(message);
        break;
      case "sight":
        // One of a look that was on its way when another model was chosen is of no use any more.
        if (message.model === document.getState().picture?.model) live.sight.set(message);
        break;
      case "reading":
        live.noteReading(message);
        factors.handleReading(message);
        break;
      case "job":
        jobs.change(message.job);
        break;
      case "job_removed":
        jobs.drop(message.id);
        break;
      case "document":
      case "document_removed":
        this.context.hearDocument(message);
        break;
      case "region_found":
        regions.handleFound(message);
        break;
      case "drift":
        regions.drift.set(message);
        break;
      case "nearest_found":
        this.context.handleNearest(message);
        break;
      case "error":
        this.handleProblem(message);
        break;
      default:
        message satisfies never;
    }
  }

  /** Fetches the walks of a model that is not on the stage. */
  fetchWalks(model: string): void {
    this.attempt(this.walks.fetch(model).then(() => undefined));
  }

  /** Fetches the models anew. */
  fetchModels(): void {
    this.attempt(this.refreshModels());
  }

  /** Takes a model away, and fetches those that are left. */
  removeModel(remove: () => Promise<void>): Promise<void> {
    return this.attempt(remove().then(() => this.refreshModels()));
  }

  /** Tells what goes wrong with somebody else's question. */
  attend(work: Promise<void>): void {
    this.attempt(work);
  }

  handleShown(): void {
    const { document, live } = this.context;
    this.lacksWalk = false;
    live.notePicture();
    const model = document.getState().picture?.model ?? null;
    if (model === this.drawnModel) return;
    // Which numbers a model is drawn with is measured when it is loaded.
    this.drawnModel = model;
    this.attempt(this.refreshHealth());
  }

  /** Begins the search for a model's walks anew. */
  searchAgain(model: string): void {
    this.context.live.forget(searchOf(model));
    this.searched.add(model);
    this.context.discover(model);
  }

  private handleProblem(problem: Problem): void {
    const isOfRender = problem.revision !== null;
    if (problem.revision !== null) this.context.live.frames.noteFailed(problem.revision);
    this.lacksWalk ||= isOfRender && problem.code === "walk_not_found";
    this.context.live.notice.set({
      kind: "error",
      about: isOfRender ? "render" : "server",
      code: problem.code,
      sentence: problem.sentence,
      hint: problem.hint,
    });
  }

  private async refreshAll(): Promise<void> {
    await this.refreshModels();
    const { picture } = this.context.document.getState();
    if (picture) await this.refreshWalks(picture.model);
  }

  private async refreshModels(): Promise<void> {
    const { catalog, http, document } = this.context;
    await fetchModels(catalog, http);
    const state = catalog.getState();
    const model = state.defaultModel === null ? undefined : findModel(state, state.defaultModel);
    if (document.getState().picture === null && model) openDocument(document, firstPicture(model));
  }

  private async refreshWalks(model: string): Promise<void> {
    const { live, document, discover, editor } = this.context;
    const list = await this.walks.fetch(model);
    if (!list) return;
    const isOpen = live.connection.get().state === "open";
    if (!list.is_complete && isOpen && !this.searched.has(model)) {
      this.searched.add(model);
      discover(model);
    }
    const { picture } = document.getState();
    const isOfPicture = picture?.model === model;
    const hasAll = picture?.edits.every((edit) => list.walks.some(({ id }) => id === edit.walk));
    if (this.lacksWalk && isOfPicture && hasAll) {
      this.lacksWalk = false;
      editor.showFinal();
    }
  }

  private async refreshHealth(): Promise<void> {
    const { http, live } = this.context;
    live.precision.set((await http.health()).precision);
  }

  private async attempt(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      // The status line tells of a silent server, and the render of an unknown model.
      if (error.code === "unreachable" || error.code === "model_not_found") return;
      if (error.code === "token_required") this.context.refuse();
      this.context.live.notice.set({
        kind: "error",
        about: "server",
        code: error.code,
        sentence: error.sentence,
        hint: error.hint,
      });
    }
  }
}
