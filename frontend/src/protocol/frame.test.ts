// @vitest-environment node
/** Frames decode as the server packs them: the golden files are read by both sides. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeFrame, FrameInvalid } from "./frame";
import { subprotocolValues } from "./messages.gen";
import { SUBPROTOCOL } from "./wire";

const CONTRACT = join(import.meta.dirname, "../../../tests/contract");

interface Golden {
  readonly file: string;
  readonly payload_bytes: number;
  readonly payload_sha256: string;
  readonly render_ms: number;
  readonly wait_ms: number;
  readonly [field: string]: unknown;
}

const goldens = JSON.parse(readFileSync(join(CONTRACT, "frames.json"), "utf8")) as readonly Golden[];

function read(file: string): ArrayBuffer {
  return new Uint8Array(readFileSync(join(CONTRACT, file))).buffer;
}

describe("decodeFrame", () => {
  it.each(goldens)("reads $file", (golden) => {
    const { payload, renderMs, waitMs, ...header } = decodeFrame(read(golden.file));
    const { file, payload_bytes, payload_sha256, render_ms, wait_ms, ...expected } = golden;
    expect(header).toEqual(expected);
    expect([renderMs, waitMs]).toEqual([render_ms, wait_ms]);
    expect(payload.length).toBe(payload_bytes);
    expect(createHash("sha256").update(payload).digest("hex")).toBe(payload_sha256);
  });

  it.each([
    ["too short", (bytes: Uint8Array) => bytes.slice(0, 32)],
    ["cut off", (bytes: Uint8Array) => bytes.slice(0, -1)],
    ["another magic", (bytes: Uint8Array) => bytes.with(0, 0)],
    ["another version", (bytes: Uint8Array) => bytes.with(4, 1)],
    ["an unknown codec", (bytes: Uint8Array) => bytes.with(6, 9)],
    ["an unknown quality", (bytes: Uint8Array) => bytes.with(7, 2)],
    ["an unknown kind", (bytes: Uint8Array) => bytes.with(8, 4)],
  ])("refuses a frame with %s", (_why, damage) => {
    const bytes = new Uint8Array(read("frame-live.bin"));
    expect(() => decodeFrame(new Uint8Array(damage(bytes)).buffer)).toThrow(FrameInvalid);
  });
});

describe("the subprotocol", () => {
  it("is exactly one name with the schema's hash", () => {
    expect(subprotocolValues).toHaveLength(1);
    expect(SUBPROTOCOL).toMatch(/^wend\.[0-9a-f]{12}$/);
  });
});
