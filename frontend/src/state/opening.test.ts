// @vitest-environment node
/** Opening: what an address names or holds is never saved over what was open. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { createDocumentStore } from "./document";
import { FakeDocumentServer, FIRST, openWindow, seedIn, turn } from "./fake_documents";
import { FakeStorage } from "./fakes";
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

describe("a server that fails for a moment", () => {
  /** A tab that has just been opened, or reloaded, with a storage of its own. */
  const openTab = () => openWindow(server, () => false, new FakeStorage(), false);
  const address = () => withSaved(link, FIRST);

  it("is asked again for the document of the address, and no copy of it is made", async () => {
    const tab = openTab();
    server.broken = "GET";
    const opening = tab.opening.openAddress(address());
    await expect.poll(() => tab.live.notice.get()?.code).toBe("disk_full");
    expect(tab.documents.getState().picture).toBeNull();
    server.broken = null;
    tab.clock.pass(4000);
    await opening;
    expect([tab.saved.id, seedIn(tab.documents)]).toEqual([FIRST, 7]);
    expect(tab.live.notice.get()).toBeNull();
  });

  it("is asked as soon as a line to it is open, and the steps before the reload are there then", async () => {
    const tab = openTab();
    await tab.opening.openAddress(address());
    turn(tab.documents, 8);
    await tab.saved.save();
    tab.history.keep();
    tab.documents.setState({ ...createDocumentStore().getState() });
    server.isDown = true;
    const opening = tab.opening.openAddress(address(), true);
    await expect.poll(() => tab.live.notice.get()?.code).toBe("unreachable");
    // Reloaded once more meanwhile.
    tab.history.keep();
    server.isDown = false;
    tab.opening.resume();
    await opening;
    expect(tab.documents.getState().line.map(({ label }) => label)).toContain("Seed 8");
  });

  it("need not be waited for: what the address holds is a copy then", async () => {
    const tab = openTab();
    server.broken = "GET";
    const opening = tab.opening.openAddress(address());
    await expect.poll(() => tab.live.notice.get()?.actions?.[0]?.label).toBe("Open a copy from the address");
    tab.live.notice.get()?.actions?.[0]?.run();
    await opening;
    expect([tab.saved.id, seedIn(tab.documents)]).toEqual([null, 50]);
  });

  it("is waited for by two at once, and neither waits for ever", async () => {
    const tab = openTab();
    server.isDown = true;
    const both = [tab.opening.openAddress(address()), tab.opening.openAddress(address())];
    await expect.poll(() => tab.live.notice.get()?.code).toBe("unreachable");
    server.isDown = false;
    // The second may not have come to its wait yet.
    const waking = setInterval(() => tab.opening.resume(), 5);
    await Promise.all(both);
    clearInterval(waking);
    expect(tab.saved.id).toBe(FIRST);
  });

  it("leaves what is open, and offers to try again", async () => {
    server.broken = "GET";
    server.put("0123456789ff", 1, {
      name: "Other",
      document: { version: DOCUMENT_VERSION, picture: withSeed(60)(PICTURE), timeline: null, controls: [] },
    });
    await one.opening.openAddress(withSaved(link, "0123456789ff"));
    expect([one.saved.id, seedIn(one.documents)]).toEqual([FIRST, 7]);
    server.broken = null;
    one.live.notice.get()?.actions?.[0]?.run();
    await expect.poll(() => seedIn(one.documents)).toBe(60);
  });

  it("that wants a token first says so to whoever opened", async () => {
    const tab = openTab();
    server.refusal = "token_required";
    await expect(tab.opening.openAddress(address())).rejects.toMatchObject({ code: "token_required" });
  });
});

it("goes on after a reload with the document that was begun, not with the one its address still names", async () => {
  const picture = withSeed(60)(PICTURE);
  const document = { version: DOCUMENT_VERSION, picture, timeline: null, controls: [] } as const;
  const address = withSaved(link, FIRST);
  one.unsent.note(address, null, document);
  await one.documentDesk.leave();
  await one.opening.openAddress(address, true);
  expect([one.saved.id, seedIn(one.documents), savedSeed()]).toEqual([null, 60, 7]);
});
