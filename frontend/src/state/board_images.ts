/** Board images: drawings on their way between board and server, each sent once, as it is kept there. */

import { decodeGreyPng, encodeGreyPng } from "../protocol/grey_png";
import type { ImagesClient } from "../protocol/images";
import type { SketchBody, SketchSetSummary } from "../protocol/wire";
import { atBoardSize, type BoardState, blank, type Content, drawnOf, networkOf, type Sketch } from "./board";
import type { MaskImage } from "./mask_image";

export class BoardImages {
  private readonly hashes = new WeakMap<MaskImage, string>();

  constructor(private readonly client: Pick<ImagesClient, "keepSketch" | "keepLabels" | "read">) {}

  /** The hash of a drawing that the server has; undefined until it does. */
  hashOf(image: MaskImage): string | undefined {
    return this.hashes.get(image);
  }

  /** What a kept set shows on the board. Throws WendProblem, and `GreyPngInvalid` for a damaged drawing. */
  async sketchesOf(set: SketchSetSummary): Promise<readonly Sketch[]> {
    const contents = await Promise.all(
      set.drawings.map(async (id): Promise<Content> => {
        const { height, width, grey } = await decodeGreyPng(await this.client.read(id));
        const alpha = set.kind === "labels" ? grey : grey.map((value) => 255 - value);
        const image = atBoardSize({ height, width, alpha }, set.kind);
        // The drawing as it is kept already: nothing of it is sent again until it is changed.
        this.hashes.set(image, id);
        return { image, pose: [] };
      }),
    );
    const poses = set.poses.map((pose): Content => ({ ...blank(0, "pose"), pose }));
    return [...contents, ...poses].map((content, key) => ({ ...blank(key, set.kind), ...content }));
  }

  /** A board as the server keeps it; drawings that it has not are sent first. Throws WendProblem. */
  async bodyOf(state: BoardState, model: string | null): Promise<SketchBody> {
    const drawn = drawnOf(state);
    const { kind, name } = state;
    const extractor = networkOf(state);
    const base = { name: name.trim() || "My sketches", kind, extractor, model };
    if (kind === "pose") return { ...base, drawings: [], poses: drawn.map(({ pose }) => pose) };
    const drawings: string[] = [];
    for (const { image } of drawn) drawings.push(await this.keep(image, kind === "labels"));
    return { ...base, drawings, poses: [] };
  }

  private async keep(image: MaskImage, areLabels: boolean): Promise<string> {
    const known = this.hashes.get(image);
    if (known) return known;
    const { client } = this;
    const { height, width, alpha } = image;
    const grey = areLabels ? alpha : alpha.map((value) => 255 - value);
    const file = await encodeGreyPng({ height, width, grey });
    const { id } = areLabels ? await client.keepLabels(file) : await client.keepSketch(file, "drawn");
    this.hashes.set(image, id);
    return id;
  }
}
