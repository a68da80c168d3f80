// @vitest-environment node
/** The model desk between relatives: what of a picture goes along, and what is told of the rest. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { Fetch } from "../protocol/http";
import type { KinList, ModelSummary, Picture } from "../protocol/wire";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeDocuments } from "./fakes";
import { Live } from "./live";
import { withAlpha } from "./picture";

const CODE = "ab".repeat(32);
const SHAPE = { kind: "stylegan2", resolution: 64, num_ws: 10, w_dim: 128, classes: [], psi: 0.8 };
const OWN = { ...SHAPE, id: PICTURE.model, title: "Portraits" } as unknown as ModelSummary;
const CHILD = { ...SHAPE, id: "tilted", title: "Tilted" } as unknown as ModelSummary;

let documents: DocumentStore;
let live: Live;
let room: ReturnType<typeof fakeDocuments>;
let asked: string[];
/** Ids on the child's shelf, and those it gets when it is given its parent's. */
let shelf: string[];
let given: string[];
let hasOneSynthesis: boolean;

const answer: Fetch = async (path, init) => {
  asked.push(`${init?.method ?? "GET"} ${path}`);
  if (path.endsWith("/kin")) return Response.json(kin());
  if (path.endsWith("/walks")) {
    shelf = [...shelf, ...given];
    return Response.json({ model: CHILD.id, taken: given.length });
  }
  return Response.json({ model: CHILD.id, is_complete: true, walks: shelf.map((id) => ({ ...WALK, id })) });
};

function kin(): KinList {
  const relation = {
    model: CHILD.id,
    title: CHILD.title,
    relation: "child",
    has_one_synthesis: hasOneSynthesis,
    why_not_weights: "",
    why_not_w: hasOneSynthesis ? "" : "their synthesis networks differ",
  } as const;
  return { model: OWN.id, parent: null, kin: [relation] };
}

const now = () => documents.getState().picture as Picture;

beforeEach(() => {
  documents = createDocumentStore();
  live = new Live();
  asked = [];
  [shelf, given, hasOneSynthesis] = [["pca-w/1"], [], true];
  const editor = new Editor(
    documents,
    () => undefined,
    () => undefined,
  );
  room = fakeDocuments(documents, editor, live, answer);
  room.catalog.setState({ models: [OWN, CHILD] });
  const moved = withAlpha("later/0", 2)(withAlpha("pca-w/1", 1)({ ...PICTURE, psi: 0.6 }));
  openDocument(documents, moved);
});

it("takes sliders, variety and noise to a child, and says which sliders stay", async () => {
  await room.modelDesk.choose(CHILD);
  expect(now()).toMatchObject({ model: CHILD.id, latent: PICTURE.latent, psi: 0.6 });
  expect(now().edits.map(({ walk }) => walk)).toEqual(["pca-w/1"]);
  expect(live.notice.get()).toMatchObject({ code: "sliders_stay", actions: [{ label: "Undo" }] });
});

it("gives the child the sliders that its parent learned later", async () => {
  given = ["later/0"];
  await room.modelDesk.choose(CHILD);
  expect(asked).toContain(`POST /api/models/tilted/kin/${OWN.id}/walks`);
  expect(now().edits.map(({ walk }) => walk)).toEqual(["pca-w/1", "later/0"]);
  expect(live.notice.get()).toBeNull();
});

it("takes a photo's z along, and leaves a photo's w behind with the reason and the next step", async () => {
  for (const space of ["z", "w+"] as const) {
    openDocument(documents, { ...PICTURE, latent: { kind: "code", code: CODE } });
    room.catalog.setState({ codeSpaces: { [CODE]: space } });
    await room.modelDesk.choose(CHILD);
    expect(now().latent.kind).toBe(space === "z" ? "code" : "seed");
  }
  expect(live.notice.get()).toMatchObject({ code: "code_behind_mapping" });
  expect(live.notice.get()?.hint).toContain("“In z”");
});

it("begins anew with another synthesis network", async () => {
  hasOneSynthesis = false;
  await room.modelDesk.choose(CHILD);
  expect(now()).toMatchObject({ model: CHILD.id, edits: [], psi: 0.8 });
});

it("shows the one that was chosen last, though the server is still looking at the first", async () => {
  const other = { ...CHILD, id: "other", title: "Other", resolution: 32 } as unknown as ModelSummary;
  room.catalog.setState({ models: [OWN, CHILD, other] });
  const first = room.modelDesk.choose(CHILD);
  await room.modelDesk.choose(other);
  expect(await first).toBeNull();
  expect(now().model).toBe("other");
});
