/** The panel draws a distribution by hand or takes it from pictures, and says what stands against it. */

import { act, cleanup, fireEvent, type RenderResult, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import { WendProblem } from "../protocol/http";
import type { ModelSummary, WalkSummary } from "../protocol/wire";
import { FakeJobsServer, fakeJobs } from "../state/fakes";
import type { App } from "./app";
import { DistributionPanel } from "./DistributionPanel";
import { draw, makeApp } from "./fixture";

const MODEL = PICTURE.model;
const X: WalkSummary = {
  ...WALK,
  id: "factor-shift-x-0a1b2c/shift-x",
  title: "Position x",
  factor: {
    edit: "shift_x",
    unit: "of width",
    low: -0.4,
    high: 0.4,
    rms: 0.02,
    anchor: "zero",
    attribute: null,
  },
};

let app: App;
let page: RenderResult;
let server: FakeJobsServer;

function open(walks: readonly WalkSummary[]): void {
  const model = { id: MODEL, title: "Faces", classes: [], layer_names: [], resolution: 64 };
  app.catalog.setState({
    models: [model as unknown as ModelSummary],
    walks: { [MODEL]: { model: MODEL, walks, is_complete: true } },
  });
  page = draw(app, <DistributionPanel model={MODEL} walk={null} params={null} />);
}

const drawing = () => page.getByRole("group", { name: /^How Position x/ });
const drawingOfY = () => page.getByRole("group", { name: /^How Position y/ });
const start = () => page.getByRole("button", { name: /^Draw / }) as HTMLButtonElement;
const params = () => {
  const body = server.asked.at(-1)?.body as { readonly params: Record<string, unknown> } | undefined;
  return body?.params ?? {};
};

function type(name: string, text: string): void {
  fireEvent.change(page.getByLabelText(name), { target: { value: text } });
  fireEvent.keyDown(page.getByLabelText(name), { key: "Enter" });
}

beforeEach(() => {
  server = new FakeJobsServer();
  app = makeApp(fakeJobs(server), async () => Response.json({ id: "a".repeat(64) }));
});

afterEach(cleanup);

it("needs a factor, and leads to finding one", () => {
  open([WALK]);
  expect(page.getByText(/this model has none yet/)).toBeTruthy();
  expect(page.getByRole("button", { name: "Find a factor…" })).toBeTruthy();
});

it("says why the factors cannot be asked for, and asks again", () => {
  const asked: string[] = [];
  app = { ...app, fetchWalks: (model) => void asked.push(model) };
  page = draw(app, <DistributionPanel model={MODEL} walk={null} params={null} />);
  page.getByText("Asking for the factors…");
  const problem = new WendProblem("model_not_found", "It is gone.", "");
  act(() => app.catalog.setState({ untold: { [MODEL]: problem } }));
  page.getByText("It is gone.");
  fireEvent.click(page.getByRole("button", { name: "Ask again" }));
  expect(asked).toEqual([MODEL, MODEL]);
});

it("draws by keys, and asks for what was drawn", async () => {
  open([X]);
  const bars = drawing().querySelectorAll<HTMLElement>("[role=slider]");
  const [first] = bars;
  if (!first) throw new Error("there are no bars");
  act(() => first.focus());
  fireEvent.keyDown(first, { key: "Home" });
  expect(first.getAttribute("aria-valuenow")).toBe("0");
  type("Samples", "50");
  type("From", "-0.2");
  fireEvent.click(start());
  await waitFor(() => expect(server.asked).toHaveLength(1));
  const [target] = params().targets as { distribution: Record<string, unknown> }[];
  expect(params()).toMatchObject({ model: MODEL, count: 50, loop: "open" });
  expect(target?.distribution).toMatchObject({ kind: "histogram", low: -0.2, high: 0.4 });
  const heights = target?.distribution.heights as readonly number[] | undefined;
  expect(heights?.slice(0, 2)).toEqual([0, 1]);
  expect(app.jobsView.getState().pane.kind).toBe("job");
});

it("keeps every bar of strokes that come faster than they are drawn", () => {
  open([X]);
  const group = drawing();
  const box = new DOMRect(0, 0, 100, 100);
  Object.assign(group, { setPointerCapture: () => undefined, getBoundingClientRect: () => box });
  const at = (clientX: number) => ({ button: 0, pointerId: 1, clientX, clientY: 100 });
  act(() => {
    fireEvent.pointerDown(group, at(1));
    fireEvent.pointerUp(group, at(1));
    fireEvent.pointerDown(group, at(99));
    fireEvent.pointerUp(group, at(99));
  });
  const bars = [...group.querySelectorAll("[role=slider]")].map((bar) => bar.getAttribute("aria-valuenow"));
  expect([bars[0], bars.at(-1)]).toEqual(["0", "0"]);
});

it("adds pictures to what the form is by then", async () => {
  const Y = { ...X, id: "factor-shift-y-0a1b2c/shift-y", title: "Position y" };
  const sent: ((answer: Response) => void)[] = [];
  app = makeApp(fakeJobs(server), () => new Promise((resolve) => void sent.push(resolve)));
  open([X, Y]);
  fireEvent.click(page.getByRole("radio", { name: "As in pictures" }));
  const files = [new File(["x"], "a.png"), new File(["y"], "b.png")];
  fireEvent.change(page.getByLabelText("Pictures to be like"), { target: { files } });
  await waitFor(() => expect(sent).toHaveLength(1));
  fireEvent.click(page.getByRole("button", { name: "And another factor" }));
  await act(async () => sent[0]?.(Response.json({ id: "a".repeat(64) })));
  // The other factor is still there, and the form of the first one is not: no more is sent for it.
  expect(drawingOfY()).toBeTruthy();
  expect(sent).toHaveLength(1);
  fireEvent.click(page.getByRole("radio", { name: "Position x" }));
  expect(page.getByText("1 picture")).toBeTruthy();
});

it("says what nothing can be drawn from, and begins nothing", () => {
  open([X]);
  type("From", "0.5");
  expect(page.getByText("Position x: the range has to end above where it begins.")).toBeTruthy();
  expect(start().disabled).toBe(true);
  fireEvent.submit(page.getByRole("form"));
  expect(server.asked).toEqual([]);
});

it("tells why the server drew none, and keeps the drawing", async () => {
  open([X]);
  server.problem = { code: "distribution_invalid", detail: "It lies beyond the reach.", hint: "Nearer." };
  fireEvent.click(page.getByRole("radio", { name: "Bell" }));
  fireEvent.click(start());
  await waitFor(() => page.getByText("It lies beyond the reach."));
  expect((page.getByRole("radio", { name: "Bell" }) as HTMLInputElement).checked).toBe(true);
});

it("takes a distribution from pictures that are brought", async () => {
  open([X]);
  fireEvent.click(page.getByRole("radio", { name: "As in pictures" }));
  expect(start().disabled).toBe(true);
  const files = [new File(["x"], "a.png"), new File(["y"], "b.png")];
  fireEvent.change(page.getByLabelText("Pictures to be like"), { target: { files } });
  await waitFor(() => page.getByText("1 picture"));
  fireEvent.click(start());
  await waitFor(() => expect(server.asked).toHaveLength(1));
  expect(params().targets).toEqual([
    { walk: X.id, distribution: { kind: "like", images: ["a".repeat(64)] } },
  ]);
});

it("spreads several factors at once, each as it is drawn", () => {
  const Y = { ...X, id: "factor-shift-y-0a1b2c/shift-y", title: "Position y" };
  open([X, Y]);
  fireEvent.click(page.getByRole("button", { name: "And another factor" }));
  expect(page.getByRole("group", { name: /^How Position y/ })).toBeTruthy();
  expect(page.queryByRole("button", { name: "And another factor" })).toBeNull();
  fireEvent.click(page.getByRole("button", { name: "Leave this factor to chance" }));
  expect(drawing()).toBeTruthy();
});
