/** What a hand makes of a tool: what adds and what takes away, how wide, how even, and why nothing is filled. */

import { beforeEach, expect, it } from "vitest";
import { PICTURE } from "../protocol/fakes";
import { BrowserDesk } from "../state/desk";
import { createDocumentStore, openDocument } from "../state/document";
import { Editor } from "../state/editor";
import { fakeMasks } from "../state/fakes";
import { Live } from "../state/live";
import { insideOf } from "../state/mask_image";
import type { MaskViewStore } from "../state/mask_view";
import type { Masks } from "../state/masks";
import { type ImagePx, sizeOf } from "./geometry";
import { MaskDesk } from "./mask_desk";
import { MaskHand } from "./mask_hand";

const SIDE = 64;
const nothing = () => undefined;

let live: Live;
let view: MaskViewStore;
let masks: Masks;
let desk: MaskDesk;
let hand: MaskHand;

beforeEach(() => {
  const document = createDocumentStore();
  openDocument(document, PICTURE);
  live = new Live();
  const fake = fakeMasks(document, new Editor(document, nothing, nothing), live, new BrowserDesk());
  ({ masks, maskView: view } = fake);
  const pictureSize = () => sizeOf<ImagePx>(SIDE, SIDE);
  desk = new MaskDesk({ masks, live, pictureSize, showWhole: nothing });
  hand = new MaskHand({ desk, view, live, pictureSize, labels: () => null });
  view.setState({ isMasking: true, edge: 0, size: 0.25 });
});

/** From one corner to another, 0 to 1 each way; returns how many pixels are inside then. */
async function draw(from: number, to: number, change: { isOpposite?: boolean; isEven?: boolean } = {}) {
  const touch = (x: number, y: number) => ({ x, y, pressure: 1, isEven: change.isEven ?? false });
  hand.begin(touch(from, from), change.isOpposite ?? false);
  hand.move([touch(to, to - (change.isEven ? 0.25 : 0))]);
  hand.end();
  await masks.settled();
  return desk.shown && insideOf(desk.shown);
}

it("paints with the brush, erases with the eraser, and does the opposite where asked", async () => {
  view.setState({ tool: "brush" });
  const painted = (await draw(0.2, 0.8)) ?? 0;
  expect(painted).toBeGreaterThan(600);
  view.setState({ tool: "eraser" });
  // Where it covered a pixel in part, a part of that part is left.
  expect(await draw(0.2, 0.8)).toBeLessThan(painted / 20);
  expect(await draw(0.2, 0.8, { isOpposite: true })).toBeGreaterThanOrEqual(painted);
});

it("draws shapes that take away while that is on, and even ones", async () => {
  view.setState({ tool: "rectangle" });
  expect(await draw(0, 0.5)).toBe(32 * 32);
  view.setState({ isTaking: true });
  expect(await draw(0, 0.25)).toBe(32 * 32 - 16 * 16);
  view.setState({ isTaking: false });
  // A quarter less high than wide: held even it is a square of the longer side.
  expect(await draw(0.5, 1, { isEven: true })).toBe(2 * 32 * 32 - 16 * 16);
});

it("is narrower the less it is pressed", () => {
  expect([hand.radius(1), hand.radius(0)]).toEqual([8, 8 * 0.3]);
});

it("leaves nothing of a stroke that was given up", async () => {
  hand.begin({ x: 0.5, y: 0.5, pressure: 1, isEven: false }, false);
  hand.cancel();
  await masks.settled();
  expect([desk.isStroking, desk.shown && insideOf(desk.shown)]).toEqual([false, 0]);
});

it("says why there is nothing to fill", () => {
  view.setState({ tool: "fill" });
  expect(hand.begin({ x: 0.5, y: 0.5, pressure: 1, isEven: false }, false)).toBe(false);
  expect(live.notice.get()?.code).toBe("no_labels");
});
