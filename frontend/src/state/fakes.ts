/** Fakes for tests of what knows jobs: a server of a few records, and news that nobody hears. */

import { AudioClient } from "../protocol/audio";
import type { Clock } from "../protocol/clock";
import { DocumentsClient } from "../protocol/documents";
import { FakeClock } from "../protocol/fakes";
import { type Fetch, HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { JobsClient } from "../protocol/jobs";
import type { JobDetail, JobSummary, RecipeSummary } from "../protocol/wire";
import { createCatalogStore } from "./catalog";
import type { Desk } from "./desk";
import type { DocumentStore } from "./document";
import { createDocumentRoom } from "./document_room";
import { createDrawerStore } from "./drawer";
import type { Editor } from "./editor";
import { createFactorViewStore } from "./factor_view";
import { JobNews, type NewsDesk } from "./job_news";
import { Jobs } from "./jobs";
import { createJobsViewStore } from "./jobs_view";
import { createLayoutStore } from "./layout";
import type { Live } from "./live";
import type { MaskChange } from "./mask_commands";
import { createMaskViewStore } from "./mask_view";
import { Masks } from "./masks";
import { Player } from "./player";
import { createSheetStore } from "./sheet";
import { createSliderViewStore } from "./slider_view";
import { Sounds } from "./sounds";
import { TimelineDesk } from "./timeline_desk";
import { createTimelineViewStore, playFps } from "./timeline_view";

export const JOB: JobSummary = {
  id: "a1b2c3d4e5f6",
  kind: "steer",
  title: "Learn shift x",
  model: "portraits-64",
  state: "running",
  label: "learning",
  fraction: 0.25,
  seconds_left: 90,
  updates: 100,
  losses: [{ name: "edit", value: 0.5 }],
  place: null,
  created: "2026-11-21T10:00:00Z",
  ended: null,
  seconds: 30,
  failure: null,
  hint: null,
  preview: 0,
  facts: [],
  walks: [],
  result_model: null,
  notes: "",
  is_here: true,
};

export const RECIPE: RecipeSummary = {
  kind: "steer",
  title: "Learn a walk",
  summary: "Finds a slider for a move of the camera.",
  ends_early: false,
  params: {
    type: "object",
    properties: {
      model: { type: "string", title: "Model", picks: "model" },
      edit: { enum: ["shift_x", "zoom"], default: "shift_x", title: "Edit", description: "What to learn." },
      updates: {
        type: "integer",
        minimum: 1,
        maximum: 20000,
        default: 400,
        unit: "updates",
        group: "Training",
      },
      rate: { type: "number", exclusiveMinimum: 0, default: 0.001, advanced: true, title: "Learning rate" },
    },
    required: ["model"],
  },
  presets: { fast: { updates: 400 }, "as published": { updates: 20000, rate: 0.0001 } },
};

export function detailOf(job: JobSummary, more: Partial<JobDetail> = {}): JobDetail {
  return {
    job,
    params: { model: job.model, edit: "shift_x" },
    seed: 0,
    versions: { wend: "0.1.0" },
    device: "cpu, 1 thread",
    history: [],
    events: ["10:00 started"],
    artifacts: [],
    ...more,
  };
}

/** What was asked of the server: method, path, and the body as it was sent. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly browser: string | null;
}

/** A server of jobs that answers from what a test lays down, and keeps what it was asked. */
export class FakeJobsServer {
  jobs: JobSummary[] = [];
  recipes: RecipeSummary[] = [RECIPE];
  details: Record<string, Partial<JobDetail>> = {};
  artifacts: Record<string, unknown> = {};
  /** Laid down: the next question is answered with this problem. */
  problem: { readonly code: string; readonly detail: string; readonly hint: string } | null = null;
  readonly asked: Asked[] = [];

  readonly fetch = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const method = init.method ?? "GET";
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    this.asked.push({ method, path, body, browser: new Headers(init.headers).get("X-Wend-Browser") });
    if (this.problem) {
      const problem = JSON.stringify(this.problem);
      this.problem = null;
      return new Response(problem, { status: 409, headers: { "Content-Type": "application/problem+json" } });
    }
    const [, , , id = "", rest = "", name = ""] = path.split("/");
    if (path === "/api/recipes") return Response.json({ recipes: this.recipes });
    if (path === "/api/jobs" && method === "GET") return Response.json({ jobs: this.jobs });
    if (path === "/api/jobs") return Response.json(this.begin(body as { kind: string; title: string }));
    if (rest === "artifacts") return Response.json(this.artifacts[`${id}/${name}`]);
    const job = this.jobs.find((each) => each.id === id);
    if (!job) return new Response("", { status: 404 });
    if (method === "DELETE") {
      this.jobs = this.jobs.filter((each) => each !== job);
      return new Response(null, { status: 204 });
    }
    if (method === "GET") return Response.json(detailOf(job, this.details[id]));
    return Response.json(this.replace(job, method === "PATCH" ? (body as object) : STATES[rest]));
  };

  private begin({ kind, title }: { kind: string; title: string }): JobSummary {
    const id = `${this.jobs.length + 1}`.padStart(12, "0");
    const job = { ...JOB, id, kind, title: title || JOB.title, state: "queued" as const };
    this.jobs = [job, ...this.jobs];
    return job;
  }

  private replace(job: JobSummary, change: Partial<JobSummary> | undefined): JobSummary {
    const next = { ...job, ...change };
    this.jobs = this.jobs.map((each) => (each === job ? next : each));
    return next;
  }
}

