/** The region shelf: sliders that were found for a mask before the page was opened, listed again from their walks. */

import {
  type LayerRange,
  MAX_FAMILIES,
  type Picture,
  type RegionFound,
  type RegionSlider,
  type Timeline,
  type WalkSummary,
} from "../protocol/wire";
import { DocumentInvalid } from "./foreign";
import { normalizePicture } from "./normalize_picture";

/** A slider as it was found, or as the shelf has it: that knows neither what ended its range nor how it looked. */
export interface ListedSlider extends Omit<RegionSlider, "low_end" | "high_end"> {
  readonly low_end: RegionSlider["low_end"] | null;
  readonly high_end: RegionSlider["high_end"] | null;
}

export interface ListedFound extends Omit<RegionFound, "sliders"> {
  readonly sliders: readonly ListedSlider[];
}

/** What one search left on the shelf, and the picture that it looked at. */
export interface Recalled {
  readonly origin: Picture;
  readonly found: ListedFound;
}

const METHOD = "region";

/** Every search for a mask that the shelf has something of, by the order of the walks. */
export function recallSearches(mask: string, walks: readonly WalkSummary[]): readonly Recalled[] {
  const own = walks.filter(({ method, settings }) => method === METHOD && settings.mask === mask);
  const families = [...new Set(own.map(familyOf))];
  return families.flatMap((family) => {
    const members = own.filter((walk) => familyOf(walk) === family);
    const origin = originOf(members[0]);
    const sliders = members.filter((walk) => !walk.is_hidden).map(toSlider);
    return origin && sliders.length > 0 ? [{ origin, found: toFound(family, sliders) }] : [];
  });
}

function familyOf({ id }: Pick<WalkSummary, "id">): string {
  return id.slice(0, id.lastIndexOf("/"));
}

const FAMILY = /^region-/;

/** Families of region sliders that any moment names, oldest first: in its picture, or in a keyframe. The newest are kept. */
export function namedFamilies(
  moments: readonly { readonly picture: Picture; readonly timeline: Timeline | null }[],
): readonly string[] {
  const newest = [...moments].reverse();
  // Moments share what a step left as it was.
  const timelines = new Set(newest.map(({ timeline }) => timeline));
  const pictures = new Set([
    ...[...timelines].flatMap((timeline) => timeline?.keyframes.map(({ picture }) => picture) ?? []),
    ...newest.map(({ picture }) => picture),
  ]);
  const driven = [...timelines].flatMap((timeline) => timeline?.drive?.walk ?? []);
  const walks = [...driven, ...[...pictures].flatMap(({ edits }) => edits.map(({ walk }) => walk))];
  const families = walks.map((id) => familyOf({ id })).filter((family) => FAMILY.test(family));
  return [...new Set(families)].slice(0, MAX_FAMILIES);
}

/** Null for one that this page cannot read: of another version. */
function originOf(walk: WalkSummary | undefined): Picture | null {
  try {
    return normalizePicture(JSON.parse(String(walk?.settings.picture ?? "null")), "picture");
  } catch (error) {
    if (error instanceof DocumentInvalid || error instanceof SyntaxError) return null;
    throw error;
  }
}

function toFound(family: string, sliders: readonly ListedSlider[]): ListedFound {
  return {
    type: "region_found",
    view: 0,
    request: 0,
    family,
    sliders,
    label: "",
    fraction: 1,
    seconds: 0,
    is_done: true,
    lack: null,
  };
}

function toSlider({ id, title, low, high, layers, settings }: WalkSummary): ListedSlider {
  const number = (name: string) => (typeof settings[name] === "number" ? settings[name] : 0);
  const text = (name: string) => (typeof settings[name] === "string" ? settings[name] : "");
  return {
    walk: id,
    title,
    unit: "sd",
    low,
    high,
    low_end: null,
    high_end: null,
    layers: layers satisfies LayerRange,
    place: text("place"),
    kind: KINDS.find((kind) => kind === settings.kind) ?? "shape",
    moves: text("moves"),
    inside: number("inside"),
    outside: number("outside"),
    leakage: number("leakage"),
    strip: null,
    strip_frames: 0,
    heat: null,
  };
}

const KINDS: readonly RegionSlider["kind"][] = ["factor", "color", "shape", "texture"];

/** Whether it goes anywhere at the picture it was measured at: what is measured again may not. */
export function isOfUse({ low, high }: ListedSlider): boolean {
  return low < high;
}

/** The walk of a slider as the shelf would have it, until the shelf has been asked. */
export function walkOf(slider: ListedSlider, psi: number, known: WalkSummary | undefined): WalkSummary {
  if (known) return isOfUse(slider) ? { ...known, low: slider.low, high: slider.high } : known;
  return {
    id: slider.walk,
    title: slider.title,
    method: "region",
    space: "w",
    unit: slider.unit,
    shown_unit: slider.unit,
    shown_per_alpha: 1,
    layers: slider.layers,
    low: slider.low,
    high: slider.high,
    psi,
    strength: slider.inside / 255,
    furthest: Math.max(-slider.low, slider.high, 1) * 2,
    is_linear: true,
    trained: null,
    reachable: null,
    saturated: null,
    class_index: null,
    factor: null,
    is_foreign: false,
    is_shipped: false,
    is_hidden: false,
    is_pinned: false,
    group: null,
    footprint: null,
    settings: slider.moves === "" ? {} : { moves: slider.moves },
  };
}
