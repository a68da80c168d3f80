/** What a slider shows of the knob that moves it. */

import { useCallback, useSyncExternalStore } from "react";
import { useStore } from "zustand";
import type { Control } from "../protocol/wire";
import { controlOf, type SliderId } from "../state/controls";
import type { KnobSight } from "../state/knobs";
import { useApp } from "./app";

/** Null while its knob neither moves it nor waits for it. */
export function useKnob(slider: SliderId): KnobSight | null {
  const { sights } = useApp().knobs;
  return useSyncExternalStore(
    sights.subscribe,
    useCallback(() => sights.get().get(slider) ?? null, [sights, slider]),
  );
}

/** The control of the document that moves a slider, if one does. */
export function useControl(slider: SliderId): Control | null {
  return useStore(useApp().document, ({ controls }) => controlOf(controls, slider));
}
