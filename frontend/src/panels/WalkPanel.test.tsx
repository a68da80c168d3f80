/** The panel lists walks by who wants them where, lets them be named, hidden and deleted, and tells of a search. */

import { act, cleanup, fireEvent, type RenderResult, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { ModelSummary, WalkSummary } from "../protocol/wire";
import { alphaOf, withAlpha } from "../state/picture";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { WalkPanel } from "./WalkPanel";

const MODEL = PICTURE.model;
const SHIFT: WalkSummary = {
  ...WALK,
  id: "steer-shift-x-0a1b2c/linear",
  title: "Shift x",
  method: "steer",
  unit: "px",
  shown_unit: "px",
  low: -6,
  high: 6,
  trained: { low: -8, high: 8 },
  is_shipped: false,
};
const ZOOM: WalkSummary = {
  ...SHIFT,
  id: "steer-zoom-0a1b2c/linear",
  title: "Zoom",
  unit: "log2 x",
  shown_unit: "log2 x",
  low: -0.5,
  high: 0.5,
  trained: null,
};

let app: App;
let page: RenderResult;
/** What was asked of the server, and what it answers. */
let asked: string[];
let answer: (method: string, body: unknown) => Response;

async function fetchFake(path: string, init: RequestInit = {}): Promise<Response> {
  const method = init.method ?? "GET";
  const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
  asked.push(`${method} ${path.replace(/\?.*/, "")}${body === null ? "" : ` ${init.body}`}`);
  return answer(method, body);
}

function open(walks: readonly WalkSummary[], more: Partial<ModelSummary> = {}): void {
  const model = { id: MODEL, title: "Faces", classes: [], layer_names: ["a", "b"], resolution: 64, ...more };
  app.catalog.setState({
    models: [model as unknown as ModelSummary],
    walks: { [MODEL]: { model: MODEL, walks, is_complete: true } },
  });
  page = draw(app, <WalkPanel />);
}

const titles = (group: string) =>
  [...page.getByRole("region", { name: group }).querySelectorAll("[data-walk]")].map((row) =>
    row.getAttribute("data-walk"),
  );
const fold = (group: string) =>
  page.getByRole("region", { name: group }).querySelector<HTMLDetailsElement>("details");
const value = (title: string) => page.getByLabelText(`${title}, value`) as HTMLInputElement;

function type(title: string, text: string): void {
  fireEvent.focus(value(title));
  fireEvent.change(value(title), { target: { value: text } });
  fireEvent.keyDown(value(title), { key: "Enter" });
}

function choose(title: string, item: string): void {
  fireEvent.click(page.getByRole("button", { name: title }));
  fireEvent.click(page.getByRole("menuitem", { name: new RegExp(`^${item}`) }));
}

beforeEach(() => {
  asked = [];
  answer = () => new Response(null, { status: 204 });
  app = makeApp({}, fetchFake);
});

afterEach(cleanup);

it("says that a search failed, with a button", () => {
  const searched: string[] = [];
  app = { ...app, searchAgain: (model) => searched.push(model) };
  page = draw(app, <WalkPanel />);
  expect(page.queryByRole("alert")).toBeNull();
  act(() =>
    app.live.report({
      type: "progress",
      work: `discover:${MODEL}`,
      label: "failed",
      fraction: 0,
      seconds_left: null,
      is_done: true,
      failure: "No memory.",
    }),
  );
  expect(page.getByRole("alert").textContent).toContain("The search for sliders failed. No memory.");
  fireEvent.click(page.getByRole("button", { name: "Search again" }));
  expect(searched).toEqual([MODEL]);
});

it("puts pinned ones on top, learned ones next, and folds hidden ones up", () => {
  open([WALK, { ...WALK, id: "pca-w/2", is_hidden: true }, SHIFT, { ...ZOOM, is_pinned: true }]);
  expect(titles("Pinned")).toEqual([ZOOM.id]);
  expect(titles("Learned")).toEqual([SHIFT.id]);
  expect(fold("Hidden")?.querySelector("summary")?.textContent).toBe("Hidden (1)");
  expect(["Pinned", "Learned", "Hidden"].map((group) => fold(group)?.open)).toEqual([true, true, false]);
});

it("tells how a walk came to be", () => {
  const CHAIN = { ...SHIFT, id: "manifold-0a1b2c/1", title: "Mouth", method: "manifold", is_linear: false };
  const REGION = { ...SHIFT, id: "region-0123abcd/1", title: "Nose", method: "region", is_pinned: true };
  open([SHIFT, { ...ZOOM, is_linear: false }, CHAIN, REGION]);
  const facts = (title: string) => {
    fireEvent.click(page.getByRole("button", { name: title }));
    return page.getByRole("menu", { name: title }).textContent;
  };
  expect(facts("Shift x")).toContain("Learned in w, after truncation");
  expect(facts("Zoom")).toContain("Learned, in steps in w, after truncation");
  expect(facts("Nose")).toMatch(/^Found for a region, in w/);
  expect(facts("Mouth")).toMatch(/^A chain of frames found in a region, in w, after truncation/);
});

it("opens a group whose slider moves the picture, and remembers what a hand opened", () => {
  const pinned = Array.from({ length: 12 }, (_, k) => ({ ...ZOOM, id: `steer-zoom/${k}`, is_pinned: true }));
  open([WALK, SHIFT, ...pinned]);
  expect(fold("Learned")?.open).toBe(false);
  type("Shift x", "3 px");
  expect(fold("Learned")?.open).toBe(true);
  type("Shift x", "0");
  expect(fold("Learned")?.open).toBe(true);
  const learned = fold("Learned");
  if (learned) learned.open = false;
  if (learned) fireEvent(learned, new Event("toggle"));
  expect(app.view.getState().folds).toEqual({ learned: false });
});

it("writes and takes pixels and magnifications", () => {
  open([SHIFT, ZOOM]);
  type("Shift x", "3 px");
  expect(alphaOf(app.document.getState().picture ?? PICTURE, SHIFT.id)).toBe(3);
  expect(value("Shift x").value).toBe("+3.0");
  expect(value("Zoom").value).toBe("×1.00");
  for (const [text, shown] of [
    ["x1.4", "×1.40"],
    ["2", "×2.00"],
    ["×0,5", "×0.50"],
    ["-1", "×0.50"],
    ["far", "×0.50"],
  ] as const) {
    type("Zoom", text);
    expect(value("Zoom").value).toBe(shown);
  }
  expect(alphaOf(app.document.getState().picture ?? PICTURE, ZOOM.id)).toBe(-1);
});

it("draws the trained range and goes to its ends", () => {
  open([SHIFT]);
  const slider = page.getByRole("slider", { name: "Shift x" });
  expect([slider.getAttribute("aria-valuemin"), slider.getAttribute("aria-valuemax")]).toEqual(["-8", "8"]);
  expect(slider.getAttribute("aria-description")).toBe("Trained from −8.0 px to 8.0 px.");
  expect(slider.querySelectorAll("[data-kind=trained]").length).toBe(1);
});

it("names a walk in place, and Escape gives that up", async () => {
  open([SHIFT]);
  answer = (_method, body) => Response.json({ ...SHIFT, ...(body as object) });
  fireEvent.keyDown(page.getByRole("button", { name: "Shift x" }), { key: "F2" });
  const field = () => page.getByLabelText("Name of Shift x");
  fireEvent.change(field(), { target: { value: "To the left" } });
  fireEvent.keyDown(field(), { key: "Escape" });
  expect(asked).toEqual([]);
  choose("Shift x", "Rename");
  fireEvent.change(field(), { target: { value: " To the right " } });
  fireEvent.keyDown(field(), { key: "Enter" });
  await waitFor(() => page.getByRole("button", { name: "To the right" }));
  expect(asked).toEqual(['PATCH /api/walks/steer-shift-x-0a1b2c/linear {"title":"To the right"}']);
});

it("deletes a walk with its edit, and brings both back", async () => {
  open([SHIFT]);
  act(() => app.editor.commit("Move", withAlpha(SHIFT.id, 4)));
  answer = (method) =>
    method === "POST" ? Response.json({ model: MODEL, walks: [SHIFT] }) : new Response(null);
  choose("Shift x", "Delete");
  await waitFor(() => page.getByText("“Shift x” is deleted."));
  expect(page.queryByRole("slider")).toBeNull();
  expect(app.document.getState().picture?.edits).toEqual([]);
  fireEvent.click(page.getByRole("button", { name: "Undo" }));
  await waitFor(() => page.getByRole("slider", { name: "Shift x" }));
  expect(app.document.getState().picture?.edits).toEqual([
    { walk: SHIFT.id, alpha: 4, layers: null, is_locked: false },
  ]);
  expect(page.queryByText("“Shift x” is deleted.")).toBeNull();
  const place = "/api/walks/steer-shift-x-0a1b2c/linear";
  expect(asked).toEqual([`GET ${place}/file`, `DELETE ${place}`, "POST /api/walks"]);
});

it("brings a deleted walk back into its group", async () => {
  open([{ ...SHIFT, group: "Mine" }]);
  answer = (method) => {
    if (method === "POST") return Response.json({ model: MODEL, walks: [SHIFT] });
    return method === "PATCH" ? Response.json({ ...SHIFT, group: "Mine" }) : new Response(null);
  };
  choose("Shift x", "Delete");
  fireEvent.click(await page.findByRole("button", { name: "Undo" }));
  await waitFor(() => expect(titles("Mine")).toEqual([SHIFT.id]));
  expect(asked.at(-1)).toContain('"group":"Mine"');
});

it("tells why a walk could not be changed, and leaves it", async () => {
  open([SHIFT]);
  const problem = { code: "disk_full", detail: "The disk is full.", hint: "Make room." };
  answer = () =>
    new Response(JSON.stringify(problem), {
      status: 507,
      headers: { "Content-Type": "application/problem+json" },
    });
  choose("Shift x", "Hide");
  await waitFor(() => expect(app.live.notice.get()?.sentence).toBe("The disk is full."));
  expect(titles("Learned")).toEqual([SHIFT.id]);
});

it("does not offer to delete what came with the model", () => {
  open([WALK]);
  fireEvent.click(page.getByRole("button", { name: WALK.title }));
  expect(page.queryByRole("menuitem", { name: "Delete" })).toBeNull();
});

it("marks a walk of another generator", () => {
  open([{ ...SHIFT, is_foreign: true }]);
  expect(page.getByText("other generator")).toBeTruthy();
});

it("leaves out a walk of another class, unless it moves the picture", () => {
  app.document.setState({ picture: { ...PICTURE, class_index: 0 } });
  open([{ ...SHIFT, class_index: 1 }], { classes: ["captain", "witch"] });
  expect(page.queryByRole("slider")).toBeNull();
  act(() => app.editor.commit("Move", withAlpha(SHIFT.id, 4)));
  expect(page.getByText("of witch")).toBeTruthy();
});

it("brings walks of dropped files, and says of which kind they are", async () => {
  open([WALK]);
  answer = () => Response.json({ model: MODEL, walks: [{ ...SHIFT, is_foreign: true }] });
  const list = page.getByRole("complementary").lastElementChild;
  const files = [new File(["x"], "x.safetensors")];
  fireEvent.drop(list as Element, { dataTransfer: { types: ["Files"], files } });
  await waitFor(() => expect(app.live.notice.get()?.code).toBe("walks_brought"));
  expect(asked).toEqual(["POST /api/walks"]);
  expect(app.live.notice.get()?.hint).toContain("another generator");
});

it("offers a copy to generators of the same latent size alone", () => {
  const sizes = { z_dim: 8, w_dim: 8, num_ws: 10 };
  open([SHIFT], sizes);
  const other = (id: string, more: Partial<ModelSummary>) =>
    ({ ...sizes, id, title: id, classes: [], ...more }) as unknown as ModelSummary;
  act(() =>
    app.catalog.setState(({ models }) => ({
      models: [...models, other("alike", {}), other("wide", { w_dim: 16 }), other("short", { num_ws: 6 })],
    })),
  );
  fireEvent.click(page.getByRole("button", { name: "Shift x" }));
  fireEvent.mouseEnter(page.getByRole("menuitem", { name: "Copy to another generator" }));
  expect(page.getByRole("menuitem", { name: "alike" })).toBeTruthy();
  expect(page.queryByRole("menuitem", { name: "wide" })).toBeNull();
  expect(page.queryByRole("menuitem", { name: "short" })).toBeNull();
  act(() => app.catalog.setState(({ models }) => ({ models: models.slice(0, 1) })));
  expect(page.queryByRole("menuitem", { name: "Copy to another generator" })).toBeNull();
});

it("undoes what was done to a slider on the server, by its name", async () => {
  open([SHIFT]);
  answer = (_method, body) =>
    Response.json({ ...SHIFT, is_pinned: (body as { readonly pinned: boolean }).pinned });
  choose("Shift x", "Pin on top");
  await waitFor(() => expect(app.commands.undo.title?.()).toBe("Undo: Keep Shift x"));
  act(() => app.commands.undo.run());
  await waitFor(() => expect(asked).toHaveLength(2));
  expect(asked.map((each) => each.split(" ").at(-1))).toEqual(['{"pinned":true}', '{"pinned":false}']);
  await waitFor(() => expect(titles("Learned")).toEqual([SHIFT.id]));
});

it("offers no slider of z for a picture of which only w is known", () => {
  const code = "c".repeat(64);
  app.document.setState({ picture: { ...PICTURE, latent: { kind: "code", code } } });
  app.catalog.setState({ codeSpaces: { [code]: "w" } });
  open([{ ...WALK, space: "z" }]);
  expect(page.queryByRole("slider")).toBeNull();
  expect(page.getByText(/It moves z/)).toBeTruthy();
});
