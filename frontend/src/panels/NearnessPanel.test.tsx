/** Nearness: asked of a model, followed, refused with a reason, and told in plain words with the report's charts. */

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
import type { JobSummary, ModelSummary } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { FakeJobsServer, fakeJobs, JOB } from "../state/fakes";
import { readNearness } from "../state/nearness";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { NearnessPanel } from "./NearnessPanel";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

const MODEL = {
  id: "portraits-64",
  title: "Portraits",
  classes: [],
  layer_names: [],
} as unknown as ModelSummary;
const AXIS = { label: "mean area", unit: "%", low: null, high: null, scale: "linear" };
const FILE = {
  world: "portraits",
  n: 1000,
  psi: 1,
  frechet: 30,
  noise_floor: 10,
  noise_floor_high: 12,
  frechet_limit: 21,
  precision: 0.6,
  precision_ceiling: 0.9,
  recall: 0.4,
  recall_ceiling: 0.8,
  pixel_frechet: 5,
  pixel_noise_floor: 2,
  pixel_noise_floor_high: 3,
  pixel_precision: 0.5,
  pixel_precision_ceiling: 0.9,
  pixel_recall: 0.3,
  pixel_recall_ceiling: 0.9,
  missing: { head_tilt: ["-20 to -15 degrees", "15 to 20 degrees"] },
  notes: ["The world has changed since the training."],
  sections: [
    {
      title: "Pictures",
      text: "The first of either.",
      size: "wide",
      figures: [{ kind: "pictures", title: "World", note: "by its laws", file: "pictures-world.png" }],
    },
    {
      title: "Labels",
      text: "What is seen.",
      size: "wide",
      figures: [
        { kind: "bars", title: "Areas", value: AXIS, names: ["hat"], series: { world: [3], model: [1] } },
        {
          kind: "scatter",
          title: "There at all",
          x: AXIS,
          y: AXIS,
          names: ["hat", "scarf"],
          xs: [40, 20],
          ys: [10, null],
          has_diagonal: true,
        },
      ],
    },
  ],
};

let server: FakeJobsServer;
let app: App;

beforeEach(() => {
  server = new FakeJobsServer();
  const catalog = createCatalogStore();
  catalog.setState({ models: [MODEL] });
  app = makeApp({ ...fakeJobs(server), catalog });
});

afterEach(cleanup);

async function open(): Promise<RenderResult> {
  await app.jobs.refresh();
  return draw(app, <NearnessPanel model="portraits-64" />);
}

const posted = () => server.asked.filter(({ method }) => method === "POST");

async function measure(page: RenderResult): Promise<JobSummary> {
  const button = page.getByRole("button", { name: "Measure it" }) as HTMLButtonElement;
  await waitFor(() => expect(button.disabled).toBe(false));
  fireEvent.submit(page.getByRole("form", { name: "Measure how near it is" }));
  await waitFor(() => expect(posted()).toHaveLength(1));
  const [job] = server.jobs;
  if (!job) throw new Error("no job was made");
  return job;
}

const tell = (job: JobSummary) => {
  server.jobs = [job];
  act(() => app.jobs.change(job));
};

it("takes as many pictures as it is told, and is followed", async () => {
  const page = await open();
  page.getByRole("heading", { name: "How near is Portraits to its world?" });
  const count = page.getByLabelText("Pictures") as HTMLInputElement;
  expect(count.value).toBe("1000");
  fireEvent.change(count, { target: { value: "7" } });
  fireEvent.blur(count);
  const job = await measure(page);
  // Fewer than 50 tell nothing.
  expect(posted()[0]?.body).toEqual({
    kind: "nearness",
    params: { model: "portraits-64", count: 50 },
    title: "",
  });
  tell({ ...job, state: "running", fraction: 0.5 });
  const bar = await page.findByRole("progressbar", { name: /^Progress of/ });
  expect(bar.getAttribute("aria-valuenow")).toBe("50");
  const again = page.getByRole("button", { name: "Measure again" }) as HTMLButtonElement;
  expect(again.disabled).toBe(true);
});

it("says why there is nothing to measure", async () => {
  const page = await open();
  const job = await measure(page);
  tell({ ...job, state: "failed", failure: "The card of portraits-64 names no world.", hint: "Name one." });
  const alert = await page.findByRole("alert");
  expect(alert.textContent).toBe("The card of portraits-64 names no world. Name one.");
  page.getByRole("button", { name: "Measure again" });
});

it("tells a refusal of the server", async () => {
  const page = await open();
  const button = page.getByRole("button", { name: "Measure it" }) as HTMLButtonElement;
  await waitFor(() => expect(button.disabled).toBe(false));
  server.problem = {
    code: "model_not_found",
    detail: "There is no model 'portraits-64'.",
    hint: "See the list.",
  };
  fireEvent.submit(page.getByRole("form", { name: "Measure how near it is" }));
  expect((await page.findByRole("alert")).textContent).toBe(
    "There is no model 'portraits-64'. See the list.",
  );
});

it("shows the newest measurement: plain words, charts and files", async () => {
  const done: JobSummary = { ...JOB, id: "near", kind: "nearness", model: "portraits-64", state: "done" };
  server.jobs = [done];
  server.artifacts["near/nearness.json"] = FILE;
  server.details.near = {
    params: { model: "portraits-64", count: 1000 },
    artifacts: ["report.html", "nearness.json", "nearness.csv"].map((name) => ({
      name,
      bytes: 1,
      media_type: name.endsWith("html") ? "text/html" : "text/plain",
    })),
  };
  const page = await open();
  await page.findByText(/^30: 3.0 times as far as chance; the world from itself reads 10, at most 12$/);
  page.getByText("21, without the bias of small samples");
  page.getByText("60 % of its pictures lie among the world’s; of the world’s own 90 %");
  page.getByText("40 % of the world’s pictures lie among its; among the world’s own 80 %");
  page.getByText("The world has changed since the training.");
  const missing = page.getByRole("region", { name: "What is missing" });
  expect(within(missing).getByRole("listitem").textContent).toContain("-20 to -15 degrees, 15 to 20 degrees");
  page.getByRole("figure", { name: "Areas" });
  page.getByRole("img", { name: "There at all. mean area (%), mean area (%): hat 40, 10." });
  expect(page.getByRole("img", { name: "First pictures: world" }).getAttribute("src")).toContain(
    "near/artifacts/pictures-world.png",
  );
  const files = within(page.getByRole("list", { name: "Downloads" })).getAllByRole("link");
  expect(files.map((link) => link.getAttribute("download"))).toEqual([
    "portraits-64-report.html",
    "portraits-64-nearness.json",
    "portraits-64-nearness.csv",
  ]);
});

it.each([null, {}, { ...FILE, sections: [{}] }, { ...FILE, recall: null }, { ...FILE, n: "1000" }])(
  "refuses what is no measurement",
  (data) => {
    expect(readNearness(data)).toBeNull();
  },
);
