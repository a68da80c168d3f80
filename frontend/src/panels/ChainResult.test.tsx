/** What a chain left is seen: how it plays, its frames, its path; UMAP's only where it was drawn. */

import { cleanup } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { JOB } from "../state/fakes";
import { CHAIN_FILE, ChainResult } from "./ChainResult";
import { draw, makeApp } from "./fixture";

afterEach(cleanup);

const fileOf = (name: string) => ({ name, bytes: 9, media_type: "" });

it.each([
  [[], 3],
  [["path-umap.svg"], 4],
])("shows its pictures, with %j", (more, count) => {
  const artifacts = ["chain.npz", "animation.webp", "filmstrip.png", CHAIN_FILE, ...more].map(fileOf);
  const { getAllByRole } = draw(makeApp(), <ChainResult job={JOB} artifacts={artifacts} />);
  const images = getAllByRole("img");
  expect(images).toHaveLength(count);
  expect(images[1]?.getAttribute("src")).toBe(`./api/jobs/${JOB.id}/artifacts/${CHAIN_FILE}`);
});
