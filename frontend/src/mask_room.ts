/** The mask room: regions of the picture, how they are painted and what moves in them, made once and joined. */

import type { Clients } from "./clients";
import { type ImagePx, type Size, sizeOf } from "./stage/geometry";
import { MaskDesk } from "./stage/mask_desk";
import { MaskHand } from "./stage/mask_hand";
import type { Scene } from "./stage/scene";
import { findModel } from "./state/catalog";
import type { Desk } from "./state/desk";
import type { Editor } from "./state/editor";
import { Masks } from "./state/masks";
import type { RegionQuestion } from "./state/regions";
import { Regions } from "./state/regions";
import type { Stores } from "./stores";

export interface MaskRoomContext {
  readonly stores: Pick<Stores, "catalog" | "document" | "live" | "maskView">;
  readonly clients: Pick<Clients, "images">;
  readonly editor: Editor;
  readonly desk: Desk;
  /** Asked for when a hand is at work: the stage shows masks, and so is made after them. */
  readonly scene: () => Scene;
  readonly find: (question: RegionQuestion) => void;
  readonly stop: () => void;
}

export function createMaskRoom({ stores, clients, editor, desk, scene, find, stop }: MaskRoomContext) {
  const { catalog, document, live, maskView } = stores;
  const masks: Masks = new Masks(
    { client: clients.images, document, editor, view: maskView, live, desk },
    (mask) => regions.find(mask),
  );
  const regions: Regions = new Regions({
    document,
    inHand: () => editor.picture,
    ask: find,
    stop,
    imageOf: (id) => masks.imageOf(id),
  });

  /** All models draw squares; the frame would tell less, for one may be a smaller preview. */
  function pictureSize(): Size<ImagePx> | null {
    const { picture } = document.getState();
    const model = picture && findModel(catalog.getState(), picture.model);
    return model ? sizeOf(model.resolution, model.resolution) : null;
  }

  const maskDesk = new MaskDesk({ masks, live, pictureSize, showWhole: () => scene().stage?.showWhole() });
  const maskHand = new MaskHand({
    desk: maskDesk,
    view: maskView,
    live,
    pictureSize,
    labels: () => {
      const map = scene().stage?.map.current;
      return map?.kind === "labels" ? { ...map.size, samples: map.samples } : null;
    },
  });
  return { masks, regions, maskDesk, maskHand };
}
