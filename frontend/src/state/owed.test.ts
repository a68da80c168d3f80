// @vitest-environment node
/** Owed: what was left is sent on, and what breaks in one does not keep the others back. */

import { expect, it } from "vitest";
import { DocumentsClient } from "../protocol/documents";
import { FakeClock, PICTURE } from "../protocol/fakes";
import { HttpClient } from "../protocol/http";
import { FakeDocumentServer } from "./fake_documents";
import type { Mooring } from "./moorings";
import { DOCUMENT_VERSION } from "./normalize";
import { Owed } from "./owed";
import { withSeed } from "./picture";

it("sends on after something broke that is no answer of the server", async () => {
  const server = new FakeDocumentServer();
  const broken: unknown[] = [];
  let isBroken = true;
  const owed = new Owed({
    client: new DocumentsClient(
      new HttpClient(async (path, init) => {
        if (isBroken) throw new RangeError("of ours");
        return server.fetch(path, init);
      }),
    ),
    clock: new FakeClock(),
    onOwed: () => undefined,
    onBroken: (error) => broken.push(error),
  });
  const content = { picture: withSeed(8)(PICTURE), timeline: null, controls: [] };
  const document = { ...content, version: DOCUMENT_VERSION, picture: PICTURE } as const;
  const summary = server.put("0123456789ab", 1, { name: "One", document });
  const mooring: Mooring = { summary, kept: null };
  owed.add(mooring, content, Promise.resolve());
  await expect.poll(() => broken.length).toBe(1);
  isBroken = false;
  await owed.settle("0123456789ab");
  expect(server.documents.get("0123456789ab")?.document.picture).toEqual(content.picture);
});
