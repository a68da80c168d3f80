// @vitest-environment node
/** Where a slider is from: whose it was, and the order of edit and truncation. */

import { expect, it } from "vitest";
import { sayOrigin } from "./walk_origin";

const PICTURE = { model: "tilted", psi: 0.5 };
const title = (model: string) => model.toUpperCase();

it("tells the order of edit and truncation, with this picture's psi", () => {
  const said = sayOrigin(
    { method: "pca", space: "w", settings: { measured_on: "portraits" } },
    PICTURE,
    title,
  );
  expect(said).toEqual([
    "Found and measured on PORTRAITS, with which this model shares its w.",
    "It moves w behind truncation (ψ 0.50), by its whole number; 0 moves nothing.",
    "Programs that truncate behind the edit move it by ψ times theirs: 1 there is 0.50 here.",
  ]);
  const whole = sayOrigin({ method: "pca", space: "w", settings: {} }, { ...PICTURE, psi: 1 }, title);
  expect(whole).toEqual(["It moves w behind truncation (ψ 1.00), by its whole number; 0 moves nothing."]);
});

it("says that a slider in z was made for another mapping", () => {
  const settings = { measured_on: "portraits", z_of: "portraits" };
  const [said] = sayOrigin({ method: "steer", space: "z", settings }, PICTURE, title);
  expect(said).toContain("the z of PORTRAITS");
  expect(sayOrigin({ method: "steer", space: "z", settings: {} }, PICTURE, title)).toEqual([]);
});
