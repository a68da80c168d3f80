/** The form opens with nothing over it, and offers what fits before what was published for other generators. */

import { act, cleanup, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ModelSummary, RecipeSummary } from "../protocol/wire";
import { FakeJobsServer, fakeJobs, RECIPE } from "../state/fakes";
import { draw, makeApp } from "./fixture";
import { JobForm } from "./JobForm";

vi.setConfig({ testTimeout: 60_000 });

const STEER: RecipeSummary = {
  ...RECIPE,
  presets: {
    Fast: {},
    "Fast, in steps": { updates: 300 },
    "As published: BigGAN, shift_x": { edit: "shift_x", updates: 5000 },
    "As published: BigGAN, zoom": { edit: "zoom", updates: 5000 },
    "As published: StyleGAN cars, zoom": { edit: "zoom", updates: 15000 },
  },
};

let page: RenderResult;

beforeEach(() => {
  page = draw(makeApp(fakeJobs(new FakeJobsServer())), <JobForm recipe={STEER} params={null} />);
});

afterEach(cleanup);

const published = () => page.getByRole("combobox", { name: "As published" }) as HTMLInputElement;
const updates = () => (page.getByLabelText("Updates") as HTMLInputElement).value;

it("takes the keyboard by its heading: no list unfolds over it", () => {
  expect(document.activeElement?.textContent).toBe("Learn a walk");
  const lists = page.getAllByRole("combobox", { hidden: true });
  expect(lists.map((list) => list.getAttribute("aria-expanded"))).not.toContain("true");
});

it("offers our own at a glance, and folds the published ones by generator", () => {
  const group = page.getByRole("radiogroup", { name: "Settings to begin with" });
  const names = [...group.querySelectorAll("label")].map((label) => label.textContent);
  expect(names).toEqual(["Fast", "Fast, in steps", "Your own"]);
  act(() => published().focus());
  expect(published().getAttribute("aria-expanded")).toBe("false");
  fireEvent.click(published());
  page.getByText("BigGAN");
  page.getByText("StyleGAN cars");
});

it("takes a published one, and one of ours again", () => {
  fireEvent.click(published());
  fireEvent.click(page.getByRole("option", { name: "StyleGAN cars, zoom", hidden: true }));
  expect([published().value, updates()]).toEqual(["StyleGAN cars, zoom", "15000"]);
  fireEvent.click(page.getByText("Fast, in steps"));
  expect([published().value, updates()]).toEqual(["", "300"]);
});

it("asks about classes only where the model has any", () => {
  const properties = {
    ...(RECIPE.params.properties as object),
    classes: { enum: ["shared", "each"], default: "shared", title: "Classes", needs: "classes" },
  };
  const recipe = { ...STEER, params: { ...RECIPE.params, properties } };
  const shown = (classes: readonly string[]) => {
    cleanup();
    const app = makeApp(fakeJobs(new FakeJobsServer()));
    app.catalog.setState({
      models: [{ id: "m", title: "M", classes, layer_names: ["a"] } as unknown as ModelSummary],
    });
    return draw(app, <JobForm recipe={recipe} params={{ model: "m" }} />).queryByRole("combobox", {
      name: "Classes",
    });
  };
  expect(shown([])).toBeNull();
  expect(shown(["captain", "pirate"])).not.toBeNull();
});

it("goes to the setting that the server refuses, and tells below of one that it does not show", async () => {
  cleanup();
  const server = new FakeJobsServer();
  page = draw(makeApp(fakeJobs(server)), <JobForm recipe={STEER} params={{ model: "m" }} />);
  const start = (name: string) => {
    server.problem = {
      code: "invalid_params",
      detail: `The parameter ${name} cannot be used: too many.`,
      hint: "",
    };
    fireEvent.click(page.getByRole("button", { name: "Start" }));
  };
  start("updates");
  await page.findByText("Too many.");
  expect(document.activeElement).toBe(page.getByLabelText("Updates"));
  fireEvent.click(page.getByText("Fast, in steps"));
  expect(page.queryByText("Too many.")).toBeNull();
  start("classes");
  await page.findByText("The parameter classes cannot be used: too many.");
});
