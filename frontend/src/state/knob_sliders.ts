/** Knob sliders: what a slider is to a knob: its ends, where it stands, and what moving it makes of the picture. */

import { type FactorTarget, MAX_EDITS, type Picture } from "../protocol/wire";
import { type CatalogStore, findModel } from "./catalog";
import { PSI, type SliderId } from "./controls";
import type { DocumentStore } from "./document";
import { factorEnds, isFactorWalk, isInReach, notationOfFactor, sayFactor } from "./factor_units";
import type { Factors } from "./factors";
import { hasZ } from "./model_abilities";
import { alphaOf, type Change, withAlpha, withPsi } from "./picture";
import type { ListedSlider } from "./region_shelf";
import { walkOf } from "./region_shelf";
import { type Regions, slidersOf } from "./regions";
import { notationOfWalk, sayStrength, sliderEnds } from "./walk_units";

/** The part of truncation that is of use; the rest can be typed. */
export const PSI_SLIDER = { title: "Variety", low: 0, high: 1.4, home: 0.8 } as const;

export interface KnobSlider {
  readonly title: string;
  readonly low: number;
  readonly high: number;
  /** Where the slider returns to; a knob that comes as near as it can stands there. */
  readonly home: number;
  /** What the document has. */
  readonly value: number;
  readonly say: (value: number) => string;
  readonly move: (value: number) => Change;
  /** Of a factor: what to measure once it is let go of; null for what no network can, or where none would be sure. */
  readonly target: ((value: number) => FactorTarget | null) | null;
}

export interface KnobSlidersContext {
  readonly document: DocumentStore;
  readonly catalog: CatalogStore;
  readonly factors: Factors;
  readonly regions: Regions;
}

/** The slider of this id as it stands now; null where the picture's model has none, or it cannot be moved yet. */
export function findKnobSlider(context: KnobSlidersContext, id: SliderId): KnobSlider | null {
  const { picture } = context.document.getState();
  if (picture === null) return null;
  return id === PSI ? psiSlider(context, picture) : walkSlider(context, picture, id);
}

function psiSlider({ catalog }: KnobSlidersContext, picture: Picture): KnobSlider {
  const home = findModel(catalog.getState(), picture.model)?.psi ?? PSI_SLIDER.home;
  return {
    ...PSI_SLIDER,
    home,
    value: picture.psi,
    say: (value) => value.toFixed(2),
    move: withPsi,
    target: null,
  };
}

function walkSlider(
  { catalog, factors, regions }: KnobSlidersContext,
  picture: Picture,
  id: string,
): KnobSlider | null {
  const { walks, models, codeSpaces } = catalog.getState();
  const known = walks[picture.model]?.walks.find((walk) => walk.id === id);
  const found = findInRegions(regions, picture.model, id);
  const walk = known?.factor ? known : found ? walkOf(found, picture.psi, known) : known;
  if (!walk) return null;
  const alpha = alphaOf(picture, id);
  // One more than a picture can have would be refused on letting go.
  if (alpha === 0 && picture.edits.length >= MAX_EDITS) return null;
  if (walk.space === "z" && !hasZ(picture, codeSpaces)) return null;
  if (isFactorWalk(walk)) {
    const own = factors.own.get().get(id);
    if (!own || !factors.isOf(own, picture)) return null;
    const { factor } = walk;
    const isSure = (value: number) => factor.attribute !== null && isInReach(value, factor);
    return {
      ...factorEnds(factor),
      title: walk.title,
      home: own.start,
      value: own.value + alpha,
      say: (value) => sayFactor(value, notationOfFactor(factor.unit)),
      move: (value) => factors.moveTo([{ walk: id, value: value === own.start ? own.value : value }]),
      target: (value) => (isSure(value) ? { walk: id, value } : null),
    };
  }
  const resolution = models.find((model) => model.id === picture.model)?.resolution ?? null;
  return {
    ...sliderEnds(walk),
    title: walk.title,
    home: 0,
    value: alpha,
    say: (value) => sayStrength(value, notationOfWalk(walk, resolution)),
    move: (value) => withAlpha(id, value),
    target: null,
  };
}

/** A slider of a region that was found; the shelf may not have been asked for it yet. */
function findInRegions(regions: Regions, model: string, id: string): ListedSlider | undefined {
  return [...regions.all.get().values()]
    .filter(({ origin }) => origin.model === model)
    .flatMap(slidersOf)
    .find(({ walk }) => walk === id);
}
