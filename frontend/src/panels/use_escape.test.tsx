/** Escape closes the drawer from anywhere on the page, but not from a list, a menu or a field it means first. */

import { act, cleanup, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { NumberField } from "../controls/NumberField";
import type { RecipeSummary } from "../protocol/wire";
import { FakeJobsServer, fakeJobs, RECIPE } from "../state/fakes";
import { openJobs } from "../state/jobs_view";
import type { App } from "./app";
import { Drawer } from "./Drawer";
import { draw, makeApp } from "./fixture";

vi.setConfig({ testTimeout: 60_000 });

const PUBLISHED: RecipeSummary = {
  ...RECIPE,
  presets: { Fast: {}, "As published: BigGAN, zoom": { updates: 20000 } },
};

let app: App;
let page: RenderResult;

beforeEach(async () => {
  const server = new FakeJobsServer();
  server.recipes = [PUBLISHED];
  app = makeApp(fakeJobs(server));
  await app.jobs.refresh();
  openJobs(app.drawer, app.jobsView, { kind: "form", recipe: "steer", params: null });
  page = draw(
    app,
    <>
      <button type="button">Elsewhere</button>
      <NumberField
        label="Number"
        value={1}
        min={0}
        max={9}
        width={4}
        format={String}
        onCommit={() => undefined}
      />
      <Drawer />
    </>,
  );
});

afterEach(cleanup);

const isOpen = () => app.drawer.getState().isOpen;
const press = (element: HTMLElement) => fireEvent.keyDown(element, { key: "Escape", code: "Escape" });

it("closes the drawer with the keyboard elsewhere", () => {
  press(page.getByRole("button", { name: "Elsewhere" }));
  expect(isOpen()).toBe(false);
});

it("leaves the key to an open list, and has the next one", () => {
  const list = page.getByRole("combobox", { name: "As published" });
  act(() => list.focus());
  fireEvent.click(list);
  expect(list.getAttribute("aria-expanded")).toBe("true");
  press(list);
  expect([list.getAttribute("aria-expanded"), isOpen()]).toEqual(["false", true]);
  press(list);
  expect(isOpen()).toBe(false);
});

it("leaves the key to an open menu", async () => {
  fireEvent.click(page.getByRole("button", { name: "New job" }));
  press(await page.findByRole("menuitem", { name: /^Learn a walk/, hidden: true }));
  expect(isOpen()).toBe(true);
});

it("leaves the key to a number that it takes back", () => {
  press(page.getByRole("textbox", { name: "Number" }));
  expect(isOpen()).toBe(true);
});
