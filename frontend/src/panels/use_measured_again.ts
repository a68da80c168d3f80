/** useMeasuredAgain: sliders of a region are measured again once the picture rests far from where that was done. */

import { useEffect } from "react";
import type { Mask, Picture } from "../protocol/wire";
import { isSearching, type Region, slidersOf } from "../state/regions";
import { useApp, useObservable } from "./app";

/** A picture that has stayed as it is for so long is looked at, not gone through. */
export const REST_MS = 1500;

/** Where a search took longer the model is too slow for what nobody has asked for. */
const MOST_SECONDS = 90;

/** Whether that is done unasked: where a search is known to be quick. */
export function isMeasuredAgain({ seconds }: Region): boolean {
  return seconds !== null && seconds <= MOST_SECONDS;
}

/** isFar: whether the picture is far from where the region was measured. */
export function useMeasuredAgain(mask: Mask, picture: Picture, region: Region | null, isFar: boolean): void {
  const { regions, editor } = useApp();
  // While the timeline is shown or plays, the stage has another picture than the document.
  const isPresenting = useObservable(editor.isPresenting);
  const isWanted =
    region !== null &&
    isFar &&
    !isPresenting &&
    !isSearching(region) &&
    isMeasuredAgain(region) &&
    slidersOf(region).length > 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: every other picture has to rest anew
  useEffect(() => {
    if (!isWanted) return;
    const timer = setTimeout(() => !regions.isBusy && regions.measureAgain(mask), REST_MS);
    return () => clearTimeout(timer);
  }, [isWanted, regions, mask, picture]);
}
