/** The photo dialogue: it offers the places that the model has, and asks for the one that was chosen. */

import { act, cleanup, configure, fireEvent, type RenderResult } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { FakeJobsServer, fakeJobs } from "../state/fakes";
import type { App } from "./app";
import { draw, makeApp } from "./fixture";
import { PhotoDialog } from "./PhotoDialog";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

const SQUARE = { x: 30, y: 40, side: 50, turn: 5 };
const untold = () =>
  Response.json(
    { code: "input_invalid", detail: "Nothing finds where.", hint: "", values: {} },
    { status: 422, headers: { "Content-Type": "application/problem+json" } },
  );

/** What the server says of the photo's place. */
let placed: () => Response | Promise<Response>;
let server: FakeJobsServer;
let app: App;

beforeEach(() => {
  placed = untold;
  vi.stubGlobal(
    "URL",
    class extends URL {
      static override createObjectURL = () => "blob:photo";
      static override revokeObjectURL = () => undefined;
    },
  );
});

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

async function open(change: Partial<ModelSummary>): Promise<RenderResult> {
  server = new FakeJobsServer();
  const catalog = createCatalogStore();
  const model = { id: PICTURE.model, title: "Portraits", spaces: ["w", "z"], encoder_places: [], ...change };
  catalog.setState({ models: [model as unknown as ModelSummary] });
  const kept = { id: "f".repeat(64), kind: "photo", width: 100, height: 80 };
  app = makeApp({ ...fakeJobs(server), catalog }, async (path) => {
    if (path.includes("/place")) return placed();
    return Response.json(path.includes("/images") ? kept : { model: model.id, parent: null, kin: [] });
  });
  const page = draw(app, <PhotoDialog />);
  await act(() => app.photos.ask(new File(["x"], "me.png")));
  await page.findByRole("dialog", { name: "Open me.png" });
  return page;
}

const choices = (page: RenderResult) =>
  [...page.getByRole("radiogroup", { name: "Where to look" }).querySelectorAll("label")].map(
    ({ textContent }) => textContent,
  );

it("offers what the model has: an encoder's word and corrected layers only with an encoder", async () => {
  expect(choices(await open({}))).toEqual(["Nearest", "Editable", "In z", "Tuned"]);
  cleanup();
  const encoder_places = ["encoder", "layers"];
  expect(choices(await open({ encoder_places }))).toEqual([
    "At once",
    "Nearest",
    "Editable",
    "In z",
    "Layers",
    "Tuned",
  ]);
  cleanup();
  expect(choices(await open({ spaces: ["z"], encoder_places: ["encoder"] }))).toEqual([
    "At once",
    "In z",
    "Tuned",
  ]);
  cleanup();
  expect(choices(await open({ kind: "analytic" }))).not.toContain("Tuned");
});

it("asks an encoder without asking how long, and says which place was meant", async () => {
  const page = await open({ encoder_places: ["encoder", "layers"] });
  expect(page.queryByRole("radiogroup", { name: "How long to look" })).not.toBeNull();
  fireEvent.click(page.getByRole("radio", { name: "At once" }));
  expect(page.queryByRole("radiogroup", { name: "How long to look" })).toBeNull();
  expect(page.getByRole("dialog").textContent).toContain("within a second");
  fireEvent.click(page.getByRole("button", { name: "Find it" }));
  await vi.waitFor(() =>
    expect(server.asked.at(-1)?.body).toMatchObject({
      kind: "invert",
      params: { place: "encoder", photo: "f".repeat(64) },
    }),
  );
});

it("says of a photo that was made smaller how large it was", async () => {
  const page = await open({});
  expect(page.getByRole("dialog").textContent).not.toContain("more than are read");
  act(() => {
    const asked = app.photos.asked.get();
    if (asked) app.photos.asked.set({ ...asked, question: 9, from: [12000, 9000] });
  });
  await vi.waitFor(() =>
    expect(page.getByRole("dialog").textContent).toContain(
      "It has 12000 × 9000 pixels, more than are read: it is sent with 100 × 80.",
    ),
  );
});

async function sent(page: RenderResult): Promise<unknown> {
  fireEvent.click(page.getByRole("button", { name: "Find it" }));
  await vi.waitFor(() => expect(server.asked.at(-1)?.body).toMatchObject({ kind: "invert" }));
  const { params } = (server.asked.at(-1)?.body ?? {}) as { params?: { square?: unknown; crop?: unknown } };
  return params?.square ?? params?.crop;
}

it("is placed by networks where they can, and goes back to the middle", async () => {
  placed = () => Response.json(SQUARE);
  const page = await open({});
  await page.findByText(/Networks have placed it/);
  expect(await sent(page)).toEqual([30, 40, 50, 5]);
  cleanup();
  const again = await open({});
  fireEvent.click(await again.findByRole("button", { name: "Take the middle" }));
  expect(again.queryByText(/Networks have placed it/)).toBeNull();
  expect(await sent(again)).toEqual([0.125, 0, 1]);
});

it("leaves a square alone that hands have placed meanwhile, and says nothing where nothing tells", async () => {
  let answer: (response: Response) => void = () => undefined;
  placed = () => new Promise((resolve) => (answer = resolve));
  const page = await open({});
  fireEvent.keyDown(page.getByRole("button", { name: /The part to look for/ }), { key: "-" });
  await act(async () => answer(Response.json(SQUARE)));
  expect(page.queryByText(/Networks have placed it/)).toBeNull();
  expect(await sent(page)).not.toEqual([30, 40, 50, 5]);
  cleanup();
  placed = untold;
  const other = await open({});
  expect(other.queryByRole("alert")).toBeNull();
  expect(await sent(other)).toEqual([0.125, 0, 1]);
});
