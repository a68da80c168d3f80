/** The drawing board keeps the keyboard from card to card, and offers the new model once there is one. */

import { act, cleanup, configure, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary, NearestFound } from "../protocol/wire";
import type { BoardLayer } from "../stage/board_layer";
import { createCatalogStore } from "../state/catalog";
import { openDocument } from "../state/document";
import { FakeJobsServer, fakeJobs, JOB } from "../state/fakes";
import { SKETCH_KIND } from "../state/sketching";
import type { App } from "./app";
import { BoardSheet } from "./BoardSheet";
import { draw, makeApp } from "./fixture";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

const PARENT = { id: "portraits-64", title: "Portraits", spaces: ["z", "w"], classes: [] } as unknown;
const DONE = { ...JOB, id: "one", title: "Teaching", kind: SKETCH_KIND, state: "done" as const };

let app: App;
let page: RenderResult;
const board = () => page.getByRole("region", { name: "Drawing board" });
const press = (name: string) => {
  const button = page.getByRole("button", { name });
  button.focus();
  fireEvent.click(button);
};

beforeEach(async () => {
  const server = new FakeJobsServer();
  server.jobs = [{ ...DONE, model: "portraits-64", result_model: "mine" }];
  const catalog = createCatalogStore();
  catalog.setState({ models: [PARENT as ModelSummary] });
  const layer: Pick<BoardLayer, "dispose"> = { dispose: () => undefined };
  app = makeApp({ ...fakeJobs(server), catalog, attachBoard: () => layer as BoardLayer });
  await app.jobs.refresh();
  page = draw(app, <BoardSheet />);
  act(() => app.view.setState({ isBoardOpen: true }));
});

afterEach(cleanup);

it("has the keyboard, whatever is taken away under it, and closes by Escape from wherever it is", () => {
  expect(document.activeElement).toBe(board());
  act(() => app.boardTraining.ask());
  expect(document.activeElement?.textContent).toBe("Train a new model");
  press("Back to drawing");
  expect(document.activeElement).toBe(board());
  act(() => app.boardTraining.watch("one"));
  expect(document.activeElement?.textContent).toBe("Teaching");
  press("Back to drawing");
  expect(document.activeElement).toBe(board());
  fireEvent.keyDown(board(), { key: "Escape" });
  expect(app.view.getState().isBoardOpen).toBe(false);
});

it("keeps a step back from the picture that a training stands before", () => {
  act(() => app.boardTraining.watch("one"));
  const heading = page.getByRole("heading", { name: "Teaching" });
  // False: it was prevented, and so nobody else hears it.
  expect(fireEvent.keyDown(heading, { key: "z", ctrlKey: true })).toBe(false);
  expect(fireEvent.keyDown(heading, { key: "s", ctrlKey: true })).toBe(true);
});

it("offers the new model once the list of models has it", () => {
  act(() => app.boardTraining.watch("one"));
  const offered = () => page.queryByRole("button", { name: "Open the new model" });
  expect(offered()).toBeNull();
  const mine = { ...(PARENT as ModelSummary), id: "mine", title: "Mine" };
  act(() => app.catalog.setState({ models: [PARENT as ModelSummary, mine] }));
  expect(offered()).not.toBeNull();
});

it("asks nothing that its job outran, when that goes on", () => {
  const told = (state: "running" | "failed") =>
    act(() => app.jobs.change({ ...DONE, model: "portraits-64", state }));
  told("running");
  act(() => app.boardTraining.watch("one"));
  press("Cancel…");
  page.getByRole("button", { name: "Cancel it" });
  told("failed");
  expect(document.activeElement?.textContent).toBe("Teaching");
  told("running");
  expect(page.queryByRole("button", { name: "Cancel it" })).toBeNull();
});

it("offers the model of the last training that was done, whatever was called off since", () => {
  const mine = { ...(PARENT as ModelSummary), id: "mine", title: "Mine" };
  const picture = { ...PICTURE, model: "portraits-64" };
  act(() => {
    app.catalog.setState({ models: [PARENT as ModelSummary, mine] });
    openDocument(app.document, picture);
    const later = { ...DONE, id: "two", model: "portraits-64", created: `${JOB.created}+` };
    app.jobs.change({ ...later, state: "cancelled" });
  });
  page.getByRole("button", { name: "See its training" });
  page.getByRole("button", { name: "Open the new model" });
});

it("shows beside a warning what the computer draws of the nearest samples", () => {
  const sample = { seed: 7, match: 0.4, picture: "p", map: "m" };
  const warning = { code: "sketch_unlike", sentence: "None looks like it.", hint: "Draw on." };
  act(() => {
    app.nearest.found.set({ samples: [sample], warning } as unknown as NearestFound);
    app.boardTraining.ask();
  });
  const image = page.getByRole("img", { name: "What the computer draws of sample 7: 40 %" });
  expect(image.getAttribute("src")).toContain("/api/thumbnails/m");
});

it("hides drawing and what is traced one by one", () => {
  const paper = () => page.queryByRole("img", { name: /^Sketch / });
  const isShown = () => paper()?.getAttribute("data-shown");
  expect(isShown()).toBe("true");
  fireEvent.click(page.getByRole("switch", { name: "Show the drawing" }));
  expect(isShown()).toBe("false");
  const traced = page.getByRole("switch", { name: "Show what is traced" }) as HTMLInputElement;
  expect(traced.disabled).toBe(true);
  act(() => app.board.setState({ trace: { kind: "picture" } }));
  fireEvent.click(traced);
  expect(app.board.getState().isTraceShown).toBe(false);
});

it("says what is missing where nothing is drawn", () => {
  act(() => app.boardTraining.ask());
  expect(page.getByRole("form").textContent).toContain("Nothing is drawn");
  expect((page.getByRole("button", { name: "All settings…" }) as HTMLButtonElement).disabled).toBe(true);
});
