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
});
