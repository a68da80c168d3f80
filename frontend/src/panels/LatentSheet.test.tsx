/** The sheet of kept latents shows each with its name, and asks before one goes. */

import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { draw, makeApp } from "./fixture";
import { LatentSheet } from "./LatentSheet";

const MODEL = { id: PICTURE.model, title: "Faces", classes: [], psi: 0.7 } as unknown as ModelSummary;
const ID = "a".repeat(64);
const KEPT = "2026-11-22T10:00:00Z";

afterEach(cleanup);

it("lets go of a latent when it is told so twice", async () => {
  const deleted: string[] = [];
  const app = makeApp({}, async (path, init) => {
    if (init?.method === "DELETE") deleted.push(path);
    if (!path.startsWith("/api/codes?")) return new Response(null, { status: 200 });
    const code = { id: ID, space: "w", title: "me.jpg", generator_hash: "", kept: KEPT, bytes: 2048 };
    return Response.json({ codes: [code], count: 1, bytes: 2048, limit: 9, limit_bytes: 9 });
  });
  app.catalog.setState({ ...createCatalogStore().getState(), models: [MODEL] });
  draw(app, <LatentSheet />);
  await screen.findByRole("button", { name: "Show me.jpg" });
  fireEvent.click(screen.getByRole("button", { name: "What to do with me.jpg" }));
  expect(screen.queryByRole("menuitem", { name: "Rename" })).toBeNull();
  fireEvent.click(await screen.findByRole("menuitem", { name: "Delete" }));
  const question = await screen.findByRole("group", { name: "Delete me.jpg?" });
  expect(deleted).toEqual([]);
  fireEvent.click(within(question).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(screen.queryByRole("button", { name: "Show me.jpg" })).toBeNull());
  expect(deleted).toEqual([`/api/codes/${ID}`]);
  expect(screen.getByText(/None is kept for this model/)).toBeTruthy();
});
