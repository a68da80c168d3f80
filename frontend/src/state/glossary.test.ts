/** Terms are found by their name, by what others call them, and by what is said of them. */

import { describe, expect, it } from "vitest";
import { findTerms, GLOSSARY, type TermId } from "./glossary";

describe("the glossary", () => {
  it.each([
    ["psi", "psi"],
    ["TRUNCATION", "psi"],
    ["mask", "region"],
    ["manifold", "chain"],
    ["latent walk", "latent"],
    ["standard", "sd"],
    ["drift", "keepStill"],
  ] as const)("has %s under %s first", (wanted, id) => {
    expect(findTerms(wanted)[0]).toBe(id);
  });

  it("has all of it for nothing, and nothing for nonsense", () => {
    expect(findTerms("")).toHaveLength(Object.keys(GLOSSARY).length);
    expect(findTerms("xyzzy")).toEqual([]);
  });

  it("finds what is only said in a text after what is named so", () => {
    const found = findTerms("region");
    expect(found[0]).not.toBe("leakage" satisfies TermId);
    expect(found).toContain("leakage");
  });
});
