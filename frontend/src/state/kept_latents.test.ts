/** Kept latents are listed by model, shown like what was just brought, and let go of when somebody says so twice. */

import { beforeEach, expect, it } from "vitest";
import { CodesClient } from "../protocol/codes";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { CodeListed, ModelSummary } from "../protocol/wire";
import { createCatalogStore } from "./catalog";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { foundLatents, KeptLatents, titleOf } from "./kept_latents";
import { Live } from "./live";

const MODEL = { id: PICTURE.model, title: "Faces" } as unknown as ModelSummary;

function code(letter: string, title = ""): CodeListed {
  const kept = "2026-11-22T10:00:00Z";
  return { id: letter.repeat(64), space: "w", title, generator_hash: "", kept, bytes: 2048 };
}

let document: DocumentStore;
let live: Live;
let latents: KeptLatents;
let asked: string[];
let opened: string[];
let codes: CodeListed[];
let problem: string | null;

beforeEach(() => {
  document = createDocumentStore();
  openDocument(document, PICTURE);
  live = new Live();
  asked = [];
  opened = [];
  codes = [code("a", "me.jpg"), code("b")];
  problem = null;
  const catalog = createCatalogStore();
  catalog.setState({ models: [MODEL] });
  const http = new HttpClient(async (path, init) => {
    asked.push(`${init?.method ?? "GET"} ${path}`);
    if (problem !== null) {
      const body = JSON.stringify({ code: problem, detail: "No.", hint: "" });
      return new Response(body, { status: 404, headers: { "Content-Type": "application/problem+json" } });
    }
    if (init?.method === "DELETE") return new Response(null, { status: 204 });
    return Response.json({ codes, count: 2, bytes: 4096, limit: 9, limit_bytes: 9 });
  });
  latents = new KeptLatents({
    codes: new CodesClient(http),
    catalog,
    document,
    foreignDesk: {
      openCode: async (model, { id }, label) => void opened.push(`${model.id} ${id[0]} ${label}`),
    },
    live,
  });
});

const listed = () => latents.store.getState().listed?.map(({ id }) => id[0]);

it("lists those of the model on the stage, and older ones behind the last", async () => {
  await latents.list();
  expect(asked).toEqual([`GET /api/codes?model=${MODEL.id}`]);
  expect(latents.store.getState().hasMore).toBe(false);
  codes = [code("c")];
  await latents.listMore();
  expect(asked.at(-1)).toBe(`GET /api/codes?model=${MODEL.id}&before=${"b".repeat(64)}`);
  expect(listed()).toEqual(["a", "b", "c"]);
});

it("finds by name, and names what has none by its hash", async () => {
  await latents.list();
  latents.search("ME");
  expect(foundLatents(latents.store.getState()).map(titleOf)).toEqual(["me.jpg"]);
  latents.search("bbbb");
  expect(foundLatents(latents.store.getState()).map(titleOf)).toEqual(["Latent bbbbbbbb"]);
});

it("shows one, and lets go of one that was asked about", async () => {
  await latents.list();
  const [first, second] = codes;
  if (!first || !second) throw new Error("two were laid down");
  await latents.open(first);
  expect(opened).toEqual([`${MODEL.id} a Open me.jpg`]);
  await latents.remove();
  expect(asked.some((line) => line.startsWith("DELETE"))).toBe(false);
  latents.ask(second);
  expect(latents.isInUse(second)).toBe(false);
  await latents.remove();
  expect(asked.at(-1)).toBe(`DELETE /api/codes/${second.id}`);
  expect(listed()).toEqual(["a"]);
  expect(latents.store.getState().asked).toBeNull();
});

it("takes one away that is gone already, and tells what else is wrong", async () => {
  await latents.list();
  const [first, second] = codes;
  problem = "code_not_found";
  latents.ask(first ?? null);
  await latents.remove();
  expect(listed()).toEqual(["b"]);
  expect(live.notice.get()).toBeNull();
  problem = "disk_full";
  latents.ask(second ?? null);
  await latents.remove();
  expect(listed()).toEqual(["b"]);
  expect(live.notice.get()?.code).toBe("disk_full");
});

it("knows what the open document needs", () => {
  openDocument(document, { ...PICTURE, latent: { kind: "code", code: "a".repeat(64) } });
  expect(latents.isInUse(code("a"))).toBe(true);
  expect(latents.isInUse(code("b"))).toBe(false);
});
