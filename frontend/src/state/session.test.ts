/** The session opens a first picture by itself, follows the server, and says what goes wrong. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Health, ModelList, ModelSummary, Progress, WalkList, WalkSummary } from "../protocol/wire";
import { type CatalogStore, createCatalogStore, WalkFetcher } from "./catalog";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeDocuments, fakeJobs } from "./fakes";
import { Live } from "./live";
import { withAlpha } from "./picture";
import { Regions } from "./regions";
import { Session } from "./session";

const MODEL: ModelSummary = {
  id: "portraits-64",
  title: "Portraits 64",
  kind: "stylegan2",
  resolution: 64,
  z_dim: 128,
  w_dim: 128,
  num_ws: 10,
  classes: [],
  has_noise: true,
  licence: "MIT",
  summary: "",
  spaces: ["w", "z"],
  has_preview: false,
  has_discriminator: false,
  has_encoder: false,
  encoder_places: [],
  card: "",
  psi: 0.7,
  live_error: null,
  layer_names: [],
  source: null,
  taught: null,
  is_shipped: true,
};

const PROBLEM = { "Content-Type": "application/problem+json" };
const TOKEN_REQUIRED = {
  code: "token_required",
  detail: "This server asks for its token.",
  hint: "Open the URL with ?token=... that the server printed at start.",
};
const HEALTH: Health = {
  status: "ok",
  version: "0",
  device: "cpu",
  threads: 1,
  precision: "bfloat16",
  uptime_s: 1,
  resident: [],
};

function walk(id: string, method: string, strength: number): WalkSummary {
  return { ...WALK, id, title: id, method, strength };
}

let documents: DocumentStore;
let catalog: CatalogStore;
let live: Live;
let shown: number;
let discovered: string[];
let models: ModelList;
let walks: WalkList;
let isDown: boolean;
let wantsToken: boolean;
let refusals: number;
let session: Session;

beforeEach(() => {
  documents = createDocumentStore();
  catalog = createCatalogStore();
  live = new Live();
  shown = 0;
  discovered = [];
  models = { default: MODEL.id, models: [MODEL], refused: [] };
  walks = { model: MODEL.id, walks: [], is_complete: false };
  isDown = false;
  wantsToken = false;
  refusals = 0;
  const http = new HttpClient(async (path) => {
    if (isDown) throw new TypeError("failed to fetch");
    if (wantsToken) return Response.json(TOKEN_REQUIRED, { status: 401, headers: PROBLEM });
    if (path === "/api/health") return Response.json(HEALTH);
    return Response.json(path === "/api/models" ? models : walks);
  });
  const editor = new Editor(
    documents,
    () => {
      shown += 1;
    },
    () => undefined,
  );
  const discover = (model: string) => void discovered.push(model);
  const refuse = () => {
    refusals += 1;
  };
  const { opening, hearDocument } = fakeDocuments(documents, editor, live);
  session = new Session({
    ...fakeJobs(),
    handleNearest: () => undefined,
    openAddress: (fragment, isReload) => opening.openAddress(fragment, isReload),
    hearDocument,
    factors: { handleReading: () => undefined },
    regions: new Regions({
      document: documents,
      inHand: () => null,
      ask: () => undefined,
      stop: () => undefined,
      imageOf: () => null,
    }),
    document: documents,
    catalog,
    live,
    editor,
    http,
    discover,
    refuse,
  });
  session.handleConnection({ state: "open" });
});

function report(failure: string | null, isDone = true): Progress {
  return {
    type: "progress",
    work: `discover:${MODEL.id}`,
    label: "failed",
    fraction: 0,
    seconds_left: null,
    is_done: isDone,
    failure,
  };
}

describe("starting", () => {
  it("opens the default model at its own truncation and asks for its walks", async () => {
    await session.start("");
    expect(documents.getState().picture).toMatchObject({ model: MODEL.id, psi: 0.7, edits: [] });
    await expect.poll(() => discovered).toEqual([MODEL.id]);
  });

  it("asks for no walks that are there", async () => {
    walks = { ...walks, is_complete: true };
    await session.start("");
    await expect.poll(() => catalog.getState().walks[MODEL.id]).toEqual(walks);
    expect(discovered).toEqual([]);
  });

  it("says what is wrong with a link and opens the default", async () => {
    await session.start("#p=!!!");
    expect(live.notice.get()).toMatchObject({ kind: "error", code: "link_invalid" });
    expect(documents.getState().picture?.model).toBe(MODEL.id);
  });

  it("waits for a server that is not there yet, without a word", async () => {
    isDown = true;
    await session.start("");
    expect(documents.getState().picture).toBeNull();
    expect(live.notice.get()).toBeNull();
    isDown = false;
    session.handleMessage({ type: "hello", version: "", device: "", notes: [], default_model: MODEL.id });
    await expect.poll(() => documents.getState().picture?.model).toBe(MODEL.id);
  });
});

describe("messages", () => {
  beforeEach(() => openDocument(documents, PICTURE));

  it("of a failed render stay until a picture comes", () => {
    const failure = { code: "walk_not_found", sentence: "None.", hint: "" } as const;
    session.handleMessage({ type: "error", ...failure, view: 0, revision: 1 });
    expect(live.notice.get()).toMatchObject({ about: "render", sentence: "None." });
    session.handleShown();
    expect(live.notice.get()).toBeNull();
  });

  it("of new walks draw again what had failed for want of them", async () => {
    const failure = { code: "walk_not_found", sentence: "None.", hint: "" } as const;
    openDocument(documents, withAlpha("pca-w/0", 1)(PICTURE));
    await expect.poll(() => catalog.getState().walks[MODEL.id]).toEqual(walks);
    session.handleMessage({ type: "error", ...failure, view: 0, revision: 1 });
    const before = shown;
    const hear = async (ids: readonly string[]) => {
      walks = { ...walks, walks: ids.map((id) => walk(id, "pca", 1)) };
      session.handleMessage({ type: "walks_changed", model: PICTURE.model });
      await expect.poll(() => catalog.getState().walks[MODEL.id]).toEqual(walks);
    };
    await hear(["sefa/0"]);
    expect(shown).toBe(before);
    await hear(["sefa/0", "pca-w/0"]);
    expect(shown).toBe(before + 1);
    await hear(["sefa/0", "pca-w/0", "pca-w/1"]);
    expect(shown).toBe(before + 1);
  });

  it("of what can be told are kept for the model of the picture alone", () => {
    openDocument(documents, PICTURE);
    const sight = { view: 0, title: "Eyes", factors: [], choices: [], labels: [], lack: null } as const;
    const told = { type: "sight", has_labels: true, has_lines: true, ...sight } as const;
    session.handleMessage({ ...told, model: "other" });
    expect(live.sight.get()).toBeNull();
    session.handleMessage({ ...told, model: PICTURE.model });
    session.handleMessage({ ...told, model: "other" });
    expect(live.sight.get()?.model).toBe(PICTURE.model);
  });

  it("of progress are kept until it is done or the connection is lost", () => {
    const progress = report(null, false);
    session.handleMessage(progress);
    expect(live.progress.get().size).toBe(1);
    session.handleMessage({ ...progress, is_done: true });
    expect(live.progress.get().size).toBe(0);
    session.handleMessage(progress);
    session.handleConnection({ state: "waiting", retryAt: 0 });
    expect(live.progress.get().size).toBe(0);
  });
});

describe("a search for walks", () => {
  const walksChanged = async () => {
    const before = catalog.getState().walks;
    session.handleMessage({ type: "walks_changed", model: MODEL.id });
    await expect.poll(() => catalog.getState().walks).not.toBe(before);
  };

  it("that broke stays broken until it is asked for again", async () => {
    await session.start("");
    await expect.poll(() => discovered).toEqual([MODEL.id]);
    session.handleMessage(report("No memory."));
    for (let round = 0; round < 3; round += 1) await walksChanged();
    expect(discovered).toEqual([MODEL.id]);
    expect(live.progress.get().get(`discover:${MODEL.id}`)?.failure).toBe("No memory.");

    session.searchAgain(MODEL.id);
    expect(discovered).toEqual([MODEL.id, MODEL.id]);
    expect(live.progress.get().size).toBe(0);
  });

  it("is asked for once more by another connection", async () => {
    await session.start("");
    await expect.poll(() => discovered).toEqual([MODEL.id]);
    session.handleConnection({ state: "waiting", retryAt: 0 });
    session.handleConnection({ state: "open" });
    session.handleMessage({ type: "hello", version: "", device: "", notes: [], default_model: MODEL.id });
    await expect.poll(() => discovered).toEqual([MODEL.id, MODEL.id]);
  });

  it("keeps the newer of two lists that overtake each other", async () => {
    const answers: ((list: WalkList) => void)[] = [];
    const http = new HttpClient(async () =>
      Response.json(await new Promise<WalkList>((resolve) => answers.push(resolve))),
    );
    const fetcher = new WalkFetcher(catalog, http);
    const older = fetcher.fetch(MODEL.id);
    const newer = fetcher.fetch(MODEL.id);
    const complete = { ...walks, is_complete: true };
    answers[1]?.(complete);
    expect(await newer).toEqual(complete);
    answers[0]?.(walks);
    expect(await older).toBeNull();
    expect(catalog.getState().walks[MODEL.id]).toEqual(complete);
  });
});

describe("a connection that failed", () => {
  it("is given up, with a word, when the server asks for a token", async () => {
    wantsToken = true;
    session.handleConnection({ state: "waiting", retryAt: 0 });
    await expect.poll(() => refusals).toBe(1);
    expect(live.notice.get()).toMatchObject({ sentence: TOKEN_REQUIRED.detail, hint: TOKEN_REQUIRED.hint });
  });

  it("is tried again, without a word, when nothing answers", async () => {
    isDown = true;
    session.handleConnection({ state: "waiting", retryAt: 0 });
    await new Promise((resolve) => setTimeout(resolve));
    expect(refusals).toBe(0);
    expect(live.notice.get()).toBeNull();
  });
});

it("asks what a model is drawn with once it is drawn", async () => {
  openDocument(documents, PICTURE);
  session.handleShown();
  await expect.poll(() => live.precision.get()).toBe("bfloat16");
});
