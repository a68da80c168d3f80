/** Jobs follow the socket, keep what is asked of the server, and tell what goes wrong. */

import { beforeEach, expect, it } from "vitest";
import type { JobSummary } from "../protocol/wire";
import { FakeJobsServer, FakeNewsDesk, fakeJobs, JOB, RECIPE } from "./fakes";
import { withPoint } from "./job_history";
import { actsOf, canFinish, type Jobs, LIST } from "./jobs";
import { createJobsViewStore } from "./jobs_view";

let server: FakeJobsServer;
let desk: FakeNewsDesk;
let jobs: Jobs;
let page: ReturnType<typeof fakeJobs>;

const known = () => jobs.store.getState().jobs.map(({ id }) => id);
const job = (id: string, change: Partial<JobSummary> = {}): JobSummary => ({ ...JOB, id, ...change });

beforeEach(() => {
  server = new FakeJobsServer();
  desk = new FakeNewsDesk();
  page = fakeJobs(server, desk);
  jobs = page.jobs;
});

it("lists jobs newest first, and says which browser asks", async () => {
  server.jobs = [job("old", { created: "2026-01-01T00:00:00Z" }), job("new")];
  await jobs.refresh();
  expect(known()).toEqual(["new", "old"]);
  expect(jobs.store.getState().recipes).toHaveLength(1);
  expect(server.asked.map(({ browser }) => browser)).toEqual(["0123456789abcdef", "0123456789abcdef"]);
});

it("keeps what the socket told while a list was on its way", async () => {
  server.jobs = [job("one", { fraction: 0.1 }), job("two")];
  const refreshing = jobs.refresh();
  jobs.change(job("one", { fraction: 0.9 }));
  jobs.drop("two");
  await refreshing;
  expect(known()).toEqual(["one"]);
  expect(jobs.find("one")?.fraction).toBe(0.9);
});

it("forgets on reconnection what has been deleted meanwhile", async () => {
  server.jobs = [job("one"), job("two")];
  await jobs.refresh();
  server.jobs = [job("two")];
  await jobs.refresh();
  expect(known()).toEqual(["two"]);
});

it("tells a problem with a job beside the job, and takes it back once things work", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  server.problem = { code: "job_not_running", detail: "It does not run.", hint: "Resume it first." };
  await jobs.act("one", "pause");
  expect(jobs.store.getState().problems).toEqual({
    one: { code: "job_not_running", sentence: "It does not run.", hint: "Resume it first." },
  });
  await jobs.act("one", "pause");
  expect(jobs.store.getState().problems).toEqual({});
  expect(jobs.find("one")?.state).toBe("paused");
});

it("ignores an answer that is older than what the socket told since", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  const pausing = jobs.act("one", "pause");
  jobs.change(job("one", { state: "cancelled" }));
  await pausing;
  expect(jobs.find("one")?.state).toBe("cancelled");

  const naming = jobs.patch("one", { title: "Late" });
  jobs.drop("one");
  await naming;
  expect(jobs.find("one")).toBeUndefined();
});

it("takes answers in turn while the socket is silent", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  await Promise.all([jobs.patch("one", { title: "First" }), jobs.patch("one", { title: "Second" })]);
  expect(jobs.find("one")?.title).toBe("Second");
});

it("leaves every other job of a long list as it was, and in its place", async () => {
  const created = (place: number) => new Date(Date.UTC(2026, 0, 1, 0, place)).toISOString();
  server.jobs = Array.from({ length: 200 }, (_, place) => job(`${place}`, { created: created(place) }));
  await jobs.refresh();
  const before = jobs.store.getState().jobs;
  jobs.change(job("100", { created: created(100), fraction: 0.9 }));
  const after = jobs.store.getState().jobs;
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(after.filter((each, place) => each !== before[place]).map(({ id }) => id)).toEqual(["100"]);
});

