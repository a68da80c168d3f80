/** Photos: a square of one is looked for as a job, and what was found goes onto the stage in one step. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { JobsClient } from "../protocol/jobs";
import { createCatalogStore } from "./catalog";
import { beginDocument, createDocumentStore, type DocumentStore, openDocument, undo } from "./document";
import { Editor } from "./editor";
import { FakeJobsServer, fakeDocuments, JOB } from "./fakes";
import { Jobs } from "./jobs";
import { Live } from "./live";
import { INVERT_KIND, Photos, PIVOTAL_KIND } from "./photos";
import { middle } from "./placing";

const FOUND = { ...PICTURE, latent: { kind: "code" as const, code: "c".repeat(64) }, psi: 1 };
/** What `found.json` holds beside the difference. */
const SAID = { code: FOUND.latent.code, space: "w", picture: FOUND };
const PRESETS = { Quick: { updates: 5 } };
const SIZE = { width: 200, height: 100 };

let document: DocumentStore;
let live: Live;
let server: FakeJobsServer;
let jobs: Jobs;
let editor: Editor;
let photos: Photos;
let isPicture: boolean;

beforeEach(async () => {
  document = createDocumentStore();
  openDocument(document, PICTURE);
  live = new Live();
  server = new FakeJobsServer();
  const [recipe] = server.recipes;
  if (!recipe) throw new Error("the fake server has a recipe");
  server.recipes = [{ ...recipe, kind: INVERT_KIND, presets: PRESETS }];
  jobs = new Jobs(new JobsClient(new HttpClient(server.fetch), "0123456789abcdef"), () => undefined);
  await jobs.refresh();
  isPicture = true;
  editor = new Editor(
    document,
    () => undefined,
    () => undefined,
  );
  photos = new Photos({
    pictures: { place: async (photo) => ({ x: photo.length, y: 2, side: 3, turn: 4 }) },
    images: { keepPhoto: async () => ({ id: "f".repeat(64), kind: "photo", width: 200, height: 100 }) },
    jobs,
    catalog: createCatalogStore(),
    document,
    editor,
    beginning: fakeDocuments(document, editor, live).beginning,
    live,
    measure: async (file) => {
      if (!isPicture) throw new DOMException("no picture");
      return { file, width: 200, height: 100, from: null };
    },
  });
});

it("asks for the part, and starts the search with the preset's settings", async () => {
  await photos.ask(new File([], "me.png"));
  expect(photos.asked.get()).toMatchObject({ model: PICTURE.model, width: 200, height: 100 });
  const id = await photos.find({ square: middle(SIZE), points: null, place: "w+", effort: "Quick" });
  expect(photos.asked.get()).toBeNull();
  expect(id).toBe(server.jobs[0]?.id);
  expect(server.asked.at(-1)?.body).toMatchObject({
    kind: INVERT_KIND,
    params: { model: PICTURE.model, photo: "f".repeat(64), title: "me.png", crop: [0.5, 0, 1], updates: 5 },
  });
});

it("shows what its own job found, once, as a step that can be taken back", async () => {
  await photos.ask(new File([], "me.png"));
  const id = (await photos.find({ square: middle(SIZE), points: null, place: "w", effort: null })) ?? "";
  server.artifacts[`${id}/found.json`] = { ...SAID, error: 7.04 };
  const done = { ...JOB, id, kind: INVERT_KIND, model: PICTURE.model, state: "done" as const };
  jobs.change(done);
  await expect.poll(() => document.getState().picture?.latent).toEqual(FOUND.latent);
  expect(live.notice.get()?.sentence).toContain("7.0 of 255");
  undo(document);
  jobs.change({ ...done, notes: "later" });
  expect(document.getState().picture).toEqual(PICTURE);
});

it("leaves the stage alone for a job of another page, or another model by now", async () => {
  jobs.change({ ...JOB, kind: INVERT_KIND, model: PICTURE.model, state: "done" });
  await photos.ask(new File([], "me.png"));
  const id = (await photos.find({ square: middle(SIZE), points: null, place: "w", effort: null })) ?? "";
  openDocument(document, { ...PICTURE, model: "another" });
  jobs.change({ ...JOB, id, kind: INVERT_KIND, model: PICTURE.model, state: "done" });
  expect(server.asked.some(({ path }) => path.endsWith("found.json"))).toBe(false);
});

it("says what was found, to be put on a timeline, and why it cannot where that is not read", async () => {
  server.artifacts[`${JOB.id}/found.json`] = { ...SAID, error: 7.04 };
  expect(await photos.pictureOf(JOB.id)).toMatchObject({ model: PICTURE.model });
  server.artifacts[`${JOB.id}/found.json`] = { error: 7.04, picture: 3 };
  expect(await photos.pictureOf(JOB.id)).toBeNull();
  expect(live.notice.get()?.code).toBe("photo_unreadable");
});

/** Asks for a photo; the job, as it is when it has found one. */
async function findOne() {
  await photos.ask(new File([], "me.png"));
  const id = (await photos.find({ square: middle(SIZE), points: null, place: "w", effort: null })) ?? "";
  server.artifacts[`${id}/found.json`] = { ...SAID, error: 7.04 };
  return { ...JOB, id, kind: INVERT_KIND, model: PICTURE.model, state: "done" as const };
}

