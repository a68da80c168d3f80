/** The catalog groups the walks of a shelf, and keeps the groups where they are. */

import { describe, expect, it } from "vitest";
import { WALK } from "../protocol/fakes";
import type { WalkSummary } from "../protocol/wire";
import { groupWalks, keepFirst } from "./catalog";

function walk(id: string, method: string, strength: number): WalkSummary {
  return { ...WALK, id, title: id, method, strength };
}

describe("groups of walks", () => {
  it("begin with walks of different rows, coarse to fine", () => {
    const ranged = (id: string, strength: number, start: number, end: number) => ({
      ...walk(id, "pca", strength),
      layers: { start, end },
    });
    const all = [
      ranged("all", 0.9, 0, 10),
      ranged("fine", 0.2, 7, 10),
      ranged("coarse", 0.4, 0, 3),
      ranged("coarse/2", 0.8, 0, 3),
      ranged("middle", 0.3, 3, 7),
      ranged("middle/2", 0.1, 3, 7),
    ];
    const groups = groupWalks(all, keepFirst(undefined, all));
    expect(groups[0]?.walks.map(({ id }) => id)).toEqual(["coarse/2", "middle", "fine"]);
    expect(groups.slice(1).map(({ title, walks }) => [title, ...walks.map(({ id }) => id)])).toEqual([
      ["Main variations · layers 1–10", "all"],
      ["Main variations · layers 1–3", "coarse"],
      ["Main variations · layers 4–7", "middle/2"],
    ]);
  });

  it("begin with those whose names say most of what they move, one a factor, where that was measured", () => {
    const led = (id: string, by: string, lead: number, strength = 0.1) => ({
      ...walk(id, "pca", strength),
      settings: { led_by: by, lead },
    });
    const all = [
      { ...walk("plain", "sefa", 0.9), settings: {} },
      led("light/2", "light_level", 0.4, 0.2),
      led("light", "light_level", 0.5),
      led("gaze", "gaze_x", 0.3, 0.01),
      led("shirt", "shirt_lightness", 0.2),
    ];
    // What is hardly seen stands below however clear it is; the strongest fills up.
    expect(keepFirst(undefined, all)).toEqual(["light", "shirt", "plain"]);
    expect(keepFirst(undefined, [...all, led("head", "head_x", 0.1)])).toEqual(["light", "shirt", "head"]);
  });

  it("begin with the strongest three where all move the same rows, and hold each walk once", () => {
    const all = [0.1, 0.9, 0.5, 0.7, 0.3].map((strength, k) =>
      walk(`w/${k}`, k % 2 ? "pca" : "sefa", strength),
    );
    const groups = groupWalks(all, keepFirst(undefined, all));
    expect(groups.map((group) => group.walks.map(({ id }) => id))).toEqual([
      ["w/1", "w/3", "w/2"],
      ["w/4", "w/0"],
    ]);
    expect(groups[0]?.title).toBe("Try first");
  });

  it("stand under names that people gave, between those pinned and the rest", () => {
    const all = [
      walk("w/0", "pca", 0.5),
      { ...walk("w/1", "pca", 0.4), group: "Mine" },
      { ...walk("w/2", "steer", 0.3), group: "A first" },
      { ...walk("w/3", "pca", 0.2), group: "Mine", is_pinned: true },
      { ...walk("w/4", "pca", 0.1), group: "Mine", is_hidden: true },
    ];
    const groups = groupWalks(all, ["w/1"]);
    expect(groups.map(({ title, walks }) => [title, ...walks.map(({ id }) => id)])).toEqual([
      ["Pinned", "w/3"],
      ["A first", "w/2"],
      ["Mine", "w/1"],
      ["Main variations", "w/0"],
      ["Hidden", "w/4"],
    ]);
  });

  it("are none without walks", () => {
    expect(groupWalks([], keepFirst(undefined, []))).toEqual([]);
  });

  it("keep the first three, and every group's id, when a search brings stronger ones", () => {
    const some = [0.3, 0.2, 0.1, 0.05].map((strength, k) => walk(`pca/${k}`, "pca", strength));
    const first = keepFirst(undefined, some);
    const before = groupWalks(some, first);
    const found = { ...walk("pca/9", "pca", 0.9), layers: { start: 0, end: 1 } };
    const more = [...some, found, walk("sefa/0", "sefa", 0.8)];
    expect(keepFirst(first, more)).toBe(first);
    const after = groupWalks(more, first);
    expect(after[0]).toEqual(before[0]);
    expect(after.map(({ id }) => id)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  });

  it("choose the first three anew when one of them is gone, or there were not three", () => {
    const all = [0.3, 0.2, 0.1, 0.05].map((strength, k) => walk(`pca/${k}`, "pca", strength));
    expect(keepFirst(["pca/3", "pca/2", "gone"], all)).toEqual(["pca/0", "pca/1", "pca/2"]);
    expect(keepFirst(["pca/3"], all)).toEqual(["pca/0", "pca/1", "pca/2"]);
  });
});
