/** Jobs: long work as the server last told of it, what is known of each in detail, and what is asked of them. */

import { createStore, type StoreApi } from "zustand/vanilla";
import { WendProblem } from "../protocol/http";
import type { JobAct, JobsClient } from "../protocol/jobs";
import type { JobBody, JobDetail, JobPatch, JobSummary, Params, RecipeSummary } from "../protocol/wire";
import { withPoint } from "./job_history";

/** What went wrong, ready to read. */
export interface Told {
  readonly code: string;
  readonly sentence: string;
  readonly hint: string;
}

export interface JobsState {
  /** Newest first. */
  readonly jobs: readonly JobSummary[];
  /** Whether the list has been heard at all. */
  readonly isKnown: boolean;
  /** Null until they were fetched. */
  readonly recipes: readonly RecipeSummary[] | null;
  /** By job, of those that were looked at. */
  readonly details: Readonly<Record<string, JobDetail>>;
  /** Jobs that were told that what they have is enough, and have not ended yet. */
  readonly finishing: readonly string[];
  /** What went wrong with the last thing asked, by job; under `LIST` for the list itself. */
  readonly problems: Readonly<Record<string, Told>>;
}

export type JobsStore = StoreApi<JobsState>;

export const LIST = "";

/** Questions on their way at once: as many as a browser sends to one server. */
const AT_ONCE = 6;

export function isActive({ state }: Pick<JobSummary, "state">): boolean {
  return state === "queued" || state === "running";
}

export function isEnded({ state }: Pick<JobSummary, "state">): boolean {
  return state === "done" || state === "failed" || state === "cancelled";
}

/** Whether a job may be told that what it has by now is enough. */
export function canFinish(
  { kind, state, updates, is_here }: Pick<JobSummary, "kind" | "state" | "updates" | "is_here">,
  recipes: readonly RecipeSummary[] | null,
): boolean {
  const isUnderWay = is_here && updates > 0 && (state === "running" || state === "paused");
  return isUnderWay && (recipes?.some((recipe) => recipe.kind === kind && recipe.ends_early) ?? false);
}

