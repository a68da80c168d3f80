// @vitest-environment node
/** What a document names and the server lacks is found, and so is what comes nearest. */

import { expect, it } from "vitest";
import { PICTURE, WALK } from "../protocol/fakes";
import type { ModelSummary } from "../protocol/wire";
import { type CatalogState, createCatalogStore } from "./catalog";
import { findMissing, withModel, withNearest } from "./missing";
import { withAlpha } from "./picture";

const model = (id: string, classes: readonly string[] = []) =>
  ({ id, title: id, classes }) as unknown as ModelSummary;

function catalog(models: readonly ModelSummary[], walks: readonly string[], isComplete = true): CatalogState {
  return {
    ...createCatalogStore().getState(),
    models,
    defaultModel: "portraits-64",
    walks: {
      [PICTURE.model]: {
        model: PICTURE.model,
        walks: walks.map((id) => ({ ...WALK, id })),
        is_complete: isComplete,
      },
    },
  };
}

const HERE = [model("cast-64"), model("portraits-64"), model("portraits-128")];

it("finds nothing while it is not known what there is", () => {
  expect(findMissing(PICTURE, catalog([], []))).toBeNull();
  expect(findMissing(null, catalog(HERE, []))).toBeNull();
  expect(findMissing(withAlpha("pca-w/9", 1)(PICTURE), catalog(HERE, [], false))).toBeNull();
  expect(findMissing(withAlpha("pca-w/9", 1)(PICTURE), catalog(HERE, ["pca-w/9"]))).toBeNull();
  const found = withAlpha("region-0a1b2c3d/1", 1)(PICTURE);
  expect(findMissing(found, catalog(HERE, []), new Set(["region-0a1b2c3d/1"]))).toBeNull();
});

it.each([
  ["portraits-12", "portraits-128"],
  ["cast-256", "cast-64"],
  ["zebras", "portraits-64"],
])("for the model %s offers %s", (id, nearest) => {
  const found = findMissing({ ...PICTURE, model: id }, catalog(HERE, []));
  expect(found).toMatchObject({ kind: "model", id, nearest: { id: nearest } });
});

it("leaves out a class that the other model has not got", () => {
  const picture = { ...PICTURE, class_index: 3 };
  expect(withModel(model("b", ["x", "y"]))(picture)).toEqual({ ...picture, model: "b", class_index: 0 });
  expect(withModel(model("b", []))(picture).class_index).toBeNull();
  expect(withModel(model("b", ["a", "b", "c", "d"]))(picture).class_index).toBe(3);
});

it("leaves out codes, mixed rows and masks of the model that is gone", () => {
  const edits = withAlpha("pca-w/1", 2)(PICTURE).edits;
  const picture = {
    ...PICTURE,
    edits,
    latent: { kind: "code" as const, code: "c".repeat(64) },
    mix: [{ layers: { start: 8, end: 12 }, latent: { kind: "seed" as const, seed: 3 } }],
    psi_cutoff: 12,
    masks: [{ name: "mouth", image: "a".repeat(64), is_still: false }],
  };
  const found = withModel(model("b", []))(picture);
  expect(found).toEqual({
    ...PICTURE,
    model: "b",
    latent: { kind: "seed", seed: 0 },
    edits,
    class_index: null,
  });
});

it("offers what another job learned for the same, and leaves out the rest", () => {
  const picture = withAlpha("gone/1", 2)(withAlpha("steer-zoom-0a1b2c/zoom", 0.5)(PICTURE));
  const found = findMissing(picture, catalog(HERE, ["steer-zoom-ffffff/zoom", "steer-shift-0a1b2c/zoom"]));
  if (found?.kind !== "walks") throw new Error("walks are missing");
  expect(found.ids).toEqual(expect.arrayContaining(["steer-zoom-0a1b2c/zoom", "gone/1"]));
  const { edits } = withNearest(found)(picture);
  expect(edits.map(({ walk, alpha }) => [walk, alpha])).toEqual([["steer-zoom-ffffff/zoom", 0.5]]);
});
