/** The drawer of jobs: from an empty list to a job that is started, followed, stopped, repeated and deleted. */

import {
  act,
  cleanup,
  configure,
  fireEvent,
  type RenderResult,
  waitFor,
  within,
} from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { JobSummary, ModelSummary, RecipeSummary, WalkList } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { FakeJobsServer, fakeJobs, JOB, RECIPE } from "../state/fakes";
import type { App } from "./app";
import { Drawer } from "./Drawer";
import { draw, makeApp } from "./fixture";
import { JobsButton } from "./JobsButton";

const MODEL = { id: "portraits-64", title: "Portraits", classes: [], layer_names: ["4", "8"] } as unknown;
const WALKS = { model: "portraits-64", walks: [{ id: "pca-w/3", title: "Component 3" }] } as unknown;

// Roles are found by walking the whole page, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

let server: FakeJobsServer;
let app: App;
let copied: string[];

const job = (id: string, change: Partial<JobSummary> = {}): JobSummary => ({ ...JOB, id, ...change });
const told = (change: Partial<JobSummary>) => act(() => app.jobs.change(job("one", change)));
const asked = (method: string) => server.asked.filter((each) => each.method === method);

async function open(...jobs: JobSummary[]): Promise<RenderResult> {
  server.jobs = jobs;
  await app.jobs.refresh();
  app.drawer.setState({ isOpen: true });
  return draw(
    app,
    <>
      <Drawer />
      <JobsButton />
    </>,
  );
}

beforeEach(() => {
  server = new FakeJobsServer();
  copied = [];
  const catalog = createCatalogStore();
  catalog.setState({
    models: [MODEL as ModelSummary],
    walks: { "portraits-64": WALKS as WalkList },
  });
  const copyText = async (text: string) => void copied.push(text);
  app = makeApp({ ...fakeJobs(server), catalog, copyText });
});

afterEach(cleanup);

it("says what a job is, and starts the first one by its form", async () => {
  const page = await open();
  page.getByText("Nothing is at work");
  fireEvent.click(page.getByRole("button", { name: "Learn a walk" }));
  const form = page.getByRole("form", { name: "Learn a walk" });
  fireEvent.change(within(form).getByLabelText("Updates"), { target: { value: "0" } });
  within(form).getByText("Updates must be at least 1 updates.");
  fireEvent.submit(form);
  within(form).getByText("One setting needs a look.");
  expect(asked("POST")).toEqual([]);

  fireEvent.click(within(form).getByText("As published"));
  fireEvent.submit(form);
  await waitFor(() => page.getByRole("article", { name: "Learn shift x" }));
  expect(asked("POST").map(({ path, body }) => [path, body])).toEqual([
    [
      "/api/jobs",
      {
        kind: "steer",
        title: "",
        params: { model: "portraits-64", edit: "shift_x", updates: 20000, rate: 0.0001 },
      },
    ],
  ]);
});

it("keeps the form when the server refuses, and says why", async () => {
  const page = await open();
  fireEvent.click(page.getByRole("button", { name: "Learn a walk" }));
  server.problem = { code: "invalid_params", detail: "The range is too wide.", hint: "Choose less." };
  fireEvent.submit(page.getByRole("form"));
  expect((await page.findByRole("alert")).textContent).toContain("The range is too wide. Choose less.");
  page.getByRole("form");
});

