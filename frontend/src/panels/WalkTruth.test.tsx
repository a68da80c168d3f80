/** What was measured of a slider is there at a glance, and a group is one step that can be undone. */

import { act, cleanup, fireEvent, screen as page, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { ModelSummary, WalkSummary } from "../protocol/wire";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { WalkPanel } from "./WalkPanel";

const MODEL = PICTURE.model;
const FOOTPRINT = {
  pictures: 16,
  change: 12.4,
  layers: [2, 8],
  most: 90,
  usable: { low: -2, high: 1.5 },
  where: "0".repeat(32),
};

let app: App;
let asked: string[];

function open(walk: WalkSummary): void {
  asked = [];
  app = makeApp({}, async (input, init) => {
    asked.push(`${init?.method ?? "GET"} ${String(input)}`);
    if (init?.method !== "PATCH") return new Response(null, { status: 404 });
    const { group } = JSON.parse(String(init.body)) as { readonly group: string };
    return Response.json({ ...walk, group: group === "" ? null : group });
  });
  const model = { id: MODEL, title: "Faces", classes: [], layer_names: ["a", "b"], resolution: 64 };
  app.catalog.setState({
    models: [model as unknown as ModelSummary],
    walks: { [MODEL]: { model: MODEL, walks: [walk], is_complete: true } },
  });
  draw(app, <WalkPanel />);
}

beforeEach(() => vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it("shows what was measured when a pointer rests on it, and draws nothing for that", async () => {
  open({ ...WALK, footprint: FOOTPRINT });
  const button = page.getByRole("button", { name: `Layers of ${WALK.title}` });
  fireEvent.pointerEnter(button, { pointerType: "mouse" });
  expect(page.queryByText(/^Measured in/)).toBeNull();
  act(() => void vi.advanceTimersByTime(400));
  expect(await page.findByText("Measured in 16 pictures of this generator.")).toBeTruthy();
  expect(page.queryByText("Measure for this picture")).toBeNull();
  expect(asked.filter((each) => each.includes("/api/render"))).toEqual([]);
  fireEvent.pointerLeave(button);
  await waitFor(() => expect(page.queryByText(/^Measured in/)).toBeNull());
  // A hand that drags past it opens nothing.
  fireEvent.pointerEnter(button, { pointerType: "mouse", buttons: 1 });
  act(() => void vi.advanceTimersByTime(400));
  expect(page.queryByText(/^Measured in/)).toBeNull();
});

it("measures for this picture when it is asked to, or where nothing was measured", async () => {
  open({ ...WALK, footprint: FOOTPRINT });
  fireEvent.click(page.getByRole("button", { name: `Layers of ${WALK.title}` }));
  fireEvent.click(await page.findByText("Measure for this picture"));
  expect(await page.findByText("low end")).toBeTruthy();
  cleanup();
  open(WALK);
  fireEvent.click(page.getByRole("button", { name: `Layers of ${WALK.title}` }));
  expect(await page.findByText("Of this picture. Not measured in others yet.")).toBeTruthy();
});

it("puts a slider in a group, which is undone and done again", async () => {
  open(WALK);
  await act(() => app.walkDesk.group(MODEL, WALK, "Mine"));
  const headings = () => page.getAllByRole("heading", { level: 3 }).map(({ textContent }) => textContent);
  expect(headings()).toContain("Mine");
  await act(async () => app.commands.undo.run());
  await waitFor(() => expect(headings()).not.toContain("Mine"));
  await act(async () => app.commands.redo.run());
  await waitFor(() => expect(headings()).toContain("Mine"));
});
