// @vitest-environment node
/** Nearest: questions in their order, and how like the samples a drawing is, in words. */

import { expect, it } from "vitest";
import type { NearestFound } from "../protocol/wire";
import { Nearest, type NearestQuestion, sayMatch } from "./nearest";

const found = (request: number, match: number, usual: number | null = 0.9): NearestFound => ({
  type: "nearest_found",
  view: 0,
  request,
  samples: [{ seed: 3, match, picture: "p", map: "m" }],
  usual,
  width: null,
  drawn_width: null,
  seen: 16,
  of: 16,
  is_done: true,
  parts: [],
  warning: null,
  lack: null,
});

it("takes the answer to the newest question alone, and asks again what was not answered", () => {
  const asked: NearestQuestion[] = [];
  const nearest = new Nearest({ ask: (question) => asked.push(question) });
  const about = { model: "m", kind: "lines", extractor: null, pose: null, count: 6 } as const;
  nearest.ask({ ...about, drawing: "a" });
  nearest.ask({ ...about, drawing: "a" });
  nearest.ask({ ...about, drawing: "b" });
  nearest.handle(found(1, 0.5));
  expect([asked.length, nearest.found.get()]).toEqual([2, null]);
  nearest.resume();
  nearest.handle(found(3, 0.5));
  nearest.resume();
  expect([asked.length, nearest.found.get()?.request]).toEqual([3, 3]);
});

it("says how like the samples a drawing is, and nothing before all were looked at", () => {
  const title = (match: number) => sayMatch(found(1, match))?.title;
  expect(title(0.5)).toContain("So far it is unlike any sample");
  expect(title(0.75)).toContain("Near enough to be learned");
  expect(title(0.88)).toContain("Like the model’s own pictures");
  expect(sayMatch(found(1, 0.5))?.isFar).toBe(true);
  expect(sayMatch(found(1, 0.5, null))?.more).toBe("its nearest sample matches 50 %.");
  expect(sayMatch({ ...found(1, 0.5), is_done: false })).toBeNull();
});
