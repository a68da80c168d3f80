/** Rows of other latents: what the field says of them, and what a hand does with them. */

import { cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { undo } from "../state/document";
import { withMixed } from "../state/mix";
import { makeApp, draw as show } from "./fixture";
import { MixField } from "./MixField";

afterEach(cleanup);

const NAMES = Array.from({ length: 10 }, (_, row) => `b${row}`);

function open(rows = 10) {
  const app = makeApp();
  const model = { id: PICTURE.model, num_ws: rows, layer_names: NAMES.slice(0, rows), classes: [] };
  app.catalog.setState({ models: [model as unknown as ModelSummary] });
  const mixed = () => app.document.getState().picture?.mix;
  show(app, <MixField />);
  return { app, mixed };
}

it("names what is mixed in, gives it other rows and takes it out, each a step", async () => {
  const { app, mixed } = open();
  const latent = { kind: "seed", seed: 12 } as const;
  app.editor.commit("mix", withMixed(latent, { start: 0, end: 3 }));
  fireEvent.click(await screen.findByRole("button", { name: "Layers that Seed 12 gives: coarse" }));
  fireEvent.click(await screen.findByRole("button", { name: "Fine" }));
  expect(mixed()).toEqual([{ layers: { start: 6, end: 10 }, latent }]);
  fireEvent.click(screen.getByRole("button", { name: "Take Seed 12 out again" }));
  expect(mixed()).toEqual([]);
  undo(app.document);
  expect(mixed()).toEqual([{ layers: { start: 6, end: 10 }, latent }]);
});

it("takes another picture's latent, dropped on it", () => {
  const { app, mixed } = open();
  const drop = (picture: object) =>
    fireEvent.drop(screen.getByText(/Some layers of another seed/), {
      dataTransfer: { getData: () => JSON.stringify(picture), types: ["application/x-wend-picture"] },
    });
  drop({ ...PICTURE, model: "cast-64" });
  expect(app.live.notice.get()?.code).toBe("other_model");
  expect(mixed()).toEqual([]);
  drop({ ...PICTURE, latent: { kind: "seed", seed: 99 }, psi: 0.3 });
  expect(mixed()).toEqual([{ layers: { start: 0, end: 3 }, latent: { kind: "seed", seed: 99 } }]);
});

it("is not there for a model of one row", () => {
  open(1);
  expect(screen.queryByText("Mixed in")).toBeNull();
});
