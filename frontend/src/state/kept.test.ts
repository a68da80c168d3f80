// @vitest-environment node
/** A browser that keeps nothing more breaks nothing: it is told once. */

import { expect, it } from "vitest";
import { FakeStorage } from "./fakes";
import { keepSafely } from "./kept";

class FullStorage extends FakeStorage {
  isFull = true;
  override setItem(key: string, value: string): void {
    if (this.isFull) throw new DOMException("full", "QuotaExceededError");
    super.setItem(key, value);
  }
}

it("holds for the window what a full storage does not take, and tells it once", async () => {
  const storage = new FullStorage();
  let told = 0;
  const safe = keepSafely(
    () => storage,
    () => {
      told += 1;
    },
  );
  safe.setItem("a", "1");
  safe.setItem("b", "2");
  expect([safe.getItem("a"), safe.getItem("b")]).toEqual(["1", "2"]);
  await Promise.resolve();
  expect(told).toBe(1);
  storage.isFull = false;
  safe.setItem("a", "3");
  expect([safe.getItem("a"), storage.getItem("a")]).toEqual(["3", "3"]);
  safe.removeItem("b");
  expect(safe.getItem("b")).toBeNull();
});

it("does without a storage that may not even be opened, and tells it when what reads it is made", async () => {
  const told: (string | null)[] = [];
  const safe = keepSafely(
    () => {
      throw new DOMException("forbidden", "SecurityError");
    },
    () => {
      told.push(kept);
    },
  );
  // As the page does: what tells it is made of what was read.
  const kept = safe.getItem("a");
  expect(kept).toBeNull();
  safe.setItem("a", "1");
  expect(safe.getItem("a")).toBe("1");
  await Promise.resolve();
  expect(told).toEqual([null]);
});
