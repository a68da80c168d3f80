/** The timeline in the drawer: from an empty one to keyframes that are made, chosen, changed and exported. */

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
import { PICTURE } from "../protocol/fakes";
import { EXPORT_KIND } from "../state/export_form";
import { FakeJobsServer, fakeJobs } from "../state/fakes";
import { seedOf, withSeed } from "../state/picture";
import { withPictures } from "../state/timeline";
import type { App } from "./app";
import { Drawer } from "./Drawer";
import { draw, makeApp } from "./fixture";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

let server: FakeJobsServer;
let app: App;

const seeds = () => app.document.getState().timeline?.keyframes.map(({ picture }) => seedOf(picture)) ?? [];
const durations = () => app.document.getState().timeline?.keyframes.map(({ duration }) => duration) ?? [];

function open(...keyframes: number[]): RenderResult {
  for (const seed of keyframes) {
    const { timeline } = app.document.getState();
    app.document.setState({ timeline: withPictures([withSeed(seed)(PICTURE)])(timeline) });
  }
  app.drawer.setState({ isOpen: true, tab: "timeline" });
  return draw(app, <Drawer />);
}

beforeEach(() => {
  server = new FakeJobsServer();
  app = makeApp({ ...fakeJobs(server) });
});

afterEach(cleanup);

it("says what a keyframe is, and makes the first one", () => {
  const page = open();
  expect(page.getByRole("button", { name: "Play" }).hasAttribute("disabled")).toBe(true);
  fireEvent.click(page.getByRole("button", { name: "Add this picture" }));
  expect(seeds()).toEqual([7]);
  page.getByRole("button", { name: "Keyframe 1 of 1, at 0:00.0" });
  page.getByText("Now change the picture, and add it as the second one.");
});

it("chooses, moves and removes keyframes by keys", () => {
  const page = open(1, 2, 3);
  fireEvent.keyDown(page.getByRole("button", { name: /^Keyframe 2 of 3/ }), { key: "Enter" });
  expect(seedOf(app.document.getState().picture ?? PICTURE)).toBe(2);
  const chosen = () => page.getByRole("button", { current: true });
  fireEvent.keyDown(chosen(), { key: "ArrowRight", shiftKey: true });
  expect(seeds()).toEqual([1, 3, 2]);
  fireEvent.keyDown(chosen(), { key: "Delete" });
  expect(seeds()).toEqual([1, 3]);
});

it("changes how long a stretch lasts, and how it goes", () => {
  const page = open(1, 2);
  fireEvent.keyDown(page.getByRole("slider", { name: "Duration of keyframe 1" }), { key: "ArrowRight" });
  expect(durations()).toEqual([1.1, 1]);
  act(() => app.timelineDesk.goTo(0));
  fireEvent.click(page.getByRole("radio", { name: "Slow both" }));
  expect(app.document.getState().timeline?.keyframes[0]?.easing).toBe("ease_in_out");
  // The last one leads nowhere, unless the timeline goes round.
  act(() => app.timelineDesk.goTo(1));
  expect(page.queryByRole("radiogroup", { name: "Easing" })).toBeNull();
  fireEvent.click(page.getByRole("radio", { name: /^Loop/ }));
  page.getByRole("radiogroup", { name: "Easing" });
});

it("offers to replace a keyframe once the picture is another", () => {
  const page = open(1, 2);
  act(() => app.timelineDesk.goTo(0));
  const replace = () => page.getByRole("button", { name: "Replace with the picture" });
  expect(replace().hasAttribute("disabled")).toBe(true);
  act(() => app.editor.commit("Seed", withSeed(9)));
  fireEvent.click(replace());
  expect(seeds()).toEqual([9, 2]);
});

it("shows the timeline along the ruler, and comes back", () => {
  const page = open(1, 2);
  fireEvent.keyDown(page.getByRole("slider", { name: "Playhead" }), { key: "ArrowRight", shiftKey: true });
  expect(app.player.seconds.get()).toBeCloseTo(10 / 24, 9);
  fireEvent.click(page.getByRole("button", { name: "Edit this picture" }));
  expect(app.document.getState().picture?.latent.kind).toBe("blend");
  expect(page.queryByText("The stage shows the timeline.")).toBeNull();
});

it("takes pictures that are carried onto it, seeds and snapshots alike, and nothing else", () => {
  const carried = (type: string, text: string) => ({ dataTransfer: { types: [type], getData: () => text } });
  const picture = (number: number) => JSON.stringify(withSeed(number)(PICTURE));
  const type = "application/x-wend-picture";
  const page = open();
  fireEvent.drop(page.getByRole("region", { name: "Empty timeline" }), carried(type, picture(5)));
  expect(seeds()).toEqual([5]);
  const keyframes = () => page.getByRole("list", { name: "Keyframes" });
  fireEvent.drop(keyframes(), carried(type, "no picture"));
  fireEvent.drop(keyframes(), carried(type, picture(6)));
  expect(seeds().toSorted()).toEqual([5, 6]);
});

it("exports, shows how far it is, and offers the file", async () => {
  const page = open(1, 2);
  act(() => app.commands.export.run());
  const form = page.getByRole("form", { name: "Export" });
  within(form).getByText("24 pictures, 0:01.0");
  fireEvent.click(within(form).getByText("GIF"));
  fireEvent.click(within(form).getByRole("button", { name: "Export GIF" }));
  await waitFor(() => page.getByRole("progressbar", { name: "Export" }));
  const [asked] = server.asked.filter(({ method }) => method === "POST");
  const { picture, timeline } = app.document.getState();
  expect(asked?.body).toEqual({
    kind: EXPORT_KIND,
    title: "",
    params: {
      document: { version: 4, picture, timeline, controls: [] },
      format: "gif",
      fps: 24,
      size: null,
      compare: false,
      audio: null,
    },
  });
  const [job] = server.jobs;
  if (!job) throw new Error("no job was made");
  server.details[job.id] = { artifacts: [{ name: "animation.gif", bytes: 20_000, media_type: "image/gif" }] };
  const done = { ...job, state: "done" as const };
  server.jobs = [done];
  act(() => app.jobs.change(done));
  const link = await page.findByRole("link", { name: "Download, 20 kB" });
  expect(link.getAttribute("href")).toBe(`./api/jobs/${job.id}/artifacts/animation.gif`);
  fireEvent.click(page.getByRole("button", { name: "Export again" }));
  page.getByRole("form", { name: "Export" });
});

it("says why an export cannot be", async () => {
  const page = open(1, 2);
  act(() => app.commands.export.run());
  server.problem = { code: "invalid_params", detail: "That is too long.", hint: "Lower it." };
  fireEvent.submit(page.getByRole("form", { name: "Export" }));
  expect((await page.findByRole("alert")).textContent).toContain("That is too long. Lower it.");
});
