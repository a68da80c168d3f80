// @vitest-environment node
/** The address follows the document, and says when it cannot. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { type DocumentSummary, MAX_EDITS } from "../protocol/wire";
import { keepInAddress } from "./address";
import { commitContent, createDocumentStore, type DocumentStore, openDocument } from "./document";
import { Editor } from "./editor";
import { fakeDocuments } from "./fakes";
import { decodeLink, savedIn } from "./link";
import { Live } from "./live";
import { withSeed } from "./picture";
import { withPictures } from "./timeline";

let documents: DocumentStore;
let room: ReturnType<typeof fakeDocuments>;
let fragments: string[];
let problems: string[];
let marks: boolean[];

const SUMMARY: DocumentSummary = {
  id: "0123456789ab",
  name: "Faces",
  picture: PICTURE,
  revision: 1,
  gallery: 0,
  created: "",
  changed: "",
};

beforeEach(() => {
  documents = createDocumentStore();
  const editor = new Editor(
    documents,
    () => undefined,
    () => undefined,
  );
  room = fakeDocuments(documents, editor, new Live(), async () => Response.json(SUMMARY));
  fragments = [];
  problems = [];
  marks = [];
  keepInAddress({
    ...room,
    document: documents,
    read: () => fragments.at(-1) ?? "",
    write: (fragment) => void fragments.push(fragment),
    mark: (isCurrent) => marks.push(isCurrent),
    onProblem: ({ code }) => problems.push(code),
  });
});

it("is noted at once, until the address has it", async () => {
  openDocument(documents, PICTURE);
  expect(room.unsent.of("")?.document.picture).toEqual(PICTURE);
  await expect.poll(() => fragments).toHaveLength(1);
  commitContent(documents, "Seed 9", { picture: withSeed(9)(PICTURE), timeline: null });
  const before = fragments.at(-1) ?? "";
  expect(room.unsent.of(before)?.document.picture).toEqual(withSeed(9)(PICTURE));
  // Any other address means what it says.
  expect(room.unsent.of("#p=other")).toBeNull();
  await expect.poll(() => fragments).toHaveLength(2);
  expect([before, fragments.at(-1) ?? ""].map((address) => room.unsent.of(address))).toEqual([null, null]);
  expect(marks).toEqual([false, true, false, true]);
  // A reload that had begun by then goes to the address of before.
  expect(room.unsent.of(before, true)?.document.picture).toEqual(withSeed(9)(PICTURE));
});

it("names the saved document, and what the server has not got stays noted", async () => {
  openDocument(documents, PICTURE);
  await room.saved.create("Faces");
  await expect.poll(() => savedIn(fragments.at(-1) ?? "")).toBe(SUMMARY.id);
  expect(room.unsent.of(fragments.at(-1) ?? "")).toBeNull();
  commitContent(documents, "Seed 9", { picture: withSeed(9)(PICTURE), timeline: null });
  const count = fragments.length;
  await expect.poll(() => fragments.length).toBeGreaterThan(count);
  expect(room.unsent.of(fragments.at(-1) ?? "")).toMatchObject({ saved: SUMMARY.id });
  await room.saved.finish();
  expect(room.unsent.of(fragments.at(-1) ?? "")).toBeNull();
});

it("holds the newest picture", async () => {
  openDocument(documents, PICTURE);
  openDocument(documents, withSeed(8)(PICTURE));
  await expect.poll(() => fragments).toHaveLength(1);
  expect((await decodeLink(fragments[0] ?? ""))?.document.picture).toEqual(withSeed(8)(PICTURE));
});

it("follows the timeline alone", async () => {
  openDocument(documents, PICTURE);
  await expect.poll(() => fragments).toHaveLength(1);
  const timeline = withPictures([PICTURE])(null);
  commitContent(documents, "Add keyframe", { picture: PICTURE, timeline });
  await expect.poll(() => fragments).toHaveLength(2);
  expect((await decodeLink(fragments[1] ?? ""))?.document.timeline).toEqual(timeline);
});

/** A document whose timeline no address holds. */
function openLong(): void {
  // Numbers that do not compress.
  let state = 1;
  const alpha = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  const picture = () => ({
    ...PICTURE,
    edits: Array.from({ length: MAX_EDITS }, (_, index) => ({
      walk: `pca-w/${index}`,
      alpha: alpha(),
      layers: null,
      is_locked: false,
    })),
  });
  openDocument(documents, PICTURE, withPictures(Array.from({ length: 100 }, picture))(null));
}

it("tells of a timeline that not even the address can hold", async () => {
  openLong();
  await expect.poll(() => problems).toEqual(["link_too_long"]);
  expect(fragments).toEqual([]);
});

it("names the saved document alone where it cannot hold it", async () => {
  openLong();
  await room.saved.create("Long");
  await expect.poll(() => fragments.at(-1)).toBe(`#d=${SUMMARY.id}`);
  expect(room.unsent.of(`#d=${SUMMARY.id}`)).toBeNull();
  // It is not that document's any more: a reload must not open that.
  await room.saved.leave();
  await expect.poll(() => fragments.at(-1)).toBe("#");
  expect(room.unsent.of("#")).toMatchObject({ saved: null });
});

it("no longer names what was left, though it cannot hold what is open", async () => {
  openDocument(documents, PICTURE);
  await room.saved.create("Faces");
  await expect.poll(() => savedIn(fragments.at(-1) ?? "")).toBe(SUMMARY.id);
  const [packed] = fragments.at(-1)?.split("&") ?? [];
  await room.saved.leave();
  openLong();
  await expect.poll(() => problems).toEqual(["link_too_long"]);
  expect(fragments.at(-1)).toBe(packed);
  expect(room.unsent.of(packed ?? "")?.document.timeline?.keyframes).toHaveLength(100);
});
