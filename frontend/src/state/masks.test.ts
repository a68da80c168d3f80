/** Painted masks become steps of the document in their order, are kept once the server has them, and never lost. */

import { beforeEach, describe, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { encodeGreyPng } from "../protocol/grey_png";
import { HttpClient } from "../protocol/http";
import { ImagesClient } from "../protocol/images";
import type { Mask } from "../protocol/wire";
import { BrowserDesk } from "./desk";
import { createDocumentStore, type DocumentStore, openDocument, pastOf, redo, undo } from "./document";
import { Editor } from "./editor";
import { Live } from "./live";
import { emptyMask, type MaskImage } from "./mask_image";
import { createMaskViewStore, type MaskViewStore, resizeBrush, resizeEdge } from "./mask_view";
import { Masks } from "./masks";
import { withAlpha } from "./picture";

let document: DocumentStore;
let view: MaskViewStore;
let live: Live;
let masks: Masks;
let kept: string[];
let shown: number;
let isDown: boolean;
let isMissing: boolean;
let sent: number;
let read: string[];

function painted(value: number): MaskImage {
  return { height: 2, width: 2, alpha: new Uint8Array(4).fill(value) };
}

function names(): readonly string[] {
  return document.getState().picture?.masks.map(({ name }) => name) ?? [];
}

function maskOf(name: string): Mask {
  const mask = document.getState().picture?.masks.find((each) => each.name === name);
  if (!mask) throw new Error(`there is no ${name}`);
  return mask;
}

beforeEach(() => {
  document = createDocumentStore();
  view = createMaskViewStore({ getItem: () => null, setItem: () => undefined });
  live = new Live();
  kept = [];
  shown = sent = 0;
  isDown = isMissing = false;
  read = [];
  const editor = new Editor(
    document,
    () => {
      shown += 1;
    },
    () => undefined,
  );
  const fetch = async (path: string, init?: RequestInit) => {
    if (isDown) throw new TypeError("failed to fetch");
    if (isMissing) {
      const problem = { code: "image_not_found", detail: "There is no such image.", hint: "Upload it." };
      return Response.json(problem, { status: 404, headers: { "Content-Type": "application/problem+json" } });
    }
    if (init?.method !== "POST") {
      read.push(path);
      return new Response(await encodeGreyPng({ height: 2, width: 2, grey: painted(9).alpha }));
    }
    expect(path).toBe("/api/images?kind=mask");
    sent += 1;
    return Response.json({ id: String(sent).repeat(64).slice(0, 64), kind: "mask", width: 2, height: 2 });
  };
  const client = new ImagesClient(new HttpClient(fetch));
  masks = new Masks(
    { client, document, editor, view, live, desk: new BrowserDesk() },
    ({ name }) => void kept.push(name),
  );
  openDocument(document, PICTURE);
});

describe("a stroke", () => {
  it("becomes one step, undone and redone without asking again", async () => {
    masks.keep("Region 1", "Paint Region 1", painted(255));
    await masks.settled();
    expect(names()).toEqual(["Region 1"]);
    expect(masks.imageOf(maskOf("Region 1").image)).toEqual(painted(255));
    undo(document);
    expect(names()).toEqual([]);
    redo(document);
    expect(names()).toEqual(["Region 1"]);
    expect(sent).toBe(1);
    expect(kept).toEqual(["Region 1"]);
  });

  it("is seen at once, and the picture is not drawn anew for it", async () => {
    const before = shown;
    masks.keep("Region 1", "Paint Region 1", painted(255));
    expect(masks.pendingOf("Region 1")).toEqual(painted(255));
    expect(masks.isKeeping.get()).toBe(true);
    await masks.settled();
    expect(masks.pendingOf("Region 1")).toBeNull();
    expect(masks.isKeeping.get()).toBe(false);
    expect(shown).toBe(before);
  });

  it("after another makes a step of its own, in the same order, and only the last is told", async () => {
    masks.keep("Region 1", "Paint", painted(1));
    masks.keep("Region 1", "Paint", painted(2));
    masks.keep("Region 2", "Paint", painted(3));
    await masks.settled();
    expect(pastOf(document.getState())).toHaveLength(3);
    expect(masks.imageOf(maskOf("Region 1").image)).toEqual(painted(2));
    expect(kept).toEqual(["Region 2"]);
  });

  it("that the server does not take is told, stays in sight, and is kept when it is back", async () => {
    isDown = true;
    masks.keep("Region 1", "Paint", painted(7));
    masks.keep("Region 2", "Paint", painted(8));
    await masks.settled();
    expect(live.notice.get()?.code).toBe("unreachable");
    expect(names()).toEqual([]);
    expect([masks.pendingOf("Region 1"), masks.pendingOf("Region 2")]).toEqual([painted(7), painted(8)]);
    isDown = false;
    masks.resume();
    await masks.settled();
    expect(names()).toEqual(["Region 1", "Region 2"]);
  });

  it("on one mask too many is refused in words", async () => {
    for (let number = 1; number <= 16; number++) masks.keep(`Mask ${number}`, "Paint", painted(number));
    await masks.settled();
    masks.keep("Region 17", "Paint", painted(17));
    await masks.settled();
    expect(names()).toHaveLength(16);
    expect(live.notice.get()?.sentence).toBe("A picture has at most 16 regions.");
  });
});

describe("masks", () => {
  beforeEach(async () => {
    masks.keep("Region 1", "Paint", painted(1));
    masks.keep("Region 2", "Paint", painted(2));
    await masks.settled();
  });

  it("are named anew, the hand staying on the one it paints, and never twice the same", () => {
    view.setState({ active: "Region 2", hidden: ["Region 2"] });
    masks.rename(maskOf("Region 2"), "  left\teye ");
    expect(names()).toEqual(["Region 1", "left eye"]);
    expect([masks.activeName, view.getState().hidden]).toEqual(["left eye", ["left eye"]]);
    masks.rename(maskOf("left eye"), "Region 1");
    expect(names()).toEqual(["Region 1", "left eye"]);
    expect(live.notice.get()?.code).toBe("mask_name_taken");
  });

  it("go, and the hand goes to one that is left", () => {
    view.setState({ active: "Region 2" });
    masks.remove(maskOf("Region 2"));
    expect([names(), masks.activeName]).toEqual([["Region 1"], "Region 1"]);
    masks.remove(maskOf("Region 1"));
    expect([masks.active, masks.activeName]).toEqual([null, "Region 1"]);
  });

  it("that are new have no pixels and no step before their first stroke", () => {
    const steps = pastOf(document.getState()).length;
    masks.begin();
    expect([masks.activeName, masks.active, pastOf(document.getState()).length]).toEqual([
      "Region 3",
      null,
      steps,
    ]);
    expect(view.getState().isMasking).toBe(true);
  });

  it("that keep something still have the picture drawn anew", () => {
    const before = shown;
    masks.setStill(maskOf("Region 1"), true);
    expect([maskOf("Region 1").is_still, shown]).toEqual([true, before + 1]);
  });

  it("are hidden and shown", () => {
    masks.toggleHidden(maskOf("Region 1"));
    expect(view.getState().hidden).toEqual(["Region 1"]);
    masks.toggleHidden(maskOf("Region 1"));
    expect(view.getState().hidden).toEqual([]);
  });

  it("have all else kept still by a region of what lies outside", async () => {
    const steps = pastOf(document.getState()).length;
    await masks.keepElse(maskOf("Region 1"));
    expect(names()).toEqual(["Region 1", "Region 2", "All but Region 1"]);
    const rest = maskOf("All but Region 1");
    // What is read of a kept region is 9 everywhere.
    expect([rest.is_still, masks.imageOf(rest.image)]).toEqual([true, painted(246)]);
    expect(pastOf(document.getState())).toHaveLength(steps + 1);
    undo(document);
    expect(names()).toEqual(["Region 1", "Region 2"]);
  });

  it("have all else kept still of what was painted last, and in no other document", async () => {
    masks.keep("Region 1", "Paint", painted(200));
    read = [];
    await masks.keepElse(maskOf("Region 1"));
    expect(read).toEqual([`/api/images/${maskOf("Region 1").image}`]);
    undo(document);
    const under = masks.keepElse(maskOf("Region 1"));
    openDocument(document, PICTURE);
    await under;
    expect(names()).toEqual([]);
  });

  it("of a link are fetched once", async () => {
    const mask = { name: "other", image: "f".repeat(64), is_still: false };
    openDocument(document, { ...PICTURE, masks: [mask] });
    expect(masks.imageOf(mask.image)).toBeNull();
    expect(masks.imageOf(mask.image)).toBeNull();
    await expect.poll(() => masks.imageOf(mask.image)).toEqual(painted(9));
  });

  it("that are not on this server are named, with what can be done", async () => {
    const mask = { name: "Mouth", image: "e".repeat(64), is_still: false };
    openDocument(document, { ...PICTURE, masks: [mask] });
    isMissing = true;
    expect(masks.imageOf(mask.image)).toBeNull();
    await expect.poll(() => live.notice.get()?.code).toBe("mask_missing");
    expect(live.notice.get()?.sentence).toContain("“Mouth” is not on this server");
  });

  it("come from files under their names", async () => {
    await masks.bring(new File(["png"], "Region 1.png"));
    expect(names()).toEqual(["Region 1", "Region 2", "Region 1 2"]);
    expect(masks.activeName).toBe("Region 1 2");
  });

  it("survive sliders, and sliders them", () => {
    const { picture } = document.getState();
    expect(picture && withAlpha("a", 1)(picture).masks).toEqual(picture?.masks);
  });
});

describe("the brush", () => {
  it("grows and shrinks within bounds", () => {
    for (let press = 0; press < 80; press++) resizeBrush(view, 1);
    expect(view.getState().size).toBe(0.8);
    for (let press = 0; press < 80; press++) resizeBrush(view, -1);
    expect(view.getState().size).toBe(0.01);
  });

  it("gets a hard edge, and a soft one again", () => {
    for (let press = 0; press < 40; press++) resizeEdge(view, -1);
    expect(view.getState().edge).toBe(0);
    resizeEdge(view, 1);
    expect(view.getState().edge).toBeGreaterThan(0);
  });

  it("is as it was left when the page opens again", () => {
    const storage = new Map<string, string>();
    const kept = { getItem: (key: string) => storage.get(key) ?? null, setItem: storage.set.bind(storage) };
    createMaskViewStore(kept).setState({ tool: "lasso", size: 0.5, isMasking: true });
    expect(createMaskViewStore(kept).getState()).toMatchObject({
      tool: "lasso",
      size: 0.5,
      isMasking: false,
    });
    storage.set("wend.masks", JSON.stringify({ tool: "spoon", size: 9, edge: "soft" }));
    expect(createMaskViewStore(kept).getState()).toMatchObject({ tool: "brush", size: 0.14, edge: 0.03 });
  });
});

it("an empty mask is that of a picture without one", () => {
  expect(emptyMask(2, 3)).toEqual({ height: 2, width: 3, alpha: new Uint8Array(6) });
});
