// @vitest-environment node
/** The address follows the document, and says when it cannot. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { MAX_EDITS } from "../protocol/wire";
import { keepInAddress } from "./address";
import { commitContent, createDocumentStore, type DocumentStore, openDocument } from "./document";
import { decodeLink } from "./link";
import { withSeed } from "./picture";
import { withPictures } from "./timeline";

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
  expect((await decodeLink(fragments[0] ?? ""))?.picture).toEqual(withSeed(8)(PICTURE));
});

it("follows the timeline alone", async () => {
  openDocument(documents, PICTURE);
  await expect.poll(() => fragments).toHaveLength(1);
  const timeline = withPictures([PICTURE])(null);
  commitContent(documents, "Add keyframe", { picture: PICTURE, timeline });
  await expect.poll(() => fragments).toHaveLength(2);
  expect((await decodeLink(fragments[1] ?? ""))?.timeline).toEqual(timeline);
});

it("tells of a timeline that not even the address can hold", async () => {
  // Names as long as they may be, in letters that do not compress.
  let state = 1;
  const letter = () => {
    state = (state * 48271) % 2147483647;
    return (state % 36).toString(36);
  };
  const picture = () => {
    const walks = Array.from({ length: MAX_EDITS }, () => Array.from({ length: 128 }, letter).join(""));
    return { ...PICTURE, edits: walks.map((walk) => ({ walk, alpha: 1, layers: null, is_locked: false })) };
  };
  openDocument(documents, PICTURE, withPictures(Array.from({ length: 8 }, picture))(null));
  await expect.poll(() => problems).toEqual(["link_too_long"]);
  expect(fragments).toEqual([]);
});
