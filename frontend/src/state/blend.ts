/** Blends: changes of how much of another model is in a picture, and how a slider between two models stands. */

import type { KinSummary, ModelBlend, Picture } from "../protocol/wire";
import type { Change } from "./picture";

export type How = ModelBlend["how"];

/** A percent is the finest that is seen; a thousandth leaves room for a slow hand. */
const DIGITS = 3;

/** Between which two models a slider goes, by their titles. */
export interface Ends {
  readonly left: string;
  readonly right: string;
  /** Where the picture's own model is. */
  readonly home: 0 | 1;
}

/** A parent stands at the left, whichever of the two the picture is of: old -> new. */
export function endsOf(own: string, partner: KinSummary): Ends {
  return partner.relation === "parent"
    ? { left: partner.title, right: own, home: 1 }
    : { left: own, right: partner.title, home: 0 };
}

/** Where the slider between a picture's model and another stands, 0 at the left to 1 at the right. */
export function placeOf({ model_blend: blend }: Picture, partner: KinSummary): number {
  const weight = blend?.model === partner.model ? blend.weight : 0;
  return partner.relation === "parent" ? 1 - weight : weight;
}

/** Puts the slider at a place. At home there is no blend. */
export function withPlace(partner: KinSummary, place: number, how: How): Change {
  const inside = Math.min(Math.max(place, 0), 1);
  const weight = Number((partner.relation === "parent" ? 1 - inside : inside).toFixed(DIGITS));
  return (picture) => ({
    ...picture,
    model_blend: weight === 0 ? null : { model: partner.model, weight, how },
  });
}

/** Blends in another way, where anything is blended. */
export function withHow(how: How): Change {
  return (picture) => ({ ...picture, model_blend: picture.model_blend && { ...picture.model_blend, how } });
}

export function withoutBlend(picture: Picture): Picture {
  return { ...picture, model_blend: null };
}

/** Those that a model can be blended with, in either way. */
export function fitting(kin: readonly KinSummary[]): readonly KinSummary[] {
  return kin.filter(({ why_not_weights, why_not_w }) => why_not_weights === "" || why_not_w === "");
}

/** Whom a slider goes to before anybody has chosen: the model's parent, else its first child. */
export function firstPartner(kin: readonly KinSummary[]): KinSummary | null {
  return fitting(kin).find(({ relation }) => relation === "parent" || relation === "child") ?? null;
}
