// @vitest-environment node
/** Opening: what an address names or holds is never saved over what was open. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { encodeLink, withSaved } from "./link";
import { DOCUMENT_VERSION } from "./normalize";
import { seedOf, withSeed } from "./picture";

const UNKNOWN = "ffffffffffff";

let server: FakeDocumentServer;
let one: ReturnType<typeof openWindow>;
let link: string;

const savedSeed = () => seedOf(server.documents.get(FIRST)?.document.picture ?? PICTURE);

beforeEach(async () => {
  server = new FakeDocumentServer();
  one = openWindow(server);
  await one.documentDesk.save();
  const picture = withSeed(50)(PICTURE);
  link = await encodeLink({ version: DOCUMENT_VERSION, picture, timeline: null, controls: [] });
});

it("leaves what is open for a link whose saved document is not there", async () => {
  await one.opening.openAddress(withSaved(link, UNKNOWN));
  one.clock.pass(600);
  await one.saved.finish();
  expect([one.saved.id, seedIn(one.documents), savedSeed()]).toEqual([null, 50, 7]);
  expect(one.live.notice.get()).toMatchObject({
    code: "document_not_found",
    hint: "What the address holds of it is open: save it anew.",
  });
});

it("changes nothing for an address that names one that is not there, and holds none", async () => {
  await one.opening.openAddress(`#d=${UNKNOWN}`);
  expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 7]);
  expect(one.live.notice.get()?.code).toBe("document_not_found");
});

it("does not drop what cannot be saved for a link", async () => {
  turn(one.documents, 8);
  server.broken = "PUT";
  await one.opening.openAddress(link);
  expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 8]);
  await one.opening.openAddress(withSaved(link, UNKNOWN));
  expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 8]);
  expect(one.live.notice.get()?.code).toBe("disk_full");
});