/** What the states of a job allow to be asked of it, whatever its kind. */
export function actsOf({
  state,
  is_here,
}: Pick<JobSummary, "state" | "is_here">): readonly Exclude<JobAct, "finish">[] {
  if (!is_here) return [];
  switch (state) {
    case "queued":
    case "running":
      return ["pause", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    case "failed":
      return ["resume", "restart"];
    case "cancelled":
    case "done":
      return ["restart"];
    default:
      return state satisfies never;
  }
}

export class Jobs {
  readonly store: JobsStore = createStore<JobsState>(() => ({
    jobs: [],
    isKnown: false,
    recipes: null,
    details: {},
    finishing: [],
    problems: {},
  }));
  /** Jobs that the socket told of while a list was on its way: the list knows less of these. */
  private touched = new Set<string>();
  private asked = 0;
  /** How often the socket told of a job: an answer over HTTP that was asked for before its last word is older. */
  private readonly told = new Map<string, number>();
  /** Parameters of jobs as far as they are known; a job keeps its own for life. */
  private readonly params = new Map<string, Params>();

  /** `onChanged` hears of every job that the socket tells of, with what was known before. */
  constructor(
    private readonly client: JobsClient,
    private readonly onChanged: (job: JobSummary, before: JobSummary | undefined) => void,
  ) {}

  find(id: string): JobSummary | undefined {
    return this.store.getState().jobs.find((job) => job.id === id);
  }

  /** Fetches the list, the recipes, and the details that were looked at, after a connection was lost or never was. */
  async refresh(): Promise<void> {
    this.asked += 1;
    const question = this.asked;
    this.touched = new Set();
    await this.attempt(LIST, async () => {
      const [list, recipes] = await Promise.all([this.client.list(), this.client.recipes()]);
      if (question !== this.asked) return;
      const mine = (job: JobSummary) => this.touched.has(job.id);
      const kept = this.store.getState().jobs.filter(mine);
      this.store.setState({
        jobs: sorted([...kept, ...list.jobs.filter((job) => !mine(job))]),
        isKnown: true,
        recipes: recipes.recipes,
      });
      const { details } = this.store.getState();
      await Promise.all(Object.keys(details).map((id) => this.look(id)));
    });
  }

  /** Fetches what is known of a job; its losses are then followed as they come. */
  async look(id: string): Promise<void> {
    await this.attempt(id, async () => {
      const before = this.told.get(id);
      const detail = await this.client.detail(id);
      this.put(id, detail);
      // Files come with the state: an answer from before the socket's last word knows nothing of them.
      const now = this.find(id);
      if (now && this.told.get(id) !== before && now.state !== detail.job.state) await this.look(id);
    });
  }

  /** Lets go of what is known of all jobs but one. */
  forgetAllBut(id: string | null): void {
    const { details } = this.store.getState();
    const kept = id === null ? undefined : details[id];
    this.store.setState({ details: id !== null && kept ? { [id]: kept } : {} });
  }

  /** The socket told of a job. */
  change(job: JobSummary): void {
    this.note(job.id);
    this.take(job);
  }

  private take(job: JobSummary): void {
    const { jobs, details } = this.store.getState();
    const place = jobs.findIndex(({ id }) => id === job.id);
    const before = jobs[place];
    this.store.setState({ jobs: before ? jobs.with(place, job) : sorted([job, ...jobs]) });
    const detail = details[job.id];
    if (detail) {
      this.put(job.id, { ...detail, job, history: withPoint(detail.history, job) });
      // Events and files change with the state only.
      if (job.state !== before?.state || job.failure !== before.failure) void this.look(job.id);
    }
    if (isEnded(job)) this.noteFinishing(job.id, false);
    this.onChanged(job, before);
  }

  /** A job was deleted, here or elsewhere. */
  drop(id: string): void {
    this.note(id);
    this.params.delete(id);
    const { jobs, details, problems } = this.store.getState();
    this.store.setState({
      jobs: jobs.filter((job) => job.id !== id),
      details: without(details, id),
      problems: without(problems, id),
    });
  }

  /** Starts a job. Throws WendProblem: the form that asked tells of it. */
  async start(body: JobBody): Promise<JobSummary> {
    const job = await this.client.start(body);
    // The socket may have told more of it by now.
    if (!this.told.has(job.id)) this.take(job);
    return this.find(job.id) ?? job;
  }

  async act(id: string, act: JobAct): Promise<void> {
    // Heard at once; the job may be in the middle of a long step.
    if (act === "finish") this.noteFinishing(id, true);
    await this.settle(id, () => this.client.act(id, act));
    if (act === "finish" && this.store.getState().problems[id]) this.noteFinishing(id, false);
  }

  private noteFinishing(id: string, is: boolean): void {
    const { finishing } = this.store.getState();
    if (finishing.includes(id) === is) return;
    this.store.setState({ finishing: is ? [...finishing, id] : finishing.filter((each) => each !== id) });
  }

  async patch(id: string, patch: Partial<JobPatch>): Promise<void> {
    await this.settle(id, () => this.client.patch(id, patch));
  }

  async remove(id: string): Promise<void> {
    await this.attempt(id, async () => {
      await this.client.remove(id);
      this.drop(id);
    });
  }

  /** A file of a job that holds JSON. Throws WendProblem. */
  artifact(id: string, name: string): Promise<unknown> {
    return this.client.artifact(id, name);
  }

  /**
   * The newest job of a kind whose parameters say the same as `params`, those that broke or were called off aside;
   * null when there is none. Parameters are not in the list: those not known yet are asked for, some at a time.
   */
  async findLike(kind: string, model: string, params: Params): Promise<string | null> {
    const alike = this.store
      .getState()
      .jobs.filter((job) => job.kind === kind && job.model === model)
      .filter(({ state }) => state !== "failed" && state !== "cancelled");
    for (let start = 0; start < alike.length; start += AT_ONCE) {
      const some = alike.slice(start, start + AT_ONCE);
      const told = await Promise.all(some.map(({ id }) => this.paramsOf(id)));
      const place = told.findIndex((own) =>
        Object.entries(params).every(([name, value]) => own !== null && own[name] === value),
      );
      const found = some[place];
      if (found) return found.id;
    }
    return null;
  }

  /** What a job was told; null for one that is gone by now. Throws WendProblem. */
  async paramsOf(id: string): Promise<Params | null> {
    const known = this.params.get(id);
    if (known) return known;
    try {
      const { params } = await this.client.detail(id);
      this.params.set(id, params);
      return params;
    } catch (error) {
      if (error instanceof WendProblem && error.code === "job_not_found") return null;
      throw error;
    }
  }

  /** Takes the answer to what was asked of a job, unless the socket told of that job meanwhile, and so later. */
  private async settle(id: string, ask: () => Promise<JobSummary>): Promise<void> {
    const before = this.told.get(id);
    await this.attempt(id, async () => {
      const answer = await ask();
      if (this.told.get(id) === before) this.take(answer);
    });
  }

  /** The socket told of a job. */
  private note(id: string): void {
    this.touched.add(id);
    this.told.set(id, (this.told.get(id) ?? 0) + 1);
  }

  private put(id: string, detail: JobDetail): void {
    this.params.set(id, detail.params);
    this.store.setState(({ details }) => ({ details: { ...details, [id]: detail } }));
  }

  /** Does what may fail, and keeps what went wrong where it is told. */
  private async attempt(about: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.store.setState(({ problems }) => ({ problems: without(problems, about) }));
    } catch (error) {
      if (!(error instanceof WendProblem)) throw error;
      const { code, sentence, hint } = error;
      this.store.setState(({ problems }) => ({
        problems: { ...problems, [about]: { code, sentence, hint } },
      }));
    }
  }
}

function sorted(jobs: readonly JobSummary[]): readonly JobSummary[] {
  return [...jobs].sort((a, b) => b.created.localeCompare(a.created) || b.id.localeCompare(a.id));
}

function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  if (!(key in record)) return record;
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}
