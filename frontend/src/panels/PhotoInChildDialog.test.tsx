/** The photo in a child: four pictures side by side with the order they are made in, and why some cannot go there. */

import { act, cleanup, configure, type RenderResult } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { KinClient } from "../protocol/kin";
import type { CodeSummary, KinList, ModelSummary, Picture } from "../protocol/wire";
import { createCatalogStore } from "../state/catalog";
import { createDocumentStore, openDocument } from "../state/document";
import { Kin } from "../state/kin";
import { PhotoInChild } from "../state/photo_in_child";
import { withAlpha } from "../state/picture";
import { draw, makeApp } from "./fixture";
import { PhotoInChildDialog } from "./PhotoInChildDialog";

vi.setConfig({ testTimeout: 60_000 });
configure({ asyncUtilTimeout: 20_000 });

const CODE = "ab".repeat(32);
const PARENT = { id: PICTURE.model, title: "Portraits" } as unknown as ModelSummary;
const CHILD = { id: "tilted", title: "Tilted" } as unknown as ModelSummary;
const KIN: KinList = {
  model: PARENT.id,
  parent: null,
  kin: [
    {
      model: CHILD.id,
      title: CHILD.title,
      relation: "child",
      has_one_synthesis: true,
      why_not_weights: "",
      why_not_w: "",
    },
  ],
};

/** A photo that was found in `space` of the parent, with this picture on the stage. */
function open(space: CodeSummary["space"], stage: Picture): RenderResult {
  const found: Picture = { ...PICTURE, latent: { kind: "code", code: CODE }, psi: 1 };
  const http = new HttpClient(async (path) =>
    Response.json(path.endsWith("/kin") ? KIN : { model: CHILD.id, is_complete: true, walks: [WALK] }),
  );
  const [catalog, document] = [createCatalogStore(), createDocumentStore()];
  catalog.setState({ models: [PARENT, CHILD], codeSpaces: { [CODE]: space } });
  openDocument(document, stage);
  const photoInChild = new PhotoInChild({
    photos: { read: async () => ({ picture: found, error: 3 }) },
    kin: new Kin(new KinClient(http), catalog),
    catalog,
    document,
    foreignDesk: { learnSpace: async () => undefined },
    http,
  });
  const page = draw(makeApp({ photoInChild, catalog, document }), <PhotoInChildDialog />);
  act(() => photoInChild.asked.set("job"));
  return page;
}

afterEach(cleanup);

it("shows photo, parent, child and the child edited, with the order of it all", async () => {
  const page = open("z", withAlpha(WALK.id, 1)(PICTURE));
  await page.findByRole("figure", { name: "Tilted, edited" });
  const figures = page.getAllByRole("figure").map((each) => each.getAttribute("aria-label"));
  expect(figures).toEqual(["The photo", "Portraits", "Tilted", "Tilted, edited"]);
  const order = "the z of the photo, mapping of Tilted, variety 1.00, 1 slider as on the stage, drawing.";
  expect(page.getByRole("dialog").textContent).toContain(order);
});

it("says what the fourth would take where no slider is moved", async () => {
  const page = open("z", PICTURE);
  await page.findByText(/No slider is moved on the stage/);
  expect(page.getAllByRole("figure")).toHaveLength(3);
});

it("shows none of them for a photo that was found in w, and says why", async () => {
  const page = open("w+", PICTURE);
  await page.findByText(/found in w\+ of Portraits/);
  expect(page.queryAllByRole("figure")).toHaveLength(0);
});