it("tells a list that did not come, and keeps the one there was", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  server.problem = { code: "database_newer", detail: "Too new.", hint: "Update." };
  await jobs.refresh();
  expect(jobs.store.getState().problems[LIST]?.sentence).toBe("Too new.");
  expect(known()).toEqual(["one"]);
});

it("follows the losses of a job that is looked at", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  await jobs.look("one");
  jobs.change(job("one", { updates: 110, losses: [{ name: "edit", value: 0.4 }] }));
  jobs.change(job("one", { updates: 120, losses: [{ name: "edit", value: null }] }));
  jobs.change(job("two", { updates: 10 }));
  const { details } = jobs.store.getState();
  expect(details.one?.history).toEqual([{ updates: 110, seconds: 30, losses: { edit: 0.4 } }]);
  expect(details.one?.job.updates).toBe(120);
  expect(details.two).toBeUndefined();
});

it("asks anew what a job made when its state changes", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  await jobs.look("one");
  server.jobs = [job("one", { state: "done" })];
  server.details = { one: { artifacts: [{ name: "report.html", bytes: 9, media_type: "text/html" }] } };
  jobs.change(job("one", { state: "done" }));
  await new Promise((resolve) => setTimeout(resolve));
  expect(jobs.store.getState().details.one?.artifacts).toHaveLength(1);
});

it("asks anew when a job ended while its first answer was on its way", async () => {
  server.jobs = [job("one")];
  await jobs.refresh();
  const looking = jobs.look("one");
  server.jobs = [job("one", { state: "done" })];
  server.details = { one: { artifacts: [{ name: "report.html", bytes: 9, media_type: "text/html" }] } };
  jobs.change(job("one", { state: "done" }));
  await looking;
  expect(jobs.store.getState().details.one?.artifacts).toHaveLength(1);
});

it("begins the history again when a job is restarted, and thins a long one", () => {
  const point = (updates: number) => ({ updates, seconds: 0, losses: { edit: 1 } });
  const again = withPoint(
    [point(10), point(20)],
    job("one", { updates: 1, losses: [{ name: "edit", value: 2 }] }),
  );
  expect(again.map(({ updates }) => updates)).toEqual([1]);
  const long = Array.from({ length: 2000 }, (_, place) => point(place));
  const thinned = withPoint(long, job("one", { updates: 5000 }));
  expect(thinned.length).toBeLessThan(1100);
  expect(thinned.at(-1)?.updates).toBe(5000);
});

it("finds the newest job with the same parameters, those that failed aside", async () => {
  const limits = (id: string, created: string, change: Partial<JobSummary> = {}) =>
    job(id, { kind: "limits", created, state: "done", ...change });
  server.jobs = [
    limits("a", "2026-01-01"),
    limits("b", "2026-01-02"),
    limits("c", "2026-01-03", { state: "failed" }),
    limits("d", "2026-01-04", { model: "other" }),
  ];
  server.details = {
    a: { params: { walk: "w/0" } },
    b: { params: { walk: "w/0" } },
    c: { params: { walk: "w/0" } },
    d: { params: { walk: "w/0" } },
  };
  await jobs.refresh();
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/0" })).toBe("b");
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/1" })).toBeNull();
});

it("asks for the parameters of many jobs once, some at a time, and no further than it must", async () => {
  server.jobs = Array.from({ length: 200 }, (_, place) =>
    job(`${place}`, { kind: "limits", created: new Date(Date.UTC(2026, 0, 1, 0, -place)).toISOString() }),
  );
  server.details = { "7": { params: { walk: "w/0" } }, "150": { params: { walk: "w/0" } } };
  await jobs.refresh();
  server.asked.length = 0;
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/0" })).toBe("7");
  expect(server.asked).toHaveLength(12);
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/0" })).toBe("7");
  expect(server.asked).toHaveLength(12);
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/1" })).toBeNull();
  expect(await jobs.findLike("limits", "portraits-64", { walk: "w/2" })).toBeNull();
  expect(server.asked).toHaveLength(200);
});

