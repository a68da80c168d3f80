// @vitest-environment node
/** Board training: what the start card says of time, what the job is told, and what comes of it. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { SketchesClient } from "../protocol/sketches";
import type { ModelSummary, RecipeSummary } from "../protocol/wire";
import { type BoardStore, createBoardStore } from "./board";
import { BoardSets } from "./board_sets";
import { BoardTraining } from "./board_training";
import { FakeJobsServer, fakeJobs, JOB, RECIPE } from "./fakes";
import { Live } from "./live";
import { effortOf, nameFor, sayTaught, whyNotTaught } from "./sketching";
import { sayAbout } from "./training_time";

const MODEL = {
  id: "portraits-64",
  title: "Portraits",
  kind: "stylegan2",
  resolution: 64,
  spaces: ["z", "w"],
  classes: [],
  has_discriminator: true,
} as unknown as ModelSummary;

const SKETCH: RecipeSummary = {
  ...RECIPE,
  kind: "sketch",
  params: {
    type: "object",
    properties: {
      iterations: { type: "integer", default: 1500 },
      batch: { type: "integer", default: 8 },
      look_every: { type: "integer", default: 50 },
      image_weight: { type: "number", default: 0.2 },
      picture_count: { type: "integer", default: 2000 },
    },
  },
  presets: { "As published": { iterations: 75_000, batch: 4, look_every: 5000 } },
};

let server: FakeJobsServer;
let board: BoardStore;
let jobs: ReturnType<typeof fakeJobs>["jobs"];
let training: BoardTraining;
let ms: number | null;

beforeEach(async () => {
  server = new FakeJobsServer();
  server.recipes = [SKETCH];
  jobs = fakeJobs(server).jobs;
  board = createBoardStore();
  ms = 50;
  const http = new HttpClient(async (path, init) => {
    if (path.startsWith("/api/images")) return Response.json({ id: "1" });
    return Response.json({ ...JSON.parse(String(init?.body)), id: "abcdefabcdef", revision: 1 });
  });
  const sets = new BoardSets({
    board,
    images: new ImagesClient(http),
    client: new SketchesClient(http),
    live: new Live(),
    clock: new FakeClock(),
    storage: { getItem: () => null, setItem: () => undefined },
    model: () => MODEL.id,
    onKept: () => undefined,
  });
  training = new BoardTraining({
    board,
    sets,
    jobs,
    model: () => MODEL,
    taken: () => ["portraits-64", "heads-last"],
    renderMs: () => ms,
  });
  // A pose is drawn from the first on.
  await sets.startNew("pose");
  board.setState({ name: "Heads" });
});

it("guesses from a picture's time, and knows from how an earlier training went", async () => {
  await jobs.refresh();
  training.ask();
  expect(training.pace.get()).toEqual({ seconds: 0.05, source: "guessed" });
  const guess = training.secondsOf("usual") ?? 0;
  expect(guess).toBeGreaterThan(training.secondsOf("quick") ?? 0);

  // 0.6 pictures' time each of 2000 to look like come first: they are no part of an update.
  const ready = 2000 * 0.6 * 0.05;
  expect(guess).toBeGreaterThan(ready);

  // Twice as slow as that, and a long while to get ready.
  const update = (2 * (guess - ready)) / 1500;
  server.jobs = [{ ...JOB, id: "old", kind: "sketch", state: "done", updates: 100 }];
  const point = (updates: number) => ({ updates, seconds: 500 + update * updates, losses: {} });
  server.details.old = { params: { sketches: "gone", batch: 1 }, history: [point(1), point(100)] };
  await jobs.refresh();
  training.ask();
  await expect.poll(() => training.pace.get()?.source).toBe("measured");
  expect(training.secondsOf("usual")).toBeCloseTo(2 * guess, 6);
});

it("counts what is drawn to look like: as many as fit, and none where none are looked at", () => {
  const given = { drawings: 1, side: 64 };
  expect(effortOf(SKETCH, {}, given).lookalikes).toBe(2000);
  expect(effortOf(SKETCH, {}, { drawings: 1, side: 1024 }).lookalikes).toBe(682);
  expect(effortOf(SKETCH, { image_weight: 0 }, given).lookalikes).toBe(0);
});

it("says nothing of time where nothing is known", async () => {
  ms = null;
  await jobs.refresh();
  training.ask();
  expect(training.secondsOf("usual")).toBeNull();
});

it("starts the job under a name that is free, with what was typed as its title, and watches it", async () => {
  await jobs.refresh();
  training.ask();
  expect(training.form.get()).toEqual({ title: "Heads", quality: "usual" });
  training.form.set({ title: "Heads", quality: "published" });
  await training.start();
  const asked = server.asked.find(({ method }) => method === "POST");
  expect(asked?.body).toEqual({
    kind: "sketch",
    title: "Teaching “Heads”",
    params: {
      ...SKETCH.presets["As published"],
      model: "portraits-64",
      sketches: "abcdefabcdef",
      title: "Heads",
      name: "heads-2",
    },
  });
  expect(training.pane.get()).toEqual({ kind: "watch", job: server.jobs[0]?.id });
});

it("keeps what was typed as a title until it suggests another, or has started", async () => {
  await jobs.refresh();
  training.ask();
  training.form.set({ title: "Tilted", quality: "quick" });
  training.draw();
  training.ask();
  expect(training.form.get()).toEqual({ title: "Tilted", quality: "quick" });
  board.setState({ name: "Cats" });
  training.renew();
  expect(training.form.get().title).toBe("Cats");
  training.form.set({ title: "Tilted", quality: "quick" });
  await training.start();
  training.ask();
  expect(training.form.get().title).toBe("Cats");
});

it("leaves the paper to whoever went back to it while the job was being sent", async () => {
  await jobs.refresh();
  training.renew();
  expect(training.pane.get().kind).toBe("draw");
  training.ask();
  const sent = training.start();
  training.draw();
  await sent;
  expect(training.pane.get().kind).toBe("draw");
  expect(server.jobs).toHaveLength(1);
});

it("stays at the card when the server refuses, and says why", async () => {
  await jobs.refresh();
  training.ask();
  server.problem = { code: "invalid_params", detail: "There is one.", hint: "Choose another." };
  await training.start();
  expect(training.pane.get()).toEqual({ kind: "start" });
  expect(training.problem.get()?.sentence).toBe("There is one.");
});

it("makes folders' names of what people type", () => {
  expect(nameFor("My tilted Heads!", [])).toBe("my-tilted-heads");
  expect(nameFor("Élan", ["elan", "elan-2"])).toBe("elan-3");
  expect(nameFor("头像", [])).toBeNull();
  expect(nameFor("x".repeat(120), [])).toHaveLength(55);
});

it("says beforehand which models cannot be taught", () => {
  expect(whyNotTaught(MODEL)).toBeNull();
  expect(whyNotTaught({ ...MODEL, kind: "analytic" })).toContain("a program");
  expect(whyNotTaught({ ...MODEL, spaces: ["z"] })).toContain("no mapping network");
  expect(whyNotTaught({ ...MODEL, classes: ["cat"] })).toContain("classes");
  expect(whyNotTaught({ ...MODEL, has_discriminator: false })).toContain("fresh");
});

it("tells times no more exactly than they are known", () => {
  const said = [20, 70, 200, 700, 7000, 400_000].map(sayAbout);
  expect(said).toEqual([
    "less than a minute",
    "about a minute",
    "about 3 minutes",
    "about 10 minutes",
    "about 2 hours",
    "about 5 days",
  ]);
});

it("says what a model learned from, as far as its card tells", () => {
  const taught = {
    parent: "portraits-64",
    drawings: 2,
    drawn_by: "lines",
    updates: 150,
    match: 0.714,
    match_before: 0.63,
  };
  expect(sayTaught(taught, "Portraits")).toBe(
    "Portraits learned from 2 drawings in 150 updates, held against lines. Its samples lie on the drawings by 71 %, 63 % before.",
  );
  const untold = { ...taught, drawings: 0, drawn_by: "", updates: null, match: null, match_before: null };
  expect(sayTaught(untold, "Portraits")).toBe("Portraits learned from drawings.");
});
