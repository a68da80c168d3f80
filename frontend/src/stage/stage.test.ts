/** The stage shows the newest frame only, however late the others are decoded, and keeps no bitmap open. */

import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../protocol/fakes";
import type { Frame, MapKind } from "../protocol/frame";
import type { ShownMap } from "../state/live";
import { type Placement, type ScreenPx, type StagePx, sizeOf } from "./geometry";
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

/** What a drawn map is known by. */
const MAP = -1;

let clock: FakeClock;
let decoder: FakeDecoder;
let drawn: number[];
let shown: number[];
let undecodable: number[];
let maps: (ShownMap | null)[];
let alphas: number[];
let placed: Placement<StagePx>[];
let canvas: HTMLCanvasElement;
let stage: Stage;

function frame(revision: number): Frame {
  const payload = new TextEncoder().encode(String(revision));
  const times = { renderMs: 1, waitMs: 0, serial: revision };
  const picture = { kind: "picture", codec: "png", quality: "live", height: 64, width: 64 } as const;
  return { view: 0, revision, payload, ...picture, ...times };
}

/** A map of 2 x 2 samples; compressed bytes are the samples themselves here. */
function mapOf(kind: MapKind, revision: number, samples: readonly number[]): Frame {
  const payload = new Uint8Array(samples);
  return { ...frame(revision), kind, codec: "zlib", height: 2, width: 2, payload };
}

beforeEach(() => {
  clock = new FakeClock();
  decoder = new FakeDecoder();
  drawn = [];
  shown = [];
  undecodable = [];
  maps = [];
  alphas = [];
  placed = [];
  canvas = document.createElement("canvas");
  // happy-dom has no 2d context; the stage uses these parts of it.
  const context = {
    imageSmoothingEnabled: true,
    imageSmoothingQuality: "low",
    globalAlpha: 1,
    drawImage: (bitmap: FakeBitmap) => {
      drawn.push(bitmap.revision);
      alphas.push(context.globalAlpha);
    },
  };
  canvas.getContext = (() => context) as unknown as HTMLCanvasElement["getContext"];
  stage = new Stage(canvas, {
    pixelRatio: () => 2,
    onPlaced: (placement) => placed.push(placement),
    onAnimationFrame: (callback) => clock.onAnimationFrame(callback),
    decode: decoder.decode,
    onShown: ({ revision }) => shown.push(revision),
    onUndecodable: ({ revision }) => undecodable.push(revision),
    inflate: async (payload) => payload,
    toImage: (_pixels, size) => {
      expect([size.height, size.width]).toEqual([2, 2]);
      return new FakeBitmap(MAP);
    },
    onMap: (map) => maps.push(map),
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

describe("maps", () => {
  async function showFinal(revision: number): Promise<void> {
    void stage.receive({ ...frame(revision), quality: "final" });
    await decoder.end(revision);
    clock.repaint();
  }

  it("lie over their picture, as strong as wished, and weaker over another", async () => {
    await showFinal(1);
    stage.setOpacity(0.8);
    await stage.receiveMap(mapOf("labels", 1, [0, 1, 1, 0]));
    clock.repaint();
    expect(drawn.slice(-2)).toEqual([1, MAP]);
    expect(alphas.slice(-2)).toEqual([1, 0.8]);
    expect(canvas.dataset).toMatchObject({ map: "labels 1" });
    void stage.receive(frame(2));
    await decoder.end(2);
    clock.repaint();
    expect(alphas.slice(-2)).toEqual([1, 0.4]);
  });

  it("older than the one that lies there are dropped", async () => {
    await showFinal(1);
    await stage.receiveMap(mapOf("lines", 3, [0, 0, 0, 0]));
    await stage.receiveMap(mapOf("lines", 2, [9, 9, 9, 9]));
    clock.repaint();
    expect(canvas.dataset).toMatchObject({ map: "lines 3" });
  });

  it("that come after they were cleared are dropped, and so are those of another size", async () => {
    await showFinal(1);
    const late = stage.receiveMap(mapOf("lines", 1, [0, 0, 0, 0]));
    stage.map.clear();
    await late;
    await stage.receiveMap(mapOf("lines", 1, [0, 0, 0]));
    expect(maps).toEqual([null]);
    stage.redraw();
    clock.repaint();
    expect(canvas.getAttribute("data-map")).toBe("");
  });

  it("tell what they say of a place, and how much each label covers", async () => {
    await showFinal(1);
    stage.map.setLabels([
      { name: "ground", color: "#000000" },
      { name: "skin", color: "#ff0000" },
    ]);
    await stage.receiveMap(mapOf("labels", 1, [0, 1, 1, 1]));
    expect(stage.map.sampleAt(0.1, 0.1)).toEqual({ kind: "labels", sample: 0 });
    expect(stage.map.sampleAt(0.9, 0.1)).toEqual({ kind: "labels", sample: 1 });
    expect(stage.map.sampleAt(1, 0.5)).toBeNull();
    expect(maps.at(-1)).toEqual({ kind: "labels", end: 255, shares: [0.25, 0.75] });
  });

  it("of a difference have a legend that ends where they do", async () => {
    await showFinal(1);
    await stage.receiveMap(mapOf("difference", 1, [0, 3, 17, 0]));
    expect(maps.at(-1)).toMatchObject({ kind: "difference", end: 32 });
  });
});