const STATES: Readonly<Record<string, Partial<JobSummary>>> = {
  pause: { state: "paused" },
  resume: { state: "queued" },
  restart: { state: "queued" },
  cancel: { state: "cancelled" },
};

export class FakeNewsDesk implements NewsDesk {
  hidden = false;
  title: string | null = null;
  allowed = true;
  readonly notices: string[] = [];

  isHidden(): boolean {
    return this.hidden;
  }
  mark(text: string | null): void {
    this.title = text;
  }
  mayNotify(): boolean {
    return this.allowed;
  }
  async askLeave(): Promise<boolean> {
    return this.allowed;
  }
  notify(title: string): void {
    this.notices.push(title);
  }
}

/** Everything of the page that knows jobs, over a fake server. */
export function fakeJobs(server = new FakeJobsServer(), desk = new FakeNewsDesk()) {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const drawer = createDrawerStore(storage);
  const layout = createLayoutStore(storage);
  const jobsView = createJobsViewStore(storage);
  const factorView = createFactorViewStore(storage);
  const sliderView = createSliderViewStore(storage);
  const jobNews = new JobNews(desk, () => jobsView.getState().wantsNews);
  const client = new JobsClient(new HttpClient(server.fetch), "0123456789abcdef");
  const jobs = new Jobs(client, (job, before) => jobNews.note(job, before));
  const nothing = () => undefined;
  return {
    jobs,
    jobsView,
    jobNews,
    drawer,
    layout,
    factorView,
    sliderView,
    fetchWalks: nothing,
    copyText: async () => undefined,
  };
}

/** A storage that forgets with the test. */
export class FakeStorage {
  readonly kept = new Map<string, string>();
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
}

/** The saved documents of a page, over whatever server a test has. */
export function fakeDocuments(
  document: DocumentStore,
  editor: Editor,
  live: Live,
  fetch: Fetch = async () => new Response("", { status: 404 }),
  clock: Clock = new FakeClock(),
  isAtWork = () => false,
  storage = new FakeStorage(),
) {
  const catalog = createCatalogStore();
  const room = createDocumentRoom({
    isAtWork,
    client: new DocumentsClient(new HttpClient(fetch)),
    http: new HttpClient(fetch),
    document,
    catalog,
    live,
    editor,
    clock,
    tabStorage: new FakeStorage(),
    storage,
  });
  return { ...room, catalog, sheet: createSheetStore() };
}

/** The timeline of a page, with a clock and habits of its own. */
export function fakeTimeline(
  document: DocumentStore,
  editor: Editor,
  live: Live,
  clock: Clock = new FakeClock(),
) {
  const view = createTimelineViewStore({ getItem: () => null, setItem: () => undefined });
  const sounds = new Sounds(new AudioClient(new HttpClient(async () => new Response())), document, live);
  const player: Player = new Player(
    editor,
    () => desk.timeline,
    () => sounds.sound.get(),
    () => playFps(view.getState()),
    clock,
  );
  const desk: TimelineDesk = new TimelineDesk({
    document,
    editor,
    live,
    view,
    player,
    sound: () => sounds.sound.get(),
  });
  return { timelineDesk: desk, timelineView: view, player, sounds };
}

/** The masks of a page whose server keeps each under a number of its own, and what was asked of their whole. */
export function fakeMasks(document: DocumentStore, editor: Editor, live: Live, desk: Desk) {
  const view = createMaskViewStore({ getItem: () => null, setItem: () => undefined });
  const kept: Blob[] = [];
  const fetch = async (_path: string, init?: RequestInit) => {
    kept.push(init?.body as Blob);
    return Response.json({ id: String(kept.length).padStart(64, "0"), kind: "mask", width: 4, height: 4 });
  };
  const client = new ImagesClient(new HttpClient(fetch));
  const masks = new Masks({ client, document, editor, view, live, desk }, () => undefined);
  const altered: MaskChange[] = [];
  const maskActs = { alter: (change: MaskChange) => void altered.push(change), showWhole: () => undefined };
  return { masks, maskView: view, maskActs, altered, kept };
}
