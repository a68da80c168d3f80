/** Picture sets: folders file by file, zips whole, what is left out is told, nobody waiting ends it. */

import { beforeEach, expect, it } from "vitest";
import { WendProblem } from "../protocol/http";
import { MAX_FILE_BYTES, PictureSets } from "./picture_sets";

const WANTED = new AbortController().signal;

let kept: string[];
/** Told of every picture that is there. */
let onKept: () => void;
let sets: PictureSets;

beforeEach(() => {
  kept = [];
  onKept = () => undefined;
  sets = new PictureSets({
    sets: async () => ({ sets: [{ name: "mine", count: kept.length }] }),
    open: async (name, zip) => {
      if (zip) kept.push(name);
      return { name: zip ? name : `${name}!`, count: 0 };
    },
    add: async (set, file) => {
      if (file.name === "bad.png") throw new WendProblem("image_invalid", "It is none.", "");
      if (file.name === "full.png") throw new WendProblem("disk_full", "No room.", "");
      kept.push(`${set}/${file.name}`);
      onKept();
    },
    remove: async (set) => void kept.push(`gone ${set}`),
  });
});

const file = (name: string, bytes = 1) => new File([new Uint8Array(bytes)], name);

it("sends the pictures of a folder, and tells what it left out", async () => {
  const large = Object.defineProperty(file("large.jpg"), "size", { value: MAX_FILE_BYTES + 1 });
  const brought = await sets.bring(
    [file("a.png"), file("notes.txt"), file(".b.png"), file("bad.png"), large],
    WANTED,
  );
  expect(kept).toEqual(["2 pictures!/a.png"]);
  expect(brought?.name).toBe("2 pictures!");
  expect(brought?.problem?.sentence).toBe("2 files were left out.");
  expect(brought?.problem?.hint).toContain("bad.png: It is none.");
  expect(sets.sending.get()).toBeNull();
  expect(sets.sets.get()).toEqual([{ name: "mine", count: 1 }]);
});

it("sends a zip as it is", async () => {
  expect(await sets.bring([file("mine.zip")], WANTED)).toEqual({ name: "mine.zip", problem: null });
  expect(kept).toEqual(["mine.zip"]);
});

it("takes back what nobody waits for any more", async () => {
  const stop = new AbortController();
  onKept = () => stop.abort();
  expect(await sets.bring([file("a.png"), file("b.png")], stop.signal)).toBeNull();
  expect(kept).toEqual(["2 pictures!/a.png", "gone 2 pictures!"]);
});

it("takes back half a set where the server refuses the rest", async () => {
  await expect(sets.bring([file("a.png"), file("full.png")], WANTED)).rejects.toThrow("No room.");
  expect(kept).toEqual(["2 pictures!/a.png", "gone 2 pictures!"]);
  expect(sets.sending.get()).toBeNull();
});

it("refuses what holds no picture", async () => {
  await expect(sets.bring([file("notes.txt")], WANTED)).rejects.toThrow("no picture among");
  expect(await sets.bring([], WANTED)).toBeNull();
});
