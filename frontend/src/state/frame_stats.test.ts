/** Frame figures: how long a picture takes, and how many there are a second. */

import { describe, expect, it } from "vitest";
import { FrameStats } from "./frame_stats";

describe("frame figures", () => {
  const shownFrame = { quality: "live", height: 64, width: 64, renderMs: 9 } as const;

  it("measure from sending to drawing, and the rate of the last second", () => {
    const stats = new FrameStats();
    for (let k = 0; k < 10; k += 1) {
      stats.noteSent(k, k * 50);
      stats.noteShown({ ...shownFrame, revision: k }, k * 50 + 20);
    }
    expect(stats.read(480)).toMatchObject({ latencyMs: 20, framesPerSecond: 10 });
    expect(stats.read(5000).framesPerSecond).toBe(0);
  });

  it("tell how long an edit has waited, until it is drawn or broke", () => {
    const stats = new FrameStats();
    stats.noteSent(1, 100);
    stats.noteSent(2, 150);
    expect(stats.waitedMs(300)).toBe(200);
    stats.noteShown({ ...shownFrame, revision: 1 }, 300);
    expect(stats.waitedMs(300)).toBe(150);
    stats.noteFailed(2);
    expect(stats.waitedMs(900)).toBe(0);
  });
});
