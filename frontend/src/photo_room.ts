/** The photo room: photos found in a model, what files bring of walks and codes, and walks themselves, joined. */

import type { Clients } from "./clients";
import type { Desk } from "./state/desk";
import type { DocumentRoom } from "./state/document_room";
import type { Editor } from "./state/editor";
import { ForeignDesk } from "./state/foreign_desk";
import type { Jobs } from "./state/jobs";
import { KeptLatents } from "./state/kept_latents";
import { PhotoInChild } from "./state/photo_in_child";
import { type Measured, Photos } from "./state/photos";
import { WalkDesk } from "./state/walk_desk";
import type { Stores } from "./stores";

export interface PhotoRoomContext {
  readonly stores: Pick<Stores, "catalog" | "document" | "live">;
  readonly clients: Pick<Clients, "codes" | "http" | "images" | "pictures" | "walks">;
  readonly room: Pick<DocumentRoom, "beginning" | "kin">;
  readonly editor: Editor;
  readonly jobs: Jobs;
  readonly desk: Desk;
}

/** Of a photo, in pixels: what the server reads at most. */
export const MAX_PHOTO_SIDE = 4096;

export function createPhotoRoom({ stores, clients, room, editor, jobs, desk }: PhotoRoomContext) {
  const { catalog, document, live } = stores;
  const { codes, http, images, pictures, walks } = clients;
  const { beginning, kin } = room;
  const shared = { catalog, document, editor, live, beginning };
  const photos: Photos = new Photos({ ...shared, images, pictures, jobs, measure });
  const foreignDesk = new ForeignDesk({ ...shared, desk, walks, codes, images });
  const photoInChild = new PhotoInChild({ photos, kin, catalog, document, foreignDesk, http });
  const keptLatents = new KeptLatents({ codes, catalog, document, foreignDesk, live });
  const walkDesk = new WalkDesk({ ...shared, desk, client: walks });
  return { photos, foreignDesk, keptLatents, photoInChild, walkDesk };
}

/** A photo and its size; one that is too large for the server is made smaller, upright as it was held. */
async function measure(file: File): Promise<Measured> {
  const bitmap = await createImageBitmap(file);
  try {
    const { width, height } = bitmap;
    const share = MAX_PHOTO_SIDE / Math.max(width, height);
    if (share >= 1) return { file, width, height, from: null };
    const size = [width, height].map((side) => Math.max(1, Math.floor(side * share))) as [number, number];
    const canvas = new OffscreenCanvas(...size);
    const context = canvas.getContext("2d");
    if (!context) return { file, width, height, from: null };
    context.imageSmoothingQuality = "high";
    context.drawImage(bitmap, 0, 0, ...size);
    const small = await canvas.convertToBlob({ type: "image/webp", quality: 0.95 });
    const sent = new File([small], file.name, { type: small.type });
    return { file: sent, width: size[0], height: size[1], from: [width, height] };
  } finally {
    bitmap.close();
  }
}
