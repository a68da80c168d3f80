/** The panel finds factors, writes and takes their values, and says what became of them. */

import { act, cleanup, fireEvent, type RenderResult, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { FactorSetAnswer, JobSummary, ModelSummary, RecipeSummary } from "../protocol/wire";
import type { FactorWalk } from "../state/factor_units";
import { FakeJobsServer, fakeJobs, JOB } from "../state/fakes";
import { alphaOf } from "../state/picture";
import type { App } from "./app";
import { FactorPanel } from "./FactorPanel";
import { draw, makeApp } from "./fixture";

const MODEL = PICTURE.model;
const X: FactorWalk = {
  ...WALK,
  id: "factor-shift-x-0a1b2c/shift-x",
  title: "Position x",
  method: "factor",
  factor: {
    edit: "shift_x",
    unit: "of width",
    low: -0.3,
    high: 0.3,
    rms: 0.02,
    anchor: "measured",
    attribute: "head_x",
  },
};
const Y: FactorWalk = {
  ...X,
  id: "factor-shift-y-0a1b2c/shift-y",
  title: "Position y",
  factor: { ...X.factor, edit: "shift_y", unit: "of height", attribute: null },
};
const RECIPE: RecipeSummary = {
  kind: "factor",
  title: "Find a factor",
  summary: "Finds one.",
  ends_early: false,
  params: { type: "object", properties: { edit: { enum: ["zoom", "shift_y", "shift_x"] } } },
  presets: { Fast: { starts: 60 }, "As published": { starts: 50 } },
};

let app: App;
let page: RenderResult;
let server: FakeJobsServer;
let asked: { path: string; body: unknown }[];
let answer: () => Response;

function open(walks: readonly FactorWalk[], recipes: readonly RecipeSummary[] = [RECIPE]): void {
  const model = { id: MODEL, title: "Faces", classes: [], layer_names: [], resolution: 64 };
  app.catalog.setState({
    models: [model as unknown as ModelSummary],
    walks: { [MODEL]: { model: MODEL, walks, is_complete: true } },
  });
  app.jobs.store.setState({ recipes });
  page = draw(app, <FactorPanel />);
}

/** The server tells where the picture that is shown stands. */
function read(
  values: Readonly<Record<string, number>>,
  measured: Readonly<Record<string, number>> = {},
): void {
  act(() => {
    app.factors.noteShown(app.document.getState().picture ?? PICTURE, false);
    app.factors.noteSent(1);
    const factors = Object.entries(values).map(([walk, value]) => ({
      walk,
      value,
      measured: measured[walk] ?? null,
      position: 0,
      is_off_prior: false,
      is_unseen: false,
    }));
    app.factors.handleReading({
      type: "reading",
      view: 0,
      revision: 1,
      values: [],
      chances: [],
      factors,
      ms: 1,
    });
  });
}

const field = (title: string) => page.getByLabelText(`${title}, value`) as HTMLInputElement;
const slider = (title: string) => page.getByRole("slider", { name: title });
const alpha = (walk: FactorWalk) => alphaOf(app.document.getState().picture ?? PICTURE, walk.id);

function type(title: string, text: string): void {
  fireEvent.focus(field(title));
  fireEvent.change(field(title), { target: { value: text } });
  fireEvent.keyDown(field(title), { key: "Enter" });
}

function answerOf(more: Partial<FactorSetAnswer> = {}): Response {
  return Response.json({
    edits: [{ walk: X.id, alpha: 0.17, layers: null, is_locked: false }],
    predicted: [0.22],
    measured: [0.25],
    before: [0.05],
    rounds: 2,
    is_closed: true,
    notes: [],
    ...more,
  } satisfies FactorSetAnswer);
}

beforeEach(() => {
  asked = [];
  answer = () => answerOf();
  server = new FakeJobsServer();
  app = makeApp(fakeJobs(server), async (path, init) => {
    asked.push({ path, body: typeof init?.body === "string" ? JSON.parse(init.body) : null });
    return answer();
  });
});

afterEach(cleanup);

it("is not there where nothing could be found", () => {
  open([], []);
  expect(page.queryByRole("region", { name: "Factors" })).toBeNull();
});

it("waits for the picture's own value, and then stands there", () => {
  open([X]);
  expect(field("Position x").value).toBe("–");
  expect(slider("Position x").getAttribute("aria-disabled")).toBe("true");
  read({ [X.id]: 0.05 });
  expect(field("Position x").value).toBe("+0.050");
  expect(slider("Position x").getAttribute("aria-valuetext")).toBe("+0.050 of width");
  expect(slider("Position x").getAttribute("aria-description")).toContain("±0.020 of width");
  expect(slider("Position x").querySelectorAll("[data-kind=doubtful]")).toHaveLength(2);
});

it("sets a typed value by measuring, and says what came of it", async () => {
  open([X]);
  read({ [X.id]: 0.05 });
  type("Position x", "x = +0.25 of width");
  expect(page.getByLabelText("Measuring")).toBeTruthy();
  expect(alpha(X)).toBeCloseTo(0.2);
  await waitFor(() => page.getByText("Measured +0.250, predicted +0.220."));
  expect(alpha(X)).toBeCloseTo(0.17);
  expect(field("Position x").value).toBe("+0.250");
  expect(asked).toMatchObject([
    { path: "/api/factors/set", body: { loop: "closed", targets: [{ walk: X.id, value: 0.25 }] } },
  ]);
});

it("says plainly that nothing measures a factor", async () => {
  open([Y]);
  read({ [Y.id]: 0 });
  answer = () =>
    answerOf({
      edits: [{ walk: Y.id, alpha: 0.1, layers: null, is_locked: false }],
      predicted: [0.1],
      measured: [null],
      is_closed: false,
    });
  type("Position y", "0.1");
  await waitFor(() => page.getByText("Predicted +0.100 of height, not measured."));
  expect(asked).toMatchObject([{ body: { loop: "open" } }]);
});

it("keeps a typed value that is out of reach, says how far it goes, and goes there", async () => {
  open([X]);
  read({ [X.id]: 0.05 });
  type("Position x", "3");
  page.getByText(/goes from −0.300 to \+0.300 of width/);
  expect(field("Position x").value).toBe("+3.000");
  expect(field("Position x").getAttribute("aria-invalid")).toBe("true");
  expect([alpha(X), asked]).toEqual([0, []]);
  fireEvent.click(page.getByRole("button", { name: "Set to +0.300 of width" }));
  expect(asked).toMatchObject([{ body: { targets: [{ walk: X.id, value: 0.3 }] } }]);
  await waitFor(() => page.getByText(/^Measured/));
  expect(page.queryByText(/Out of reach/)).toBeNull();
});

it("forgets a value out of reach with Escape, and with the picture", () => {
  open([X]);
  read({ [X.id]: 0.05 });
  type("Position x", "3");
  fireEvent.keyDown(field("Position x"), { key: "Escape" });
  expect(field("Position x").value).toBe("+0.050");
  type("Position x", "3");
  act(() => app.editor.commit("Truncation", (picture) => ({ ...picture, psi: 0.25 })));
  expect(page.queryByText(/Out of reach/)).toBeNull();
});

it("stands at what is measured, with the prediction beside it, and warns of what is measured alone", () => {
  open([X]);
  read({ [X.id]: 0.5 }, { [X.id]: 0.1 });
  expect(field("Position x").value).toBe("+0.100");
  expect(slider("Position x").getAttribute("aria-valuenow")).toBe("0.1");
  expect(slider("Position x").getAttribute("aria-description")).toContain(
    "the arrow is what the factor predicts",
  );
  expect(page.queryByText(/^Off what this generator draws/)).toBeNull();
  expect(page.queryByLabelText("Predicted")).toBeNull();
  read({ [X.id]: 0.1 }, { [X.id]: 0.5 });
  page.getByText(/^Off what this generator draws/);
});

it("says that a value is predicted alone", () => {
  open([X]);
  read({ [X.id]: 0.1 });
  expect(page.getByLabelText("Predicted").title).toContain("Nothing here measures it");
});

it("puts the point of the pad where the picture is measured", () => {
  open([X, Y]);
  act(() => app.factorView.setState({ isPadOpen: true }));
  read({ [X.id]: 0.2, [Y.id]: 0.1 }, { [X.id]: 0.05 });
  const pad = slider("Position x and Position y");
  expect(pad.getAttribute("aria-valuetext")).toBe("Position x +0.050 of width, Position y +0.100 of height");
  expect(pad.getAttribute("aria-description")).toContain("the cross where it is predicted");
});

it("locks a factor", () => {
  open([X]);
  read({ [X.id]: 0.1 });
  fireEvent.click(page.getByRole("button", { name: "Lock Position x" }));
  expect(app.document.getState().picture?.edits).toEqual([
    { walk: X.id, alpha: 0, layers: null, is_locked: true },
  ]);
});

it("moves by prediction while it is dragged, and off the prior says so and sets nothing", () => {
  open([X]);
  read({ [X.id]: 0.05 });
  fireEvent.keyDown(slider("Position x"), { key: "End" });
  expect(asked).toEqual([]);
  fireEvent.keyUp(slider("Position x"), { key: "End" });
  expect(alpha(X)).toBeGreaterThan(0.25);
  expect(page.getByText(/^Off what this generator draws/)).toBeTruthy();
  expect(asked).toEqual([]);
});

it("takes what is let go of as predicted where setting is off", () => {
  open([X]);
  read({ [X.id]: 0.05 });
  fireEvent.click(page.getByRole("switch", { name: "Set by measuring" }));
  fireEvent.keyDown(slider("Position x"), { key: "ArrowRight" });
  fireEvent.keyUp(slider("Position x"), { key: "ArrowRight" });
  expect(alpha(X)).toBeGreaterThan(0);
  expect(asked).toEqual([]);
});

it("asks the server where the value that is known is of another picture", async () => {
  open([X]);
  read({ [X.id]: 0.05 });
  fireEvent.click(page.getByRole("switch", { name: "Set by measuring" }));
  act(() => app.editor.commit("Truncation", (picture) => ({ ...picture, psi: 0.25 })));
  fireEvent.keyDown(slider("Position x"), { key: "ArrowRight" });
  fireEvent.keyUp(slider("Position x"), { key: "ArrowRight" });
  expect(alpha(X)).toBe(0);
  await waitFor(() => expect(alpha(X)).toBeCloseTo(0.17));
  expect(asked).toMatchObject([{ path: "/api/factors/set", body: { loop: "open" } }]);
});

it("moves two factors together on the pad, as one step", () => {
  open([X, Y]);
  read({ [X.id]: 0, [Y.id]: 0 });
  act(() => app.factorView.setState({ isPadOpen: true, isClosed: false }));
  const pad = slider("Position x and Position y");
  fireEvent.keyDown(pad, { key: "ArrowRight" });
  fireEvent.keyDown(pad, { key: "ArrowDown" });
  fireEvent.keyUp(pad, { key: "ArrowDown" });
  // Down in the picture is more of y.
  expect(alpha(X)).toBeGreaterThan(0);
  expect(alpha(Y)).toBeGreaterThan(0);
  expect(app.document.getState().at).toBe(1);
  fireEvent.keyDown(pad, { key: "Home" });
  fireEvent.keyUp(pad, { key: "Home" });
  expect([alpha(X), alpha(Y)]).toEqual([0, 0]);
});

it("begins a search for each factor that is chosen, and shows how far it is", async () => {
  open([]);
  fireEvent.click(page.getByRole("button", { name: "Find a factor…" }));
  const boxes = () => page.getAllByRole("checkbox").map((box) => (box as HTMLInputElement).value);
  expect(boxes()).toEqual(["shift_x", "shift_y", "zoom"]);
  fireEvent.click(page.getByRole("checkbox", { name: /^y / }));
  fireEvent.click(page.getByRole("button", { name: "Find 2" }));
  await waitFor(() => expect(server.asked).toHaveLength(2));
  expect(server.asked.map(({ body }) => body)).toEqual([
    { kind: "factor", title: "", params: { starts: 60, model: MODEL, edit: "shift_x" } },
    { kind: "factor", title: "", params: { starts: 60, model: MODEL, edit: "shift_y" } },
  ]);
  const list = await waitFor(() => page.getByRole("list", { name: "Factors being found" }));
  expect(list.querySelectorAll("[data-job]")).toHaveLength(2);
});

it("shows what is at work above what waits, and tells what a preset means", () => {
  open([]);
  const job: JobSummary = { ...JOB, kind: "factor", model: MODEL };
  const x = { ...job, id: "a".repeat(12), title: `Position x of ${MODEL}`, state: "running" } as const;
  const y = {
    ...job,
    id: "b".repeat(12),
    title: `Position y of ${MODEL}`,
    state: "queued",
    place: 0,
  } as const;
  act(() => app.jobs.change(x));
  act(() => app.jobs.change(y));
  const list = page.getByRole("list", { name: "Factors being found" });
  expect([...list.querySelectorAll("strong")].map((each) => each.textContent)).toEqual([
    "Position x",
    "Position y",
  ]);
  fireEvent.click(page.getByRole("button", { name: "Find a factor…" }));
  page.getByText(/^About a minute for each/);
  fireEvent.click(page.getByRole("radio", { name: "As published" }));
  page.getByText(/^Every step of the paper/);
});

it("begins no search anew where the next one is refused", async () => {
  open([]);
  fireEvent.click(page.getByRole("button", { name: "Find a factor…" }));
  fireEvent.click(page.getByRole("checkbox", { name: /^y / }));
  const start = app.jobs.start.bind(app.jobs);
  app.jobs.start = async (body) => {
    const job = await start(body);
    server.problem = { code: "jobs_full", detail: "No more.", hint: "" };
    return job;
  };
  fireEvent.click(page.getByRole("button", { name: "Find 2" }));
  await waitFor(() => page.getByText("No more."));
  const ticked = page.getAllByRole("checkbox", { checked: true });
  expect(ticked.map((box) => (box as HTMLInputElement).value)).toEqual(["shift_y"]);
});

it("says why a search found nothing, until that was read", () => {
  open([]);
  const job: JobSummary = { ...JOB, kind: "factor", model: MODEL, title: "Find x" };
  act(() => app.jobs.change(job));
  const failure = "Nothing moves: this generator has no such factor.";
  act(() => app.jobs.change({ ...job, state: "failed", failure, hint: "Try another." }));
  expect(page.getByRole("alert").textContent).toContain(`Find x: ${failure}`);
  fireEvent.click(page.getByRole("button", { name: "Dismiss" }));
  expect(page.queryByRole("alert")).toBeNull();
});
