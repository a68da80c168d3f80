/** A value while the hand holds it: local to its panel, so that a drag redraws one row and no more. */

import { useState } from "react";

export interface Draft {
  /** What the hand is trying, or else the document's value. */
  readonly value: number;
  /** Null: the hand has let go. */
  readonly set: (value: number | null) => void;
}

export function useDraft(settled: number): Draft {
  const [draft, set] = useState<number | null>(null);
  return { value: draft ?? settled, set };
}
