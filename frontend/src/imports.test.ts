/** The strata import one way: protocol < state < stage < controls, panels; and only the last two know React. */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";

const SOURCE = import.meta.dirname;

/** What each stratum may import besides itself. `controls` are dumb: they know none of the others. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  state: ["protocol"],
  stage: ["protocol", "state"],
  controls: [],
  panels: ["protocol", "state", "stage", "controls", "theme"],
};
const WITHOUT_REACT = ["protocol", "state", "stage"];
const REACT = /^(react|react-dom|@mantine)(\/|$)|^zustand$/;

interface Import {
  readonly file: string;
  readonly stratum: string;
  readonly target: string;
}

function readImports(): Import[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => /\.tsx?$/.test(file) && file.includes("/") && !/\.(test|gen)\.tsx?$/.test(file))
    .flatMap((file) => {
      const text = readFileSync(join(SOURCE, file), "utf8");
      const stratum = file.split("/")[0] ?? "";
      return [...text.matchAll(/(?:from|import)\s+"([^"]+)"/g)].map((match) => ({
        file,
        stratum,
        target: match[1] ?? "",
      }));
    });
}

function stratumOf({ file, target }: Import): string {
  return relative(SOURCE, join(SOURCE, file, "..", target)).split("/")[0] ?? "";
}

const imports = readImports();

describe("imports", () => {
  it("finds every stratum", () => {
    expect(new Set(imports.map(({ stratum }) => stratum))).toEqual(new Set(Object.keys(ALLOWED)));
  });

  it("point downward only", () => {
    const upward = imports.filter((each) => {
      if (!each.target.startsWith(".")) return false;
      const to = stratumOf(each);
      return to !== each.stratum && !ALLOWED[each.stratum]?.includes(to);
    });
    expect(upward).toEqual([]);
  });

  it("bring React into controls and panels only", () => {
    const strayed = imports.filter(
      ({ stratum, target }) => WITHOUT_REACT.includes(stratum) && REACT.test(target),
    );
    expect(strayed).toEqual([]);
  });
});
