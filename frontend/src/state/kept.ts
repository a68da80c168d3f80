/** Kept: what a window writes down for its next visit, and how it is read back when a hand may have changed it. */

export interface KeyValueStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface BrowserStorage extends KeyValueStorage {
  removeItem(key: string): void;
}

/**
 * A browser's storage that never breaks what writes to it: where it is full or forbidden that is told once, and what
 * should have been kept is kept for as long as the window is open. It is told a moment later: what tells it may be
 * made of what is read here.
 */
export function keepSafely(open: () => BrowserStorage, onRefused: () => void): BrowserStorage {
  const unkept = new Map<string, string>();
  let hasTold = false;
  const attempt = <T>(work: (storage: BrowserStorage) => T, instead: T): T => {
    try {
      return work(open());
    } catch (error) {
      // Quota reached, or a browser that keeps nothing for this site.
      if (!(error instanceof DOMException)) throw error;
      if (!hasTold) queueMicrotask(onRefused);
      hasTold = true;
      return instead;
    }
  };
  return {
    getItem: (key) => unkept.get(key) ?? attempt((storage) => storage.getItem(key), null),
    setItem: (key, value) => {
      const isKept = attempt((storage) => {
        storage.setItem(key, value);
        return true;
      }, false);
      if (isKept) unkept.delete(key);
      else unkept.set(key, value);
    },
    removeItem: (key) => {
      unkept.delete(key);
      attempt((storage) => storage.removeItem(key), undefined);
    },
  };
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
