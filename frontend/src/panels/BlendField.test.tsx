/** The blend field: whom it offers, what its slider does, and what it says of those that do not fit. */

import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { KinList, KinSummary, ModelSummary } from "../protocol/wire";
import { undo } from "../state/document";
import { BlendField } from "./BlendField";
import { makeApp, draw as show } from "./fixture";

afterEach(cleanup);

const kin = (model: string, relation: KinSummary["relation"], why_not_w = ""): KinSummary => ({
  model,
  title: model.toUpperCase(),
  relation,
  has_one_synthesis: why_not_w === "",
  why_not_weights: why_not_w === "their classes differ" ? why_not_w : "",
  why_not_w,
});

async function open(...relatives: readonly KinSummary[]) {
  const list: KinList = { model: PICTURE.model, parent: null, kin: relatives };
  const app = makeApp({}, async () => Response.json(list));
  const model = { id: PICTURE.model, title: "Portraits", classes: [] } as unknown as ModelSummary;
  app.catalog.setState({ models: [model] });
  show(app, <BlendField />);
  await app.kin.learn(PICTURE.model);
  return { app, blend: () => app.document.getState().picture?.model_blend };
}

it("goes from old to new by keys, in steps that can be undone", async () => {
  const { app, blend } = await open(kin("parent", "parent"));
  const slider = await screen.findByRole("slider", { name: "Old to new: PARENT to Portraits" });
  expect(slider.getAttribute("aria-valuetext")).toBe("100 % Portraits");
  fireEvent.keyDown(slider, { key: "Home" });
  fireEvent.keyUp(slider, { key: "Home" });
  expect(blend()).toEqual({ model: "parent", weight: 1, how: "weights" });
  undo(app.document);
  expect(blend()).toBeNull();
});

it("changes what is blended without moving it, and says why not in w", async () => {
  const { app, blend } = await open(
    kin("left", "child"),
    kin("odd", "stranger", "their synthesis networks differ"),
  );
  app.editor.commit("blend", (old) => ({
    ...old,
    model_blend: { model: "left", weight: 0.5, how: "weights" },
  }));
  fireEvent.click(await screen.findByRole("radio", { name: "w" }));
  expect(blend()).toEqual({ model: "left", weight: 0.5, how: "w" });
  app.editor.commit("blend", (old) => ({
    ...old,
    model_blend: { model: "odd", weight: 0.5, how: "weights" },
  }));
  expect(await screen.findByText(/Not in w: their synthesis networks differ\.$/)).toBeTruthy();
});

it("lists those that do not fit with the reason", async () => {
  await open(kin("left", "child"), kin("cast", "stranger", "their classes differ"));
  fireEvent.click(await screen.findByRole("button", { name: "Blend with: LEFT" }));
  const fold = await screen.findByRole("menuitem", { name: "One that cannot be blended" });
  expect(screen.queryByText("their classes differ")).toBeNull();
  fireEvent.click(fold);
  expect(await screen.findByText("their classes differ")).toBeTruthy();
});

it("is not there where nothing fits", async () => {
  await open(kin("cast", "stranger", "their classes differ"));
  expect(screen.queryByLabelText("Blend of models")).toBeNull();
});

it("takes a model that is gone out again", async () => {
  const { app, blend } = await open(kin("left", "child"));
  app.editor.commit("blend", (old) => ({
    ...old,
    model_blend: { model: "gone", weight: 0.5, how: "weights" },
  }));
  fireEvent.click(await screen.findByRole("button", { name: "Take gone out again" }));
  expect(blend()).toBeNull();
});
