/** Taking a walk along: keyframes from one end of it to the other, on the timeline. */

import type { WalkSummary } from "../protocol/wire";
import { findModel } from "../state/catalog";
import { undoOf } from "../state/document";
import { firstPicture } from "../state/picture";
import { picturesAlong, startOf } from "../state/timeline";
import { useApp } from "./app";

/** The unit of a chain of frames, as a manifold job finds it. */
export const FRAMES = "frames";

/** Keyframes of a chain, which bends, and of any other walk, which seldom does. */
const OF_CHAIN = 5;
const OF_WALK = 3;

/** Seconds from one end to the other: a chain shows so many of its frames in one. */
const WALK_S = 3;
const FRAMES_A_SECOND = 12;

type Walk = Pick<WalkSummary, "id" | "title" | "low" | "high" | "unit">;

/** Puts a walk of a model onto the timeline, and opens that. */
export function useTakeAlong(): (model: string, walk: Walk) => void {
  const { catalog, document, drawer, live, player, timelineDesk } = useApp();
  const play = (place: number) => {
    const { timeline } = document.getState();
    if (timeline) player.seek(startOf(timeline, place), "live");
    player.play();
  };
  return (model, { id, title, low, high, unit }) => {
    const { picture } = document.getState();
    const known = findModel(catalog.getState(), model);
    const base = picture?.model === model ? picture : known && firstPicture(known);
    if (!base) return;
    const isChain = unit === FRAMES;
    const count = isChain ? OF_CHAIN : OF_WALK;
    const seconds = isChain ? Math.max(1, (high - low) / FRAMES_A_SECOND) : WALK_S;
    const place = document.getState().timeline?.keyframes.length ?? 0;
    drawer.setState({ isOpen: true, tab: "timeline" });
    if (!timelineDesk.put(picturesAlong(base, id, { low, high }, count), null, seconds / (count - 1))) return;
    live.notice.set({
      kind: "info",
      about: "file",
      code: "put_on_timeline",
      sentence: `${count} keyframes along “${title}” are on the timeline.`,
      hint: `They take ${Number(seconds.toFixed(1))} s.`,
      actions: [
        { label: "Play", run: () => play(place) },
        { label: "Undo", run: undoOf(document) },
      ],
    });
  };
}
