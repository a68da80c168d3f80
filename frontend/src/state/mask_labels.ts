/** Mask labels: while the hand fills by label it has to see them, so they lie over the picture. */

import type { MapKind } from "../protocol/frame";
import type { MaskView, MaskViewStore } from "./mask_view";
import type { ViewStore } from "./view";

export function keepLabelsWhileFilling(masks: MaskViewStore, view: ViewStore): void {
  /** What lay over the picture before; undefined while nothing was put in its place. */
  let before: MapKind | null | undefined;
  const isFilling = ({ isMasking, tool }: MaskView) => isMasking && tool === "fill";
  const follow = (state: MaskView, past: MaskView | null) => {
    if (isFilling(state) && !(past && isFilling(past))) {
      before = view.getState().overlay;
      view.setState({ overlay: "labels" });
    } else if (!isFilling(state) && before !== undefined) {
      // Another map was chosen meanwhile: that stays.
      if (view.getState().overlay === "labels") view.setState({ overlay: before });
      before = undefined;
    }
  };
  masks.subscribe(follow);
}
