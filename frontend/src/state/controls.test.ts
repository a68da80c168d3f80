// @vitest-environment node
/** Documents open as the server opens them, and a knob moves one slider, as a slider has one knob. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Control } from "../protocol/wire";
import { controlOf, PSI, withControl, withoutControl } from "./controls";
import { DocumentInvalid } from "./foreign";
import { normalizeDocument } from "./normalize";

interface Golden {
  readonly name: string;
  readonly written: unknown;
  /** Null: it is refused. */
  readonly opened: unknown;
}

const GOLDEN = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../tests/contract/documents.json"), "utf8"),
) as readonly Golden[];

describe("the contract of documents", () => {
  it.each(GOLDEN)("$name", ({ written, opened }) => {
    if (opened === null) expect(() => normalizeDocument(written)).toThrow(DocumentInvalid);
    else expect(normalizeDocument(written)).toEqual(opened);
  });
});

const X: Control = { slider: "factors/x", device: "nano", channel: 1, number: 7, sends: "absolute" };

describe("binding", () => {
  it("frees a knob from what it moved before, and a slider from what moved it", () => {
    const y = { ...X, slider: "factors/y" };
    const other = { ...X, number: 8 };
    expect(withControl([X], y)).toEqual([y]);
    expect(withControl([X], other)).toEqual([other]);
    const both = withControl([X], { ...X, slider: PSI, channel: 2 });
    expect(both).toHaveLength(2);
    expect(controlOf(both, PSI)?.channel).toBe(2);
    expect(withoutControl(both, PSI)).toEqual([X]);
    expect(controlOf([X], "factors/y")).toBeNull();
  });
});
