/** The foreign desk shows what was found, asks what a file does not say, and hands on what is of another kind. */

import { beforeEach, expect, it } from "vitest";
import { CodesClient } from "../protocol/codes";
import { PICTURE, WALK } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import { WalksClient } from "../protocol/walks";
import type { ModelSummary, WalkSummary } from "../protocol/wire";
import { type CatalogStore, createCatalogStore } from "./catalog";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeDocuments } from "./fakes";
import { ForeignDesk } from "./foreign_desk";
import { Live } from "./live";

const CODE = "c".repeat(64);
const MODEL = {
  id: PICTURE.model,
  title: "Faces",
  classes: [],
  psi: 0.7,
  spaces: ["w", "z"],
} as unknown as ModelSummary;

let document: DocumentStore;
let live: Live;
let desk: ForeignDesk;
let saved: string[];
let asked: string[];
let catalog: CatalogStore;
let codes: { id: string; space: "z" | "w"; title: string }[];
let walk: WalkSummary;
/** Problems by the beginning of a path, answered once. */
let problems: Record<string, string>;

function problemAt(path: string): Response | null {
  const found = Object.entries(problems).find(([start]) => path.startsWith(start));
  if (!found) return null;
  delete problems[found[0]];
  const body = JSON.stringify({ code: found[1], detail: "The file is square.", hint: "" });
  return new Response(body, { status: 422, headers: { "Content-Type": "application/problem+json" } });
}

beforeEach(() => {
  document = createDocumentStore();
  openDocument(document, PICTURE);
  live = new Live();
  saved = [];
  asked = [];
  codes = [{ id: CODE, space: "z", title: "me" }];
  walk = { ...WALK, title: "Smile" };
  problems = {};
  const http = new HttpClient(async (path) => {
    asked.push(path);
    const problem = problemAt(path);
    if (problem) return problem;
    if (path === "/api/codes/export") return new Response("npz");
    if (path === `/api/codes/${CODE}`) return Response.json({ id: CODE, space: "w", title: "me" });
    if (path.startsWith("/api/codes")) {
      return Response.json({ model: MODEL.id, codes });
    }
    if (path.startsWith("/api/images")) return Response.json({ id: "f".repeat(64) });
    return Response.json({ model: MODEL.id, walks: [walk] });
  });
  catalog = createCatalogStore();
  catalog.setState({ models: [MODEL] });
  const nothing = () => undefined;
  desk = new ForeignDesk({
    codes: new CodesClient(http),
    images: new ImagesClient(http),
    walks: new WalksClient(http),
    catalog,
    document,
    beginning: fakeDocuments(document, new Editor(document, nothing, nothing), live).beginning,
    live,
    desk: {
      copy: async () => undefined,
      save: (_blob, name) => saved.push(name),
      focus: nothing,
      focusedWalk: () => null,
      reload: nothing,
    },
  });
});

const file = (name: string) => new File(["1"], name);

it("shows a photo as its latent, without truncation, as one step", async () => {
  let isAsked = false;
  await desk.openPhoto(file("me.jpg"), () => {
    isAsked = true;
  });
  const { picture } = document.getState();
  expect(picture?.latent).toEqual({ kind: "code", code: CODE });
  expect(picture?.psi).toBe(1);
  expect(asked.at(-1)).toContain(`image=${"f".repeat(64)}`);
  const notice = live.notice.get();
  expect(notice?.code).toBe("photo_encoded");
  // It is only what the encoder says: a search is one click away.
  notice?.actions?.find(({ label }) => label === "Look for it")?.run();
  expect(isAsked).toBe(true);
});

it("takes an array that is no latent for a direction", async () => {
  problems = { "/api/codes": "format_unsupported" };
  await desk.bringNumbers(file("smile.npy"));
  expect(asked.at(-1)).toBe(`/api/walks?model=${MODEL.id}&name=smile.npy`);
  expect(live.notice.get()?.sentence).toBe(`“Smile” is on the shelf of ${MODEL.id}.`);
});

it("asks what a file does not say, and goes on with the answer", async () => {
  problems = { "/api/walks": "format_axis_unknown" };
  expect(await desk.bringDirections(file("factor.pt"), true)).toBe(false);
  expect(desk.question.get()).toMatchObject({ why: "The file is square.", isLatent: false, asks: "axis" });
  await desk.answer({ space: "w", axis: "columns" });
  expect(desk.question.get()).toBeNull();
  expect(asked.at(-1)).toBe(`/api/walks?model=${MODEL.id}&name=factor.pt&space=w&axis=columns`);
});

it("offers components as values to set where their program sets them", async () => {
  walk = { ...walk, settings: { layout: "e4e components" } };
  await desk.bringDirections(file("ffhq_pca.pt"), true);
  const [offered] = live.notice.get()?.actions ?? [];
  expect(offered?.label).toBe("As values to set, too");
  offered?.run();
  await Promise.resolve();
  expect(asked.at(-1)).toBe(`/api/walks?model=${MODEL.id}&name=ffhq_pca.pt&sets=true`);
});

it("hands on what may be a checkpoint, and tells what else is wrong", async () => {
  problems = { "/api/walks": "format_unknown" };
  expect(await desk.bringDirections(file("faces.pkl"), true)).toBe(true);
  expect(live.notice.get()).toBeNull();
  problems = { "/api/walks": "format_unsafe" };
  expect(await desk.bringDirections(file("evil.pkl"), true)).toBe(false);
  expect(live.notice.get()?.code).toBe("format_unsafe");
});

it("saves the latent of the picture", async () => {
  await desk.download();
  expect(saved).toEqual([`${PICTURE.model}-7.npz`]);
});

it("hands on an array that is neither, and says nothing of it", async () => {
  problems = { "/api/codes": "format_unsupported", "/api/walks": "format_unknown" };
  expect(await desk.bringNumbers(file("faces.npz"))).toBe(true);
  expect(live.notice.get()).toBeNull();
});

it("promises nothing of the latents that are not shown", async () => {
  codes = [...codes, { id: "d".repeat(64), space: "z", title: "two" }];
  expect(await desk.bringNumbers(file("faces.npz"))).toBe(false);
  expect(live.notice.get()?.sentence).toBe("The first of 2 latents is shown.");
  expect(live.notice.get()?.hint).not.toContain("kept");
});

it("replaces neither masks nor another model that came meanwhile", async () => {
  const mask = { name: "Mouth", image: "e".repeat(64), is_still: false };
  openDocument(document, { ...PICTURE, masks: [mask] });
  await desk.openPhoto(file("me.jpg"), () => undefined);
  expect(document.getState().picture?.masks).toEqual([mask]);
  const opening = desk.openPhoto(file("me.jpg"), () => undefined);
  openDocument(document, { ...PICTURE, model: "cars" });
  await opening;
  expect(document.getState().picture?.model).toBe("cars");
  expect(live.notice.get()?.code).toBe("model_changed");
});

it("warns of sliders that were learned on another generator", async () => {
  walk = { ...walk, is_foreign: true };
  await desk.bringDirections(file("smile.safetensors"), true);
  expect(live.notice.get()?.hint).toContain("Learned on another generator");
});

it("learns once where a latent lies", async () => {
  await desk.learnSpace(CODE);
  await desk.learnSpace(CODE);
  expect(asked).toEqual([`/api/codes/${CODE}`]);
  expect(catalog.getState()).toMatchObject({ codeSpaces: { [CODE]: "w" }, codeTitles: { [CODE]: "me" } });
});
