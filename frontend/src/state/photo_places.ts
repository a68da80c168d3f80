/** Photo places: where a photo can be looked for in a model, each with what it is good for. */

import type { ModelSummary } from "../protocol/wire";
import type { Place } from "./photos";

export interface PhotoPlace {
  readonly value: Place;
  readonly label: string;
  readonly why: string;
}

const PLACES: readonly PhotoPlace[] = [
  {
    value: "encoder",
    label: "At once",
    why: "What the encoder of this model says of the photo, within a second: less alike than any search.",
  },
  {
    value: "w+",
    label: "Nearest",
    why: "A w for every layer: comes nearest to the photo by a latent alone.",
  },
  {
    value: "w",
    label: "Editable",
    why: "One w for all layers: less alike, and sliders do what they do elsewhere.",
  },
  {
    value: "z",
    label: "In z",
    why: "In the numbers that a seed gives: less alike, and the only way by which models made from this one draw the photo, too.",
  },
  {
    value: "layers",
    label: "Layers",
    why: "From what the encoder says on, with corrections behind the early layers of the model: what even this lacks, its later layers cannot draw.",
  },
  {
    value: "tuned",
    label: "Tuned",
    why: "One w, and then a copy of the model is tuned until it draws the photo there: nearest of all, and sliders go on working. Takes a few times as long and makes a model of its own.",
  },
];

/** Of the model on the stage; one that is not known may be looked in by z. */
export function placesOf(model: ModelSummary | null): readonly PhotoPlace[] {
  const able = new Set<string>(["z", ...(model?.encoder_places ?? [])]);
  // A world's own program has no weights that could be tuned.
  if (model?.kind !== "analytic") able.add("tuned");
  if (model?.spaces.includes("w")) able.add("w").add("w+");
  return PLACES.filter(({ value }) => able.has(value));
}

/** The place that is asked for where nobody chose. */
export function usualPlace(places: readonly PhotoPlace[]): Place {
  return places.some(({ value }) => value === "w+") ? "w+" : "z";
}

/** Whether how long to look changes anything there: an encoder answers once. */
export function takesTime(place: Place): boolean {
  return place !== "encoder";
}