it("follows a job as the socket tells of it", async () => {
  const page = await open(job("one"));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  const article = await page.findByRole("article", { name: "Learn shift x" });
  expect(within(article).queryByRole("img")).toBeNull();
  told({ preview: 2, updates: 110, fraction: 0.5, seconds_left: 20 });
  expect(
    within(article)
      .getByRole("img", { name: /^Newest pictures/ })
      .getAttribute("src"),
  ).toBe("./api/jobs/one/artifacts/preview.jpg?n=2");
  within(article).getByRole("img", { name: /^Losses. loss against updates: edit/ });
  expect(page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
  page.getByText("1 running");
  expect(article.textContent).toContain("20 s left");
});

it("pauses, resumes, and asks before it deletes", async () => {
  const page = await open(job("one"));
  fireEvent.click(page.getByRole("button", { name: "Pause Learn shift x" }));
  fireEvent.click(await page.findByRole("button", { name: "Resume Learn shift x" }));
  fireEvent.click(await page.findByRole("button", { name: "Cancel Learn shift x" }));
  fireEvent.click(await page.findByRole("button", { name: "Delete Learn shift x" }));
  expect(asked("DELETE")).toEqual([]);
  fireEvent.click(page.getByRole("button", { name: "Keep" }));
  fireEvent.click(page.getByRole("button", { name: "Delete Learn shift x" }));
  fireEvent.click(page.getByRole("button", { name: "Delete" }));
  await waitFor(() => page.getByText("No jobs yet."));
  expect(server.asked.filter(({ method }) => method !== "GET").map(({ path }) => path)).toEqual([
    "/api/jobs/one/pause",
    "/api/jobs/one/resume",
    "/api/jobs/one/cancel",
    "/api/jobs/one",
  ]);
});

it("asks before it throws a minute's work away, and leaves no other button where that was", async () => {
  const page = await open(job("one", { seconds: 90 }));
  const cancel = page.getByRole("button", { name: "Cancel Learn shift x" });
  const places = [...(cancel.parentElement?.children ?? [])];
  fireEvent.click(cancel);
  page.getByText("Cancel it? What it did in 2 min is lost.");
  expect(asked("POST")).toEqual([]);
  fireEvent.click(page.getByRole("button", { name: "Cancel it" }));
  const remove = await page.findByRole("button", { name: "Delete Learn shift x" });
  const now = [...(remove.parentElement?.children ?? [])];
  expect(now.slice(-2).every((each) => each.tagName === "SPAN")).toBe(true);
  expect(places.slice(-2).every((each) => each.tagName === "BUTTON")).toBe(true);
});

it("hears at once that it shall finish, and is not asked twice", async () => {
  server.recipes = [{ ...RECIPE, ends_early: true }];
  const page = await open(job("one"));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  fireEvent.click(await page.findByRole("button", { name: "Finish now, keep what it has" }));
  const heard = page.getByRole("button", { name: "Finishing: keeps what it has…" });
  expect((heard as HTMLButtonElement).disabled).toBe(true);
  const pause = page.getAllByRole("button", { name: "Pause Learn shift x" })[0] as HTMLButtonElement;
  expect(pause.disabled).toBe(true);
});

it("asks before it starts an ended job over, whose files would go", async () => {
  const page = await open(job("one", { state: "done" }));
  const startOver = () => fireEvent.click(page.getByRole("button", { name: "Start over Learn shift x" }));
  startOver();
  expect(asked("POST")).toEqual([]);
  fireEvent.click(page.getByRole("button", { name: "Keep" }));
  startOver();
  fireEvent.click(page.getByRole("button", { name: "Start over" }));
  await page.findByRole("button", { name: "Pause Learn shift x" });
  expect(asked("POST").map(({ path }) => path)).toEqual(["/api/jobs/one/restart"]);
});

it("takes the slider of a widened model up on that model", async () => {
  const wide = { ...(MODEL as ModelSummary), id: "wide", title: "Wide" };
  app.catalog.setState({ models: [MODEL as ModelSummary, wide] });
  const page = await open(job("one", { state: "done", result_model: "wide", walks: ["steer-zoom/zoom"] }));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  fireEvent.click(await page.findByRole("button", { name: "How far can it go?" }));
  expect(app.jobsView.getState().pane).toMatchObject({ model: "wide", walk: "steer-zoom/zoom" });
  act(() => app.jobsView.setState({ pane: { kind: "job", id: "one" } }));
  fireEvent.click(page.getByRole("button", { name: "Use it" }));
  expect(app.document.getState().picture?.model).toBe("wide");
});

it("takes a title and notes in place", async () => {
  const page = await open(job("one"));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  const title = await page.findByRole("textbox", { name: "Title" });
  fireEvent.change(title, { target: { value: "Mine" } });
  fireEvent.keyDown(title, { key: "Enter" });
  await page.findByRole("article", { name: "Mine" });
  const notes = await page.findByRole("textbox", { name: "Notes" });
  fireEvent.change(notes, { target: { value: "keep" } });
  fireEvent.blur(notes);
  await waitFor(() =>
    expect(asked("PATCH").map(({ body }) => body)).toEqual([{ title: "Mine" }, { notes: "keep" }]),
  );
});

it("repeats a job with what it was told, and gives it as a command", async () => {
  server.details = { one: { params: { model: "portraits-64", edit: "zoom", updates: 7, rate: 0.1 } } };
  const page = await open(job("one", { state: "done" }));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  fireEvent.click(await page.findByRole("button", { name: "Copy as command" }));
  expect(copied).toEqual(["wend steer portraits-64 zoom --set updates=7 --set rate=0.1"]);
  fireEvent.click(page.getByRole("button", { name: "Repeat with these" }));
  const field = page.getByLabelText("Updates") as HTMLInputElement;
  expect(field.value).toBe("7");
});

it("opens a report in a tab of its own, and saves other files", async () => {
  server.details = {
    one: {
      artifacts: [
        { name: "report.html", bytes: 91_234, media_type: "text/html" },
        { name: "walk.safetensors", bytes: 12, media_type: "application/octet-stream" },
      ],
    },
  };
  const page = await open(job("one", { state: "done" }));
  fireEvent.click(page.getByRole("button", { name: /^Learn shift x/ }));
  const report = await page.findByRole("link", { name: "report.html" });
  expect([report.getAttribute("target"), report.getAttribute("rel")]).toEqual([
    "_blank",
    "noopener noreferrer",
  ]);
  expect(page.getByRole("link", { name: "walk.safetensors" }).getAttribute("download")).toBe(
    "walk.safetensors",
  );
});

it("measures how far a walk can go, once, and shows what came out", async () => {
  const limits: RecipeSummary = {
    ...RECIPE,
    kind: "limits",
    title: "How far can it go?",
    presets: { Quick: { seeds: 40 } },
  };
  server.recipes = [RECIPE, limits];
  const page = await open();
  act(() =>
    app.jobsView.setState({
      pane: { kind: "limits", model: "portraits-64", walk: "pca-w/3", isAsked: true },
    }),
  );
  page.getByText("How far can “Component 3” go?");
  await waitFor(() => expect(asked("POST")).toHaveLength(1));
  expect(asked("POST")[0]?.body).toEqual({
    kind: "limits",
    params: { model: "portraits-64", walk: "pca-w/3", seeds: 40 },
    title: "Limits of Component 3",
  });
  const [measured] = server.jobs;
  if (!measured) throw new Error("no job was made");
  const axis = { label: "strength", unit: "px", low: null, high: null, scale: "linear" };
  const line = { name: "median", x: [-1, 0, 1], y: [-2, 0, 2], bands: [], has_points: true };
  server.artifacts[`${measured.id}/limits.json`] = {
    charts: [
      { kind: "lines", title: "Shift", x: axis, y: axis, lines: [line], note: "", is_filled: false },
      {
        kind: "bars",
        title: "Leaks",
        value: axis,
        names: ["tilt"],
        series: { all: [-0.25] },
        reference: 0.5,
      },
      { kind: "matrix", title: "Reach against spread", names: [], values: [] },
    ],
    zones: { trained: [-1, 1], reachable: [-0.5, 1], saturated: null },
    facts: { reaches: "-1 to 2 px" },
  };
  server.details[measured.id] = {
    artifacts: [{ name: "limits.json", bytes: 1, media_type: "application/json" }],
  };
  const done: JobSummary = { ...measured, state: "done" };
  server.jobs = [done];
  act(() => app.jobs.change(done));
  await page.findByRole("img", { name: "Shift. strength (px) against strength (px): median from −2 to 2." });
  expect(page.getByRole("list", { name: "Strengths of the walk" }).textContent).toContain("−0.5 to 1");
  page.getByText("-1 to 2 px");
  const bars = page.getByRole("figure", { name: "Leaks" });
  expect(within(bars).getByRole("listitem").textContent).toBe("tilt−0.25 px");
  page.getByText("Not drawn here: “Reach against spread”. The files hold it.");
  expect(app.jobsView.getState().pane).toMatchObject({ isAsked: false });
});

it("says when the list does not come", async () => {
  server.problem = { code: "database_newer", detail: "The database is too new.", hint: "Update Wend." };
  const page = await open();
  expect(page.getByRole("alert").textContent).toContain("The database is too new. Update Wend.");
  fireEvent.click(page.getByRole("button", { name: "Try again" }));
  await waitFor(() => page.getByText("No jobs yet."));
});

it("takes the keyboard when it is opened by hand, and gives it back with Escape", async () => {
  const page = await open();
  const region = () => page.queryByRole("region", { name: "Jobs" });
  expect(document.activeElement).toBe(document.body);
  act(() => app.commands["toggle-jobs"].run());
  expect(region()).toBeNull();
  act(() => app.commands["toggle-jobs"].run());
  expect(document.activeElement).toBe(region());
  fireEvent.keyDown(region() ?? document.body, { key: "Escape" });
  expect(region()).toBeNull();
  expect(document.activeElement?.textContent).toContain("Jobs");
});
