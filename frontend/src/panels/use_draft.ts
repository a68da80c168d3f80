/** A value while the hand holds it: local to its panel, so that a drag redraws one row and no more. */

import { useState } from "react";
import type { SliderId } from "../state/controls";
import { useKnob } from "./use_knob";

export interface Draft {
  /** What the hand is trying, or a knob; or else the document's value. */
  readonly value: number;
  /** Null: the hand has let go. */
  readonly set: (value: number | null) => void;
  /** Where the slider's knob stands while it has no hold of it. */
  readonly knob: number | null;
}

/** `slider`: the one whose knob moves it; without it none does. */
export function useDraft(settled: number, slider?: SliderId): Draft {
  const [draft, set] = useState<number | null>(null);
  // No slider is called so.
  const knob = useKnob(slider === undefined ? "" : slider);
  return { value: draft ?? knob?.value ?? settled, set, knob: knob?.waiting ?? null };
}
