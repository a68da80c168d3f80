// @vitest-environment node
/** Thumbnails wait for the hand to rest, come one at a time, and do not come once they are called off. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import type { Picture } from "../protocol/wire";
import { seedOf, withSeed } from "./picture";
import { Thumbnails } from "./thumbnails";

let clock: FakeClock;
let asked: number[];
let still: boolean[];
let answers: ((response: Response) => void)[];
let drawn: string[];
let thumbnails: Thumbnails;
let isAway: boolean;

beforeEach(() => {
  isAway = false;
  clock = new FakeClock();
  asked = [];
  still = [];
  answers = [];
  drawn = [];
  const http = new HttpClient((_path, init) => {
    const { picture } = JSON.parse(String(init?.body)) as { picture: Picture };
    asked.push(seedOf(picture));
    still.push(picture.masks.some((mask) => mask.is_still));
    if (isAway) return Promise.reject(new TypeError("failed to fetch"));
    return new Promise((resolve, reject) => {
      answers.push(resolve);
      init?.signal?.addEventListener("abort", () => reject(new DOMException("aborted", "AbortError")));
    });
  });
  thumbnails = new Thumbnails(http, clock);
});

function order(seed: number): () => void {
  return thumbnails.order(withSeed(seed)(PICTURE), (image) => drawn.push(`${seed} ${image?.size ?? "none"}`));
}

it("wait until the hand has rested", () => {
  thumbnails.giveWay();
  order(1);
  clock.pass(400);
  thumbnails.giveWay();
  clock.pass(599);
  expect(asked).toEqual([]);
  clock.pass(1);
  expect(asked).toEqual([1]);
});

it("come one at a time, and none begins while the hand moves again", async () => {
  for (const seed of [1, 2, 3]) order(seed);
  expect(asked).toEqual([1]);
  answers[0]?.(new Response("jpeg"));
  await expect.poll(() => asked).toEqual([1, 2]);
  thumbnails.giveWay();
  answers[1]?.(new Response("jpeg"));
  await expect.poll(() => drawn).toEqual(["1 4", "2 4"]);
  expect(asked).toEqual([1, 2]);
  clock.pass(600);
  expect(asked).toEqual([1, 2, 3]);
});

it("that are called off do not come, nor blank what is there, and let the next one through", async () => {
  const stopDrawn = order(1);
  const stopWaiting = order(2);
  order(3);
  stopWaiting();
  stopDrawn();
  await expect.poll(() => asked).toEqual([1, 3]);
  expect(drawn).toEqual([]);
});

it("say how many are left, and from those drawn how long they take", async () => {
  for (const seed of [1, 2, 3]) order(seed);
  const stop = order(4);
  expect(thumbnails.left.get()).toEqual({ count: 4, seconds: null });
  clock.pass(2000);
  answers[0]?.(new Response("jpeg"));
  await expect.poll(() => thumbnails.left.get()).toEqual({ count: 3, seconds: 6 });
  stop();
  expect(thumbnails.left.get()).toEqual({ count: 2, seconds: 4 });
});

it("that cannot be drawn are none", async () => {
  order(1);
  answers[0]?.(new Response("", { status: 404 }));
  await expect.poll(() => drawn).toEqual(["1 none"]);
});

it("of a server that was away come when it is back, but not what was called off meanwhile", async () => {
  isAway = true;
  const stop = order(1);
  order(2);
  await expect.poll(() => asked).toEqual([1, 2]);
  stop();
  isAway = false;
  await Promise.resolve();
  thumbnails.resume();
  await expect.poll(() => asked).toEqual([1, 2, 2]);
  answers[0]?.(new Response("jpeg"));
  await expect.poll(() => drawn).toEqual(["2 4"]);
  thumbnails.resume();
  expect(asked).toEqual([1, 2, 2]);
});

it("keep nothing still, which takes seconds a picture", () => {
  const mask = { name: "hair", image: "a".repeat(64), is_still: true };
  thumbnails.order({ ...PICTURE, masks: [mask] }, () => undefined);
  expect(still).toEqual([false]);
});
