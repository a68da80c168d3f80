/** Sketching: the kind of job that teaches a copy of a model by a set of drawings, and what is said of such sets. */

import type { SketchSetSummary } from "../protocol/wire";

export const SKETCH_KIND = "sketch";

/** How many drawings a set holds, and of what kind. */
export function sayCount({
  kind,
  drawings,
  poses,
}: Pick<SketchSetSummary, "kind" | "drawings" | "poses">): string {
  const count = drawings.length + poses.length;
  if (kind === "labels") return count === 1 ? "1 label map" : `${count} label maps`;
  if (kind === "pose") return count === 1 ? "1 pose" : `${count} poses`;
  return count === 1 ? "1 drawing" : `${count} drawings`;
}
