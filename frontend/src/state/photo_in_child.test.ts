// @vitest-environment node
/** The photo in a child: the four pictures, and why some photos cannot go there. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import { type Fetch, HttpClient } from "../protocol/http";
import { KinClient } from "../protocol/kin";
import type { CodeSummary, KinList, ModelSummary, Picture } from "../protocol/wire";
import { createCatalogStore } from "./catalog";
import { createDocumentStore, openDocument } from "./document";
import { Kin } from "./kin";
import { PhotoInChild } from "./photo_in_child";
import { withAlpha } from "./picture";

const CODE = "ab".repeat(32);
const FOUND: Picture = { ...PICTURE, latent: { kind: "code", code: CODE }, psi: 1 };
const PARENT = { id: PICTURE.model, title: "Portraits" } as unknown as ModelSummary;
const CHILD = { id: "tilted", title: "Tilted" } as unknown as ModelSummary;

let space: CodeSummary["space"];
let relation: "child" | "stranger";
let desk: PhotoInChild;

beforeEach(() => {
  space = "z";
  relation = "child";
  const fetch: Fetch = async (path) => {
    if (path.endsWith("/kin")) {
      const has_one_synthesis = relation === "child";
      const kin = { model: CHILD.id, title: CHILD.title, relation, has_one_synthesis };
      const list: KinList = {
        model: PARENT.id,
        parent: null,
        kin: [{ ...kin, why_not_weights: "", why_not_w: "" }],
      };
      return Response.json(list);
    }
    return Response.json({ model: CHILD.id, is_complete: true, walks: [WALK] });
  };
  const http = new HttpClient(fetch);
  const [catalog, document] = [createCatalogStore(), createDocumentStore()];
  catalog.setState({ models: [PARENT, CHILD] });
  openDocument(document, withAlpha("own/0", 2)(withAlpha(WALK.id, 1)(PICTURE)));
  desk = new PhotoInChild({
    photos: { read: async () => ({ picture: FOUND, error: 3 }) },
    kin: new Kin(new KinClient(http), catalog),
    catalog,
    document,
    foreignDesk: {
      learnSpace: async (code) => catalog.setState({ codeSpaces: { [code]: space } }),
    },
    http,
  });
});

it("shows photo, parent, child, and the child with those sliders of the stage that it has", async () => {
  const carried = await desk.open("job");
  expect(carried.refusal).toBeNull();
  const panels = await desk.panels("job", carried, CHILD);
  expect(panels.photo).toContain("job/artifacts/photo.png");
  expect(panels.parent).toEqual(FOUND);
  expect(panels.child).toEqual({ ...FOUND, model: CHILD.id });
  expect(panels.edited.edits).toEqual([{ walk: WALK.id, alpha: 1, layers: null, is_locked: false }]);
});

it("refuses what was found in w, with the reason and the next step", async () => {
  space = "w+";
  const { refusal } = await desk.open("job");
  expect(refusal?.code).toBe("code_behind_mapping");
  expect(refusal?.sentence).toContain("found in w+ of Portraits");
  expect(refusal?.hint).toContain("“In z”");
});

it("says so where no model was made of it", async () => {
  relation = "stranger";
  expect((await desk.open("job")).refusal?.code).toBe("no_children");
});
