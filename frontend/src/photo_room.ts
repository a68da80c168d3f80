/** The photo room: photos found in a model, what files bring of walks and codes, and walks themselves, joined. */

import type { Clients } from "./clients";
import type { Desk } from "./state/desk";
import type { DocumentRoom } from "./state/document_room";
import type { Editor } from "./state/editor";
import { ForeignDesk } from "./state/foreign_desk";
import type { Jobs } from "./state/jobs";
import { KeptLatents } from "./state/kept_latents";
import { PhotoInChild } from "./state/photo_in_child";
import { Photos } from "./state/photos";
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

async function measure(file: Blob): Promise<{ readonly width: number; readonly height: number }> {
  const bitmap = await createImageBitmap(file);
  const { width, height } = bitmap;
  bitmap.close();
  return { width, height };
}
