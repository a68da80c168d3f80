/** Looking from near: the point under the hand stays, no margin shows, and the way out ends at the whole picture. */

import { describe, expect, it } from "vitest";
import { pan, place, pointAt, type Spot, type StagePx, sizeOf, WHOLE, within, zoomAt } from "./geometry";

const FITTED = sizeOf<StagePx>(640, 640);
const ROOM = sizeOf<StagePx>(664, 680);

function spot(x: number, y: number): Spot<StagePx> {
  return { x: x as StagePx, y: y as StagePx };
}

describe("a camera", () => {
  it("shows the whole picture in the middle of its room", () => {
    expect(place(FITTED, ROOM, WHOLE)).toEqual({ left: 20, top: 12, width: 640, height: 640 });
    expect(pointAt(spot(20, 332), place(FITTED, ROOM, WHOLE))).toEqual({ x: 0, y: 0.5 });
  });

  it("keeps the point under the hand where it is", () => {
    const hand = spot(200, 400);
    const before = pointAt(hand, place(FITTED, ROOM, WHOLE));
    let camera = WHOLE;
    for (const factor of [1.5, 2, 0.8]) camera = zoomAt(camera, factor, hand, FITTED, ROOM);
    const after = pointAt(hand, place(FITTED, ROOM, camera));
    expect(after.x).toBeCloseTo(before.x, 6);
    expect(after.y).toBeCloseTo(before.y, 6);
    expect(camera.zoom).toBeCloseTo(2.4);
  });

  it("never goes farther than the whole, nor nearer than there is anything to see", () => {
    expect(zoomAt({ zoom: 2, x: 0.3, y: 0.3 }, 0.1, spot(0, 0), FITTED, ROOM)).toEqual(WHOLE);
    expect(zoomAt(WHOLE, 1e9, spot(340, 332), FITTED, ROOM).zoom).toBe(32);
  });

  it("follows the hand that pushes, up to the border of the picture", () => {
    const near = zoomAt(WHOLE, 4, spot(340, 332), FITTED, ROOM);
    const pushed = pan(near, spot(100, 0), FITTED, ROOM);
    const left = (camera: typeof near) => place(FITTED, ROOM, camera).left;
    expect(left(pushed) - left(near)).toBeCloseTo(100);
    const far = place(FITTED, ROOM, pan(near, spot(1e6, -1e6), FITTED, ROOM));
    expect(far.left).toBeCloseTo(0);
    expect(far.top + far.height).toBeCloseTo(ROOM.height);
  });

  it("leaves a picture that is narrower than its room in the middle", () => {
    expect(within({ zoom: 1, x: 0, y: 1 }, FITTED, ROOM)).toEqual(WHOLE);
  });
});
