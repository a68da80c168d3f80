/** The stage shows the newest frame only, however late the others are decoded, and keeps no bitmap open. */

import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import type { Frame } from "../protocol/frame";
import { type ScreenPx, sizeOf } from "./geometry";
import { Stage } from "./stage";

class FakeBitmap implements ImageBitmap {
  readonly height = 64;
  readonly width = 64;
  isClosed = false;

  constructor(readonly revision: number) {}
  close(): void {
    this.isClosed = true;
  }
}

/** Ends decoding when told, in any order. */
class FakeDecoder {
  readonly bitmaps: FakeBitmap[] = [];
  private readonly waiting = new Map<number, { succeed: () => void; fail: () => void }>();

  readonly decode = async (image: Blob): Promise<ImageBitmap> => {
    const revision = Number(await image.text());
    const bitmap = new FakeBitmap(revision);
    this.bitmaps.push(bitmap);
    return new Promise((resolve, reject) => {
      const fail = () => reject(new DOMException("no image", "InvalidStateError"));
      this.waiting.set(revision, { succeed: () => resolve(bitmap), fail });
    });
  };

  async end(revision: number, how: "succeed" | "fail" = "succeed"): Promise<void> {
    await expect.poll(() => this.waiting.has(revision)).toBe(true);
    this.waiting.get(revision)?.[how]();
    await new Promise((resolve) => setTimeout(resolve));
  }
}

let clock: FakeClock;
let decoder: FakeDecoder;
let drawn: number[];
let shown: number[];
let undecodable: number[];
let canvas: HTMLCanvasElement;
let stage: Stage;

function frame(revision: number): Frame {
  const payload = new TextEncoder().encode(String(revision));
  const times = { renderMs: 1, waitMs: 0, serial: revision };
  return { view: 0, revision, codec: "png", quality: "live", height: 64, width: 64, payload, ...times };
}

beforeEach(() => {
  clock = new FakeClock();
  decoder = new FakeDecoder();
  drawn = [];
  shown = [];
  undecodable = [];
  canvas = document.createElement("canvas");
  // happy-dom has no 2d context; the stage uses these parts of it.
  const context = {
    imageSmoothingEnabled: true,
    imageSmoothingQuality: "low",
    drawImage: (bitmap: FakeBitmap) => drawn.push(bitmap.revision),
  };
  canvas.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  stage = new Stage(canvas, {
    pixelRatio: () => 2,
    onAnimationFrame: (callback) => clock.onAnimationFrame(callback),
    decode: decoder.decode,
    onShown: ({ revision }) => shown.push(revision),
    onUndecodable: ({ revision }) => undecodable.push(revision),
  });
  stage.resize(sizeOf<ScreenPx>(350, 400));
  clock.repaint();
});

describe("frames", () => {
  it("are drawn at a whole multiple of their pixels", async () => {
    void stage.receive(frame(1));
    await decoder.end(1);
    clock.repaint();
    expect([canvas.width, canvas.height, canvas.style.width]).toEqual([640, 640, "320px"]);
    expect(shown).toEqual([1]);
    expect(canvas.dataset).toMatchObject({ revision: "1", quality: "live" });
  });

  it("older than the newest are dropped, whenever they are decoded", async () => {
    for (const revision of [1, 2, 3]) void stage.receive(frame(revision));
    await decoder.end(2);
    await decoder.end(1);
    clock.repaint();
    await decoder.end(3);
    clock.repaint();
    expect(shown).toEqual([2, 3]);
    void stage.receive(frame(2));
    await expect.poll(() => decoder.bitmaps.length).toBe(4);
    await decoder.end(2);
    clock.repaint();
    expect(shown).toEqual([2, 3]);
  });

  it("that come between two repaints are drawn once, the newest", async () => {
    for (const revision of [1, 2]) {
      void stage.receive(frame(revision));
      await decoder.end(revision);
    }
    clock.repaint();
    expect(drawn).toEqual([2]);
  });

  it("that cannot be read are told", async () => {
    void stage.receive(frame(1));
    await decoder.end(1, "fail");
    expect(undecodable).toEqual([1]);
  });
});

describe("bitmaps", () => {
  it("are all closed but the one on show, and that one at the end", async () => {
    for (const revision of [1, 2, 3]) {
      void stage.receive(frame(revision));
      await decoder.end(revision);
      if (revision !== 1) clock.repaint();
    }
    expect(decoder.bitmaps.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
    stage.setSmooth(false);
    clock.repaint();
    expect(drawn).toEqual([2, 3, 3]);
    stage.dispose();
    expect(decoder.bitmaps.every(({ isClosed }) => isClosed)).toBe(true);
  });

  it("that come after the end are closed too", async () => {
    void stage.receive(frame(1));
    stage.dispose();
    await decoder.end(1);
    expect(decoder.bitmaps.map(({ isClosed }) => isClosed)).toEqual([true]);
  });
});
