/** Kept: what a window writes down for its next visit, and how it is read back when a hand may have changed it. */

export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The object that was kept under a key; an empty one where there is none, or none that can be read. */
export function readKept(storage: KeyValueStorage, key: string): Readonly<Record<string, unknown>> {
  const text = storage.getItem(key);
  if (text === null) return {};
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? (data as Readonly<Record<string, unknown>>) : {};
  } catch (error) {
    // Another version or a hand wrote it; what was kept begins anew.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
