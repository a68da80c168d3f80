/** EasingCurve: a small drawing of how one number goes to another. */

export interface EasingCurveProps {
  /** The share of the way, of the share of the time; both 0 to 1. */
  readonly eased: (share: number) => number;
  /** Ends on the way's end, however it got there: a hold jumps. */
  readonly jumps?: boolean;
}

const POINTS = 16;

export function EasingCurve({ eased, jumps = false }: EasingCurveProps) {
  const points = Array.from({ length: POINTS + 1 }, (_, index) => {
    const share = index / POINTS;
    return `${(2 + share * 12).toFixed(2)} ${(13 - eased(share) * 10).toFixed(2)}`;
  });
  const all = jumps ? [...points, "14 3"] : points;
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path
        d={`M${all.join("L")}`}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
    </svg>
  );
}
