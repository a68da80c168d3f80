/** When: how long ago something was, as people say it. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `now`, `5 min ago`, `3 h ago`, then the day. `now` in milliseconds since 1970; clocks may differ a little. */
export function sayWhen(iso: string, now: number): string {
  const then = new Date(iso);
  const ago = now - then.getTime();
  if (Number.isNaN(ago)) return "";
  if (ago < MINUTE_MS) return "now";
  if (ago < HOUR_MS) return `${Math.floor(ago / MINUTE_MS)} min ago`;
  if (ago < DAY_MS) return `${Math.floor(ago / HOUR_MS)} h ago`;
  return then.toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric" });
}
