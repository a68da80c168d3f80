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

const about = { model: "m", kind: "lines", extractor: null, pose: null, count: 6 } as const;

it("takes the answer to the newest question alone, and asks again what was not answered", () => {
  const asked: NearestQuestion[] = [];
  const nearest = new Nearest({ ask: (question) => asked.push(question), stop: () => undefined });
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

it("ends a search that nobody looks at, and begins it again with whoever comes back", () => {
  const told: string[] = [];
  const nearest = new Nearest({
    ask: ({ request }) => told.push(`ask ${request}`),
    stop: () => told.push("stop"),
  });
  nearest.stop();
  nearest.ask({ ...about, drawing: "a" });
  nearest.stop();
  nearest.stop();
  nearest.resume();
  nearest.ask({ ...about, drawing: "a" });
  nearest.handle(found(2, 0.5));
  nearest.stop();
  nearest.ask({ ...about, drawing: "a" });
  expect(told).toEqual(["ask 1", "stop", "ask 2"]);
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