it("offers what a state allows, and nothing for a job of another server", () => {
  expect(actsOf(job("one", { state: "running" }))).toEqual(["pause", "cancel"]);
  expect(actsOf(job("one", { state: "failed" }))).toEqual(["resume", "restart"]);
  expect(actsOf(job("one", { state: "running", is_here: false }))).toEqual([]);
});

it("lets a job end early that has something to leave by then", () => {
  const recipes = [{ ...RECIPE, ends_early: true }];
  const running = job("one", { kind: RECIPE.kind, state: "running", updates: 3 });
  expect(canFinish(running, recipes)).toBe(true);
  expect(canFinish(running, [RECIPE])).toBe(false);
  expect(canFinish(running, null)).toBe(false);
  for (const change of [{ updates: 0 }, { state: "done" as const }, { is_here: false }])
    expect(canFinish({ ...running, ...change }, recipes)).toBe(false);
});

it("tells of an end only to who looks elsewhere, and by notice only if wanted", () => {
  const end = (id: string) => {
    jobs.change(job(id));
    jobs.change(job(id, { state: "done" }));
  };
  end("seen");
  expect(desk.title).toBeNull();
  desk.hidden = true;
  end("one");
  expect([desk.title, desk.notices]).toEqual(["(1)", []]);
  page.jobsView.setState({ wantsNews: true });
  end("two");
  expect([desk.title, desk.notices]).toEqual(["(2)", ["Learn shift x is done."]]);
  page.jobNews.seen();
  expect(desk.title).toBeNull();
  expect(page.jobNews.said.get()).toBe("Learn shift x is done.");
});

it("tells of imports and searches that end out of sight, and of nothing that was over before", () => {
  const upload = { id: "1", size: 1, sent: 1, secondsLeft: null, model: null, problem: null };
  const reading = { ...upload, key: "a", name: "a.pt", phase: "reading" as const };
  const done = { ...reading, phase: "done" as const, model: "a" };
  const { jobNews } = page;
  desk.hidden = true;
  jobNews.noteUploads([reading], []);
  jobNews.noteUploads([done], [reading]);
  jobNews.noteUploads([done], [done]);
  expect([desk.title, jobNews.said.get()]).toEqual(["(1)", "a.pt is the model a."]);
  const search = {
    type: "progress",
    work: "discover:m",
    label: "",
    fraction: 1,
    seconds_left: null,
  } as const;
  jobNews.noteProgress({ ...search, is_done: false, failure: null });
  expect(desk.title).toBe("(1)");
  jobNews.noteProgress({ ...search, is_done: true, failure: "No memory." });
  expect([desk.title, jobNews.said.get()]).toEqual(["(2)", "The search for sliders failed. No memory."]);
});

it("remembers the job, and no form or order to begin", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
  const view = createJobsViewStore(storage);
  view.setState({ pane: { kind: "limits", model: "m", walk: "w/0", isAsked: true } });
  expect(createJobsViewStore(storage).getState().pane).toEqual({
    kind: "limits",
    model: "m",
    walk: "w/0",
    isAsked: false,
  });
  view.setState({ pane: { kind: "form", recipe: "steer", params: null } });
  expect(createJobsViewStore(storage).getState().pane).toEqual({ kind: "none" });
  kept.set("wend.jobs", "{nonsense");
  expect(createJobsViewStore(storage).getState().isLog).toBe(true);
});

it("knows at once that a job was told to finish, until it has, or that was refused", async () => {
  server.jobs = [job("one", { kind: "sketch" })];
  await jobs.refresh();
  const finishing = () => jobs.store.getState().finishing;
  const asked = jobs.act("one", "finish");
  expect(finishing()).toEqual(["one"]);
  await asked;
  jobs.change(job("one", { kind: "sketch", updates: 7 }));
  expect(finishing()).toEqual(["one"]);
  jobs.change(job("one", { kind: "sketch", state: "done" }));
  expect(finishing()).toEqual([]);
  server.problem = { code: "job_state_invalid", detail: "It is done.", hint: "" };
  await jobs.act("one", "finish");
  expect(finishing()).toEqual([]);
});
