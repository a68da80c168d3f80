// @vitest-environment node
/** The newest picture keeps what is shown while the next cannot be had, and asks again. */

import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import { NewestPicture } from "./newest_picture";

/** A server that gives what is on its shelf. */
class Shelf {
  readonly asked: string[] = [];
  isAway = false;
  readonly load = async (url: string): Promise<void> => {
    this.asked.push(url);
    if (this.isAway) throw new Error("nothing there");
  };
}

let shelf: Shelf;
let clock: FakeClock;
let newest: NewestPicture;
/** What is under way comes to its end. */
const settled = () => new Promise((done) => setTimeout(done, 0));

beforeEach(() => {
  shelf = new Shelf();
  clock = new FakeClock();
  newest = new NewestPicture(shelf.load, clock);
});

it("keeps the last good one, says so, and asks again until the newest is there", async () => {
  newest.want("a?n=1");
  await settled();
  shelf.isAway = true;
  newest.want("a?n=2");
  await settled();
  expect(newest.shown.get()).toEqual({ url: "a?n=1", isLost: true });
  clock.pass(5000);
  await settled();
  shelf.isAway = false;
  clock.pass(5000);
  await settled();
  expect(newest.shown.get()).toEqual({ url: "a?n=2&again=2", isLost: false });
  expect(shelf.asked).toEqual(["a?n=1", "a?n=2", "a?n=2&again=1", "a?n=2&again=2"]);
});

it("asks no more for one that a newer took the place of, or that nobody looks at", async () => {
  shelf.isAway = true;
  newest.want("a?n=1");
  await settled();
  newest.want("a?n=2");
  await settled();
  expect(clock.timerCount).toBe(1);
  newest.stop();
  expect(clock.timerCount).toBe(0);
  expect(newest.shown.get()).toEqual({ url: null, isLost: true });
});

it("shows none that comes after a newer was wanted", async () => {
  newest.want("a?n=1");
  newest.want("a?n=2");
  await settled();
  expect(newest.shown.get().url).toBe("a?n=2");
});
