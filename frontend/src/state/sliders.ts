/** Sliders: found by name, put in another order, nudged all at once, and taken from one picture to another. */

import { type Edit, MAX_EDITS, type Picture, type WalkSummary } from "../protocol/wire";
import { isOfOtherClass } from "./catalog";
import type { DocumentState } from "./document";
import { alphaOf, type Change, findEdit, withAlpha, withEdit } from "./picture";
import type { SliderSort } from "./slider_view";

/** More at once would leave no room for what the hand does next. */
const MOST_NUDGED = 24;
/** Of a slider's range, either way. */
const NUDGE = 0.1;

/** Those whose name, family or effect has every word of the query. */
export function matching(walks: readonly WalkSummary[], query: string): readonly WalkSummary[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return walks;
  return walks.filter(({ title, id, settings }) => {
    const text = `${title} ${id} ${settings.moves ?? ""}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** In one row: by name, strongest first, or last used first. `recent` are ids, the newest first. */
export function sorted(
  walks: readonly WalkSummary[],
  sort: Exclude<SliderSort, "group">,
  recent: readonly string[],
): readonly WalkSummary[] {
  const byName = (a: WalkSummary, b: WalkSummary) =>
    a.title.localeCompare(b.title, undefined, { numeric: true }) || a.id.localeCompare(b.id);
  const byStrength = (a: WalkSummary, b: WalkSummary) => b.strength - a.strength || byName(a, b);
  const place = ({ id }: WalkSummary) => {
    const found = recent.indexOf(id);
    return found === -1 ? recent.length : found;
  };
  const shown = [...walks].sort((a, b) => Number(a.is_hidden) - Number(b.is_hidden));
  switch (sort) {
    case "name":
      return shown.sort(byName);
    case "strength":
      return shown.sort(byStrength);
    case "recent":
      return shown.sort((a, b) => place(a) - place(b) || byStrength(a, b));
    default:
      return sort satisfies never;
  }
}

/** Sliders that steps of the document moved, the last one first. */
export function recentlyUsed({ line, at }: Pick<DocumentState, "line" | "at">): readonly string[] {
  const found = new Set<string>();
  for (let place = at; place >= 0; place -= 1) {
    const [now, before] = [line[place]?.picture, line[place - 1]?.picture];
    for (const edit of now?.edits ?? []) {
      if (before && JSON.stringify(findEdit(before, edit.walk)) === JSON.stringify(edit)) continue;
      found.add(edit.walk);
    }
  }
  return [...found];
}

/** Moves sliders a little at random; what is locked, hidden or of another class stays. `random` gives 0 to 1. */
export function withNudge(walks: readonly WalkSummary[], random: () => number): Change {
  return (picture) => {
    const free = MAX_EDITS - picture.edits.length;
    const able = [...walks]
      .filter(
        (walk) =>
          walk.is_linear &&
          !walk.is_hidden &&
          !isOfOtherClass(walk, picture.class_index) &&
          !findEdit(picture, walk.id)?.is_locked,
      )
      .sort((a, b) => b.strength - a.strength)
      .slice(0, Math.max(0, Math.min(MOST_NUDGED, free)));
    return able.reduce((moved: Picture, { id, low, high }) => {
      const alpha = alphaOf(moved, id) + (2 * random() - 1) * NUDGE * (high - low);
      return withAlpha(id, Math.min(Math.max(alpha, low), high))(moved);
    }, picture);
  };
}

/** Puts edits that were copied in the place of those of the same sliders. */
export function withEdits(edits: readonly Edit[]): Change {
  return (picture) => edits.reduce((changed, edit) => withEdit(edit)(changed), picture);
}
