/** Addresses: where what the server has lies, seen from the page. */

/**
 * Of a path as the server names it, with its first slash. Relative, since the page may stand under a base path of a
 * proxy that nobody told it of; the page has no address below its own.
 */
export function addressOf(path: string): string {
  return `.${path}`;
}
