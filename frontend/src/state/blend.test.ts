// @vitest-environment node
/** Blends: where the slider between two models stands, and what it does to a picture. */

import { describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import type { KinSummary } from "../protocol/wire";
import { endsOf, firstPartner, fitting, placeOf, withHow, withoutBlend, withPlace } from "./blend";

const kin = (relation: KinSummary["relation"], rest: Partial<KinSummary> = {}): KinSummary => ({
  model: relation,
  title: relation.toUpperCase(),
  relation,
  has_one_synthesis: true,
  why_not_weights: "",
  why_not_w: "",
  ...rest,
});
const [PARENT, CHILD] = [kin("parent"), kin("child")];

describe("old to new", () => {
  it("has the parent at the left of a child, which is at home at the right", () => {
    expect(endsOf("Own", PARENT)).toEqual({ left: "PARENT", right: "Own", home: 1 });
    expect(placeOf(PICTURE, PARENT)).toBe(1);
    const old = withPlace(PARENT, 0, "weights")(PICTURE);
    expect(old.model_blend).toEqual({ model: "parent", weight: 1, how: "weights" });
    expect(placeOf(old, PARENT)).toBe(0);
  });

  it("has a child at the right of its parent", () => {
    expect(endsOf("Own", CHILD)).toEqual({ left: "Own", right: "CHILD", home: 0 });
    const some = withPlace(CHILD, 0.25, "w")(PICTURE);
    expect(some.model_blend).toEqual({ model: "child", weight: 0.25, how: "w" });
    expect(placeOf(some, CHILD)).toBe(0.25);
  });
});

it("is no blend at home, and never beyond either end", () => {
  expect(withPlace(CHILD, 0, "w")(PICTURE).model_blend).toBeNull();
  expect(withPlace(PARENT, 1, "w")(PICTURE).model_blend).toBeNull();
  expect(withPlace(CHILD, 1.7, "w")(PICTURE).model_blend?.weight).toBe(1);
});

it("goes the other way without moving, and ends", () => {
  const some = withPlace(CHILD, 0.5, "weights")(PICTURE);
  expect(withHow("w")(some).model_blend).toEqual({ model: "child", weight: 0.5, how: "w" });
  expect(withHow("w")(PICTURE).model_blend).toBeNull();
  expect(withoutBlend(some).model_blend).toBeNull();
});

it("begins with a parent or a child, never with a stranger", () => {
  const stranger = kin("stranger", { why_not_w: "their synthesis networks differ" });
  const unlike = kin("child", { why_not_weights: "classes", why_not_w: "classes" });
  expect(fitting([stranger, unlike])).toEqual([stranger]);
  expect(firstPartner([stranger, unlike])).toBeNull();
  expect(firstPartner([stranger, CHILD])).toBe(CHILD);
});
