/** Masks as files: what is written is read again, and what the server writes is read as it meant it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeGreyPng, encodeGreyPng, GreyPngInvalid } from "./grey_png";

/** Written by the server's `imaging/codec.py`; its pixel at (x, y) is (3 x x + 7 y y + x y) mod 256. */
const SERVERS = readFileSync(join(import.meta.dirname, "../../../tests/contract/mask.png"));

describe("a grey PNG", () => {
  it("is read as it was written", async () => {
    const grey = Uint8Array.from({ length: 5 * 9 }, (_, at) => (at * 37) % 256);
    expect(await decodeGreyPng(await encodeGreyPng({ height: 5, width: 9, grey }))).toEqual({
      height: 5,
      width: 9,
      grey,
    });
  });

  it("of the server is read with all its filters", async () => {
    const { height, width, grey } = await decodeGreyPng(new Blob([SERVERS]));
    expect([height, width]).toEqual([48, 40]);
    const expected = Array.from({ length: 48 * 40 }, (_, at) => {
      const [x, y] = [at % 40, Math.floor(at / 40)];
      return (3 * x * x + 7 * y * y + x * y) % 256;
    });
    expect([...grey]).toEqual(expected);
  });

  it.each([
    ["no PNG", new TextEncoder().encode("<svg/>")],
    ["cut off", SERVERS.subarray(0, 60)],
    ["of colours", Buffer.from(SERVERS).fill(2, 25, 26)],
  ])("that is %s is refused", async (_what, bytes) => {
    await expect(decodeGreyPng(new Blob([Uint8Array.from(bytes)]))).rejects.toBeInstanceOf(GreyPngInvalid);
  });
});
