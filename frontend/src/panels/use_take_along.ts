/** Taking a walk along: keyframes from one end of it to the other, on the timeline. */

import type { WalkSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { firstPicture } from "../state/picture";
import { picturesAlong } from "../state/timeline";
import { useApp } from "./app";

/** The unit of a chain of frames, as a manifold job finds it. */
export const FRAMES = "frames";

/** Keyframes of a chain, which bends, and of any other walk, which seldom does. */
const OF_CHAIN = 5;
const OF_WALK = 3;

/** Seconds from one end to the other: a chain shows so many of its frames in one. */
const WALK_S = 3;
const FRAMES_A_SECOND = 12;

type Walk = Pick<WalkSummary, "id" | "low" | "high" | "unit">;

/** Puts a walk of a model onto the timeline, and opens that. */
export function useTakeAlong(): (model: string, walk: Walk) => void {
  const { catalog, document, drawer, timelineDesk } = useApp();
  return (model, { id, low, high, unit }) => {
    const { picture } = document.getState();
    const known = findModel(catalog.getState(), model);
    const base = picture?.model === model ? picture : known && firstPicture(known);
    if (!base) return;
    const isChain = unit === FRAMES;
    const count = isChain ? OF_CHAIN : OF_WALK;
    const seconds = isChain ? Math.max(1, (high - low) / FRAMES_A_SECOND) : WALK_S;
    drawer.setState({ isOpen: true, tab: "timeline" });
    timelineDesk.put(picturesAlong(base, id, { low, high }, count), null, seconds / (count - 1));
  };
}
