/** Time as the socket client needs it: a real browser's, or a test's. */

export interface Clock {
  /** Milliseconds that never run backwards. */
  now(): number;
  /** Runs once before the next repaint. */
  onAnimationFrame(callback: () => void): void;
  /** Runs once after `ms` milliseconds; the returned function calls it off. */
  after(ms: number, callback: () => void): () => void;
}

/** The browser's own clock. */
export class BrowserClock implements Clock {
  now(): number {
    return performance.now();
  }

  onAnimationFrame(callback: () => void): void {
    requestAnimationFrame(callback);
  }

  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }
}
