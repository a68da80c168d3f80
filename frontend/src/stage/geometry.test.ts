/** Pictures are shown at whole multiples of their pixels where one fits. */

import { describe, expect, it } from "vitest";
import { fitPicture, type ImagePx, type ScreenPx, type StagePx, sizeOf, toScreen, toStage } from "./geometry";

describe("fitPicture", () => {
  it.each([
    [64, 64, 700, 720, 640, 640],
    [64, 64, 127, 500, 64, 64],
    [512, 256, 1100, 1100, 1024, 512],
    // Smaller than the picture: as large as the room allows.
    [1024, 1024, 512, 700, 512, 512],
    [1000, 10, 100, 100, 100, 1],
    [64, 64, 0, 0, 1, 1],
  ])("%i × %i in %i × %i", (height, width, roomHeight, roomWidth, toHeight, toWidth) => {
    const fitted = fitPicture(sizeOf<ImagePx>(height, width), sizeOf<StagePx>(roomHeight, roomWidth));
    expect(fitted).toEqual({ height: toHeight, width: toWidth });
  });
});

describe("screen and stage", () => {
  it("differ by the pixel ratio", () => {
    const stage = toStage(sizeOf<ScreenPx>(100.5, 50), 1.5);
    expect(stage).toEqual({ height: 150, width: 75 });
    expect(toScreen(stage, 1.5)).toEqual({ height: 100, width: 50 });
  });
});
