// @vitest-environment node
/** The address follows the document, and says when it cannot. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { MAX_EDITS } from "../protocol/wire";
import { keepInAddress } from "./address";
import { createDocumentStore, type DocumentStore, openDocument } from "./document";
import { decodeLink } from "./link";
import { withSeed } from "./picture";

let documents: DocumentStore;
let fragments: string[];
let problems: string[];

beforeEach(() => {
  documents = createDocumentStore();
  fragments = [];
  problems = [];
  keepInAddress(
    documents,
    (fragment) => fragments.push(fragment),
    ({ code }) => problems.push(code),
  );
});

it("holds the newest picture", async () => {
  openDocument(documents, PICTURE);
  openDocument(documents, withSeed(8)(PICTURE));
  await expect.poll(() => fragments).toHaveLength(1);
  expect((await decodeLink(fragments[0] ?? ""))?.picture.latent.seed).toBe(8);
});

it("tells of a picture that no link can hold", async () => {
  // Names as long as they may be, in letters that do not compress.
  let state = 1;
  const letter = () => {
    state = (state * 48271) % 2147483647;
    return (state % 36).toString(36);
  };
  const edits = Array.from({ length: MAX_EDITS }, () => ({
    walk: Array.from({ length: 128 }, letter).join(""),
    alpha: 1,
    layers: null,
  }));
  openDocument(documents, { ...PICTURE, edits });
  await expect.poll(() => problems).toEqual(["link_too_long"]);
  expect(fragments).toEqual([]);
});
