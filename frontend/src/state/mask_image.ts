/** Mask image: a painted region's pixels, and what is to be said of regions in which nothing can be found. */

/** How much each pixel of the picture belongs to a region. Never altered once others have it. */
export interface MaskImage {
  readonly height: number;
  readonly width: number;
  /** 0 outside to 255 inside, row by row. */
  readonly alpha: Uint8Array<ArrayBuffer>;
}

export function emptyMask(height: number, width: number): MaskImage {
  return { height, width, alpha: new Uint8Array(height * width) };
}

/** Pixels inside, soft ones counted in part. */
export function insideOf({ alpha }: MaskImage): number {
  let sum = 0;
  for (let at = 0; at < alpha.length; at++) sum += alpha[at] ?? 0;
  return sum / 255;
}

/** Why nothing can be found in a region, in the words of `imaging/mask.py`; null for one of any use. */
export function lackOf(mask: MaskImage): string | null {
  const inside = insideOf(mask);
  if (inside < 0.5) return "The region is empty: nothing is inside of it.";
  if (inside < 1.5) return "The region is a single pixel: too little for anything to change in it.";
  if (mask.alpha.length - inside < 1.5) {
    return "The region covers the whole picture: nothing is left that could stay as it is.";
  }
  return null;
}

/** By a mask's place in the picture's list; apart from each other and from skin, hair and grey. */
export const MASK_COLORS = [
  "#ff4fa3",
  "#29b6ff",
  "#ffc21a",
  "#7be04a",
  "#b98cff",
  "#ff7a3d",
  "#2fe0c8",
  "#e6ee3c",
] as const;

export function colorOfMask(place: number): string {
  return MASK_COLORS[place % MASK_COLORS.length] ?? MASK_COLORS[0];
}
