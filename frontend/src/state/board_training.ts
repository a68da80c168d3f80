/** Board training: the way from a set of drawings to the job that teaches a model by them, within the board. */

import { WendProblem } from "../protocol/http";
import type { JobSummary, ModelSummary, Params, RecipeSummary } from "../protocol/wire";
import { type BoardStore, drawnOf } from "./board";
import type { BoardSets } from "./board_sets";
import type { Jobs, Told } from "./jobs";
import { Observable } from "./observable";
import { effortOf, nameFor, type Quality, qualityParams, SKETCH_KIND } from "./sketching";
import { guessedPace, type Pace, paceOf, secondsFor } from "./training_time";

/** What the board shows beside or in place of the paper. */
export type BoardPane =
  | { readonly kind: "draw" }
  | { readonly kind: "start" }
  | { readonly kind: "watch"; readonly job: string };

export interface TrainingForm {
  readonly title: string;
  readonly quality: Quality;
}

export interface BoardTrainingContext {
  readonly board: BoardStore;
  readonly sets: Pick<BoardSets, "open" | "listed" | "saveNow">;
  readonly jobs: Jobs;
  /** The model on the stage. */
  readonly model: () => ModelSummary | null;
  /** Names of all models there are. */
  readonly taken: () => readonly string[];
  /** Time that the last picture of that model took, in ms; null: none was drawn. */
  readonly renderMs: () => number | null;
}

/** A title that a set has before anybody gave it one says nothing of a model. */
const NAMELESS = /^My sketches( \d+)?$/;
const MOST_TITLE = 120;

export class BoardTraining {
  readonly pane = new Observable<BoardPane>({ kind: "draw" });
  readonly form = new Observable<TrainingForm>({ title: "", quality: "usual" });
  /** Null: nothing is known of it. */
  readonly pace = new Observable<Pace | null>(null);
  readonly problem = new Observable<Told | null>(null);
  readonly isSending = new Observable(false);
  /** The title that the card began with, which stays as it was typed over until another is to be suggested. */
  private suggested: string | null = null;

  constructor(private readonly context: BoardTrainingContext) {}

  /** From the drawings to the card that starts. */
  ask(): void {
    const { board, model } = this.context;
    const name = board.getState().name.trim();
    const { quality, title } = this.form.get();
    const suggested = NAMELESS.test(name) || name === "" ? `${model()?.title ?? "My model"}, my way` : name;
    this.form.set({ title: suggested === this.suggested ? title : suggested, quality });
    this.suggested = suggested;
    this.problem.set(null);
    this.pane.set({ kind: "start" });
    void this.measure();
  }

  /** Another model is on the stage: what the card says of the one before is not true of it. */
  renew(): void {
    if (this.pane.get().kind === "start") this.ask();
  }

  draw(): void {
    this.pane.set({ kind: "draw" });
  }

  watch(job: string): void {
    this.pane.set({ kind: "watch", job });
  }

  get recipe(): RecipeSummary | null {
    return this.context.jobs.store.getState().recipes?.find(({ kind }) => kind === SKETCH_KIND) ?? null;
  }

  /** Seconds at most of a quality; null where nobody can say. */
  secondsOf(quality: Quality): number | null {
    const { recipe } = this;
    const pace = this.pace.get();
    const side = this.context.model()?.resolution;
    if (!recipe || !pace || side === undefined) return null;
    const drawings = drawnOf(this.context.board.getState()).length;
    return secondsFor(pace, effortOf(recipe, qualityParams(recipe, quality), { drawings, side }));
  }

  /** What the job is told; null while there is no set, model or recipe. */
  params(): Params | null {
    const { recipe } = this;
    const model = this.context.model();
    const set = this.context.sets.open.get();
    if (!recipe || !model || !set) return null;
    const { title, quality } = this.form.get();
    const called = title.trim().slice(0, MOST_TITLE);
    const name = nameFor(called, this.context.taken());
    return {
      ...qualityParams(recipe, quality),
      model: model.id,
      sketches: set.id,
      ...(called !== "" && { title: called }),
      ...(name !== null && { name }),
    };
  }

  /** Keeps what is drawn; whether all of it is. */
  async keep(): Promise<boolean> {
    const isKept = await this.context.sets.saveNow();
    if (!isKept) {
      this.problem.set({
        code: "sketches_not_kept",
        sentence: "What is drawn is not kept on the server yet.",
        hint: "It is tried again by itself; start once it is kept.",
      });
    }
    return isKept;
  }

  /** Starts the job, and goes on to watch it. */
  async start(): Promise<void> {
    this.problem.set(null);
    this.isSending.set(true);
    try {
      if (!(await this.keep())) return;
      const params = this.params();
      if (!params) return;
      const title = `Teaching “${String(params.title ?? params.name ?? "a new model")}”`.slice(0, MOST_TITLE);
      const job = await this.context.jobs.start({ kind: SKETCH_KIND, params, title });
      this.suggested = null;
      // Whoever went back to the paper meanwhile may be in the middle of a stroke.
      if (this.pane.get().kind === "start") this.watch(job.id);
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.problem.set({ code, sentence, hint });
    } finally {
      this.isSending.set(false);
    }
  }

  /** The newest training of the model, whatever came of it. */
  newestOf(model: string | undefined, jobs: readonly JobSummary[]): JobSummary | undefined {
    return jobs.find(({ kind, model: of }) => kind === SKETCH_KIND && of === model);
  }

  /** How an earlier training of the model went; else how long one of its pictures takes. */
  private async measure(): Promise<void> {
    const { jobs, model, renderMs, sets } = this.context;
    const ms = renderMs();
    const guess = ms === null ? null : guessedPace(ms);
    this.pace.set(guess);
    const { id, resolution: side } = model() ?? {};
    const { recipe } = this;
    const before = jobs.store
      .getState()
      .jobs.find(({ kind, model: of, updates }) => kind === SKETCH_KIND && of === id && updates > 1);
    if (!before || !recipe || side === undefined) return;
    await jobs.look(before.id);
    const detail = jobs.store.getState().details[before.id];
    if (!detail || model()?.id !== id) return;
    const set = sets.listed.get()?.find((each) => each.id === detail.params.sketches);
    const drawings = set ? set.drawings.length + set.poses.length : null;
    this.pace.set(paceOf(detail, recipe, { drawings, side }) ?? guess);
  }
}