it("shows what was done before the answer to its start, and what ended while the socket was down", async () => {
  await photos.ask(new File([], "me.png"));
  const start = jobs.start.bind(jobs);
  jobs.start = async (body) => {
    const job = await start(body);
    server.artifacts[`${job.id}/found.json`] = { ...SAID, error: 1 };
    jobs.change({ ...job, state: "done" });
    return job;
  };
  await photos.find({ square: middle(SIZE), points: null, place: "w", effort: null });
  await expect.poll(() => document.getState().picture?.latent).toEqual(FOUND.latent);
  undo(document);
  jobs.start = start;
  const done = await findOne();
  server.jobs = [done];
  await jobs.refresh();
  await expect.poll(() => document.getState().picture?.latent).toEqual(FOUND.latent);
});

it("offers what was found where another document is open by then, or a hand holds a slider", async () => {
  let done = await findOne();
  openDocument(document, { ...PICTURE, psi: 0.25 });
  jobs.change(done);
  await expect.poll(() => live.notice.get()?.code).toBe("photo_waits");
  expect(document.getState().picture).toEqual({ ...PICTURE, psi: 0.25 });
  live.notice.get()?.actions?.[0]?.run();
  await expect.poll(() => document.getState().picture?.latent).toEqual(FOUND.latent);
  done = await findOne();
  editor.preview((picture) => ({ ...picture, psi: 0.5 }));
  jobs.change(done);
  await expect.poll(() => live.notice.get()?.code).toBe("photo_waits");
  expect(editor.picture?.psi).toBe(0.5);
});

it("lays nothing over what was opened while it asked how long was looked", async () => {
  const done = await findOne();
  jobs.store.setState(({ recipes }) => ({
    recipes: recipes?.map((each) => ({ ...each, presets: { Thorough: { updates: 500 } } })) ?? null,
  }));
  jobs.paramsOf = async () => {
    openDocument(document, { ...PICTURE, psi: 0.25 });
    return { updates: 500 };
  };
  jobs.change(done);
  await expect.poll(() => live.notice.get()?.code).toBe("photo_waits");
  expect(document.getState().picture).toEqual({ ...PICTURE, psi: 0.25 });
});

it("offers what was found where the same line went on with another document", async () => {
  const done = await findOne();
  beginDocument(document, "Open link", { picture: { ...PICTURE, psi: 0.25 }, timeline: null, controls: [] });
  jobs.change(done);
  await expect.poll(() => live.notice.get()?.code).toBe("photo_waits");
  expect(document.getState().picture).toEqual({ ...PICTURE, psi: 0.25 });
});

it("tells of what another version found", async () => {
  const done = await findOne();
  server.artifacts[`${done.id}/found.json`] = SAID;
  jobs.change(done);
  await expect.poll(() => live.notice.get()?.code).toBe("photo_unreadable");
});

it("tells what is no picture, and what the server refuses", async () => {
  isPicture = false;
  await photos.ask(new File([], "me.heic"));
  expect(live.notice.get()?.code).toBe("photo_undecodable");
  isPicture = true;
  await photos.ask(new File([], "me.png"));
  server.problem = { code: "invalid_params", detail: "No.", hint: "" };
  const wanted = { square: middle(SIZE), points: null, place: "z", effort: null } as const;
  await expect(photos.find(wanted)).rejects.toMatchObject({ sentence: "No." });
  // What was set of it is there to be tried again.
  expect(photos.asked.get()?.file.name).toBe("me.png");
});

it("keeps the question until the search has begun, and begins none that was called off", async () => {
  let isAsked = true;
  const start = jobs.start.bind(jobs);
  jobs.start = (body) => {
    isAsked = photos.asked.get() !== null;
    return start(body);
  };
  const wanted = { square: middle(SIZE), points: null, place: "w", effort: null } as const;
  await photos.ask(new File([], "me.png"));
  const first = photos.asked.get()?.question;
  await photos.find(wanted);
  expect(isAsked).toBe(true);
  await photos.ask(new File([], "me.png"));
  expect(photos.asked.get()?.question).not.toBe(first);
  const asked = server.asked.length;
  const finding = photos.find(wanted);
  photos.cancel();
  expect(await finding).toBeNull();
  expect(server.asked).toHaveLength(asked);
});

it("tunes the model to a face, and asks the server where a photo belongs", async () => {
  await photos.ask(new File([], "me.png"));
  expect(await photos.placeAlike()).toEqual({ x: 64, y: 2, side: 3, turn: 4 });
  const points = [
    [1, 2],
    [3, 2],
    [2, 4],
  ] as const;
  await photos.find({ square: middle(SIZE), points, place: "tuned", effort: null });
  expect(server.asked.at(-1)?.body).toMatchObject({
    kind: PIVOTAL_KIND,
    params: { model: PICTURE.model, place: "w", points: [1, 2, 3, 2, 2, 4] },
  });
});
