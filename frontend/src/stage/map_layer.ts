/** The map layer: what lies over the picture: labels, a line drawing or a difference, as the server measured it. */

import type { Frame, MapKind } from "../protocol/frame";
import type { NamedLabel } from "../protocol/wire";
import type { ShownMap } from "../state/live";
import { type ImagePx, type Size, sizeOf } from "./geometry";
import { type ColorTable, colorSamples, heatEnd, heatTable, inkTable, labelTable } from "./map_colors";

/** A map that can be drawn. */
export interface LayeredMap {
  readonly kind: MapKind;
  readonly revision: number;
  readonly size: Size<ImagePx>;
  readonly samples: Uint8Array;
  readonly image: CanvasImageSource;
}

export interface MapSurroundings {
  /** The bytes that were compressed by zlib; rejects with a TypeError what was not. */
  readonly inflate: (payload: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  /** RGBA pixels as something a canvas can draw. */
  readonly toImage: (pixels: Uint8ClampedArray<ArrayBuffer>, size: Size<ImagePx>) => CanvasImageSource;
  readonly onMap: (map: ShownMap | null) => void;
}

export class MapLayer {
  private map: LayeredMap | null = null;
  private labels: readonly NamedLabel[] = [];
  /** Maps asked for before this count of `clear` calls are of no use any more. */
  private generation = 0;

  constructor(private readonly surroundings: MapSurroundings) {}

  get current(): LayeredMap | null {
    return this.map;
  }

  /** Takes a map; false when it is none, or an older one than is here. */
  async receive(frame: Frame): Promise<boolean> {
    const { kind, revision } = frame;
    const { generation } = this;
    if (kind === "picture") return false;
    let samples: Uint8Array;
    try {
      samples = await this.surroundings.inflate(frame.payload);
    } catch (error) {
      // A damaged map is as none; the next change brings another.
      if (!(error instanceof TypeError)) throw error;
      return false;
    }
    const isLate = this.map !== null && revision < this.map.revision;
    if (isLate || generation !== this.generation || samples.length !== frame.height * frame.width)
      return false;
    const size = sizeOf<ImagePx>(frame.height, frame.width);
    this.show(kind, revision, size, samples);
    return true;
  }

  /** Colours of labels; they may come after their map. */
  setLabels(labels: readonly NamedLabel[]): void {
    this.labels = labels;
    if (this.map?.kind === "labels") {
      this.show("labels", this.map.revision, this.map.size, this.map.samples);
    }
  }

  clear(): void {
    this.generation += 1;
    this.map = null;
    this.surroundings.onMap(null);
  }

  /** The sample at a place of the picture, x and y from 0 to 1. */
  sampleAt(x: number, y: number): { readonly kind: MapKind; readonly sample: number } | null {
    if (!this.map || x < 0 || y < 0 || x >= 1 || y >= 1) return null;
    const { kind, size, samples } = this.map;
    const sample = samples[Math.floor(y * size.height) * size.width + Math.floor(x * size.width)];
    return sample === undefined ? null : { kind, sample };
  }

  private show(kind: MapKind, revision: number, size: Size<ImagePx>, samples: Uint8Array): void {
    const end = kind === "difference" ? heatEnd(samples.reduce((a, b) => Math.max(a, b), 0)) : 255;
    const image = this.surroundings.toImage(colorSamples(samples, this.tableOf(kind, end)), size);
    this.map = { kind, revision, size, samples, image };
    this.surroundings.onMap({ kind, end, shares: kind === "labels" ? this.sharesOf(samples) : [] });
  }

  private tableOf(kind: MapKind, end: number): ColorTable {
    switch (kind) {
      case "labels":
        return labelTable(this.labels);
      case "lines":
        return inkTable();
      case "difference":
        return heatTable(end);
    }
  }

  private sharesOf(samples: Uint8Array): readonly number[] {
    const counts = new Array<number>(this.labels.length).fill(0);
    for (const sample of samples) counts[sample] = (counts[sample] ?? 0) + 1;
    return counts.map((count) => count / samples.length);
  }
}
