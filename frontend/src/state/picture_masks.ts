/** Changes of a picture's masks: each takes a picture and returns another, and never alters what it got. */

import { MAX_MASK_NAME, MAX_MASKS, type Mask, type Picture } from "../protocol/wire";
import type { Change } from "./picture";

export function findMask(picture: Picture | null, name: string): Mask | undefined {
  return picture?.masks.find((mask) => mask.name === name);
}

/** Gives a mask other pixels; one that is not there yet comes last. */
export function withMaskImage(name: string, image: string): Change {
  return (picture) => {
    const isNew = findMask(picture, name) === undefined;
    const masks = isNew
      ? [...picture.masks, { name, image, is_still: false }]
      : picture.masks.map((mask) => (mask.name === name ? { ...mask, image } : mask));
    return masks.length > MAX_MASKS ? picture : { ...picture, masks };
  };
}

export function withoutMask(name: string): Change {
  return (picture) => ({ ...picture, masks: picture.masks.filter((mask) => mask.name !== name) });
}

/** Another name; nothing changes where it is none, or another mask has it. */
export function withMaskName(name: string, next: string): Change {
  const tidy = tidyName(next);
  return (picture) =>
    tidy === "" || findMask(picture, tidy)
      ? picture
      : {
          ...picture,
          masks: picture.masks.map((mask) => (mask.name === name ? { ...mask, name: tidy } : mask)),
        };
}

export function withStill(name: string, isStill: boolean): Change {
  return (picture) => ({
    ...picture,
    masks: picture.masks.map((mask) => (mask.name === name ? { ...mask, is_still: isStill } : mask)),
  });
}

/** A name as a mask may have it: one line, not too long. */
export function tidyName(name: string): string {
  return name
    .replace(/\p{Cc}+/gu, " ")
    .trim()
    .slice(0, MAX_MASK_NAME)
    .trim();
}

/** A name that no mask of the picture has: the wanted one, else with a number. */
export function freeName(picture: Picture | null, wanted: string): string {
  const base = tidyName(wanted) || "Region";
  for (let number = 2, name = base; ; number++) {
    if (!findMask(picture, name)) return name;
    const suffix = ` ${number}`;
    name = base.slice(0, MAX_MASK_NAME - suffix.length) + suffix;
  }
}

/** The name of the next new mask: a number, which is easier to tell from the others than "Region" again. */
export function nextName(picture: Picture | null): string {
  for (let number = (picture?.masks.length ?? 0) + 1; ; number++) {
    if (!findMask(picture, `Region ${number}`)) return `Region ${number}`;
  }
}

/** The picture as far as it determines an image: masks that keep nothing still do not. */
export function withoutIdleMasks(picture: Picture): Picture {
  const masks = picture.masks.filter((mask) => mask.is_still);
  return masks.length === picture.masks.length ? picture : { ...picture, masks };
}
