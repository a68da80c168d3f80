/** Read-outs: which are listed, in what unit, and how a change is counted. */

import { describe, expect, it } from "vitest";
import type { MeasuredFactor, Sight } from "../protocol/wire";
import {
  allReadouts,
  changeOf,
  DEFAULT_PINS,
  likeliest,
  notationOf,
  pinnedReadouts,
  placeOf,
  sayName,
  togglePin,
} from "./readouts";

function factor(name: string, unit = "0..1", low = 0, high = 1): MeasuredFactor {
  return { name, unit, low, high };
}

const SIGHT: Sight = {
  type: "sight",
  view: 0,
  model: "m",
  title: "Eyes",
  factors: [factor("tilt", "degrees", -25, 25), factor("smile", "-1..1", -1, 1), factor("jaw")],
  choices: [{ name: "glasses", options: ["none", "round"] }],
  labels: [],
  has_labels: true,
  has_lines: true,
  lack: null,
};

const names = (sight: Sight | null, pins: readonly string[]) =>
  pinnedReadouts(sight, pins).map(({ name }) => name);

describe("what is listed", () => {
  it("are the pinned, before anything is known of them and after, in one order", () => {
    expect(names(null, DEFAULT_PINS)).toEqual(DEFAULT_PINS);
    expect(names(SIGHT, ["smile", "tilt", "glasses"])).toEqual(["smile", "tilt", "glasses"]);
  });

  it("are those that the model has", () => {
    expect(names(SIGHT, DEFAULT_PINS)).toEqual(["tilt", "smile"]);
  });

  it("are the first few where none of the pinned is there, and none where none is pinned", () => {
    expect(names(SIGHT, ["x", "y"])).toEqual(["tilt", "smile", "jaw", "glasses"]);
    expect(names(SIGHT, [])).toEqual([]);
  });

  it("can be chosen from numbers and options alike", () => {
    expect(allReadouts(SIGHT).map(({ kind }) => kind)).toEqual(["factor", "factor", "factor", "choice"]);
    expect(allReadouts(null)).toEqual([]);
  });
});

describe("pins", () => {
  it("come to the end and go", () => {
    const pinned = togglePin(SIGHT, ["tilt"], "glasses");
    expect(pinned).toEqual(["tilt", "glasses"]);
    expect(togglePin(SIGHT, pinned, "tilt")).toEqual(["glasses"]);
  });

  it("of another model stay", () => {
    expect(togglePin(SIGHT, ["head_x", "tilt"], "tilt")).toEqual(["head_x"]);
  });

  it("begin with what is shown for want of any", () => {
    expect(togglePin(SIGHT, ["x"], "jaw")).toEqual(["x", "tilt", "smile", "glasses"]);
  });
});

describe("numbers", () => {
  it("have units that people know", () => {
    expect(notationOf("of width", 64)).toMatchObject({ times: 64, unit: "px" });
    expect(notationOf("of width", null)).toMatchObject({ times: 100, unit: "%" });
    expect(notationOf("of area", 64)).toMatchObject({ times: 100, unit: "%" });
    expect(notationOf("degrees", 64)).toMatchObject({ times: 1, unit: "°" });
    expect(notationOf("sd", 64)).toMatchObject({ times: 1, unit: "sd", digits: 2 });
    expect(notationOf("furlongs", 64)).toMatchObject({ times: 1, unit: "furlongs" });
    expect(sayName("mouth_open")).toBe("mouth open");
  });

  it("change from the start, a colour's angle the short way round", () => {
    const hue = factor("hat_hue", "degrees", 0, 360);
    const tilt = factor("tilt", "degrees", -25, 25);
    expect(changeOf({ name: "hat_hue", value: 10, before: 350 }, hue)).toBe(20);
    expect(changeOf({ name: "hat_hue", value: 350, before: 10 }, hue)).toBe(-20);
    expect(changeOf({ name: "tilt", value: 10, before: -12 }, tilt)).toBe(22);
    expect(changeOf({ name: "tilt", value: null, before: -12 }, tilt)).toBeNull();
  });

  it("lie within their bar", () => {
    const tilt = factor("tilt", "degrees", -25, 25);
    expect([-25, 0, 25, 40, -90].map((value) => placeOf(value, tilt))).toEqual([0, 0.5, 1, 1, 0]);
  });

  it("of options name the likeliest", () => {
    expect(likeliest(["none", "round"], [0.03, 0.97])).toEqual({ option: "round", chance: 0.97 });
    expect(likeliest([], [])).toBeNull();
  });
});
