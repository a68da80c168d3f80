/** Numbers as they are written on the page: of constant width, with a true minus sign. */

/** `+1.25`, `−0.40`, ` 0.00`: a figure space stands where a sign would. */
export function signed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return `\u2007${text}`;
  return `${value > 0 ? "+" : "−"}${text}`;
}

export function fixed(value: number, digits = 2): string {
  return value.toFixed(digits).replace("-", "−");
}

export function whole(value: number): string {
  return String(Math.round(value));
}

/** `8 s`, `2 min`: rounded up, since a promise of no time left is never kept. */
export function duration(seconds: number): string {
  return seconds < 90 ? `${Math.max(1, Math.ceil(seconds))} s` : `${Math.ceil(seconds / 60)} min`;
}

/** `812 B`, `3.4 MB`, `1.2 GB`: in powers of 1000, as disks are sold. */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"] as const;
  let size = count;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 99.5 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A number right-aligned in so many places, filled with spaces as wide as digits. */
export function aligned(text: string, places: number): string {
  return text.padStart(places, "\u2007");
}
