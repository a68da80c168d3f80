/** Links: a document inside a URL's fragment, compressed, so that no server has to keep it. */

import { WendProblem } from "../protocol/http";
import type { WendDocument } from "../protocol/wire";
import { DocumentInvalid } from "./foreign";
import { type Salvaged, salvageDocument } from "./salvage";

/** What comes before the packed document in a fragment. */
const PREFIX = "#p=";
/** What comes before the id of a saved document, behind it. */
const SAVED = "&d=";

/** The limit of an inline link; `MAX_EDITS` edits stay below it (a test packs the worst case). */
export const MAX_LINK_BYTES = 2048;

/** The limit of what the address keeps: browsers hold far more, and a long timeline should survive a reload. */
export const MAX_ADDRESS_BYTES = 32 * 1024;

/** The most a link may unpack to: above any document, far below a compression bomb. */
const MAX_DOCUMENT_BYTES = 2 * 1024 * 1024;

/** The fragment that holds this document, `#p=` included. Throws `WendProblem` when it would be longer than `limit`. */
export async function encodeLink(document: WendDocument, limit = MAX_LINK_BYTES): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify(document));
  const packed = await collect(through(text, new CompressionStream("deflate-raw")), Number.POSITIVE_INFINITY);
  if (packed.length > limit) throw tooLong(document);
  return PREFIX + toBase64Url(packed);
}

function tooLong({ timeline }: WendDocument): WendProblem {
  return timeline === null
    ? new WendProblem(
        "link_too_long",
        "This picture is too large for a link.",
        "Bring some sliders back to zero; the address keeps an earlier picture until then.",
      )
    : new WendProblem(
        "link_too_long",
        "This timeline is too long for a link.",
        "Save the document as a file instead: in the Timeline, under Export.",
      );
}

/** A fragment that also names the saved document which the packed one is a state of. */
export function withSaved(fragment: string, id: string | null): string {
  return id === null ? fragment : `${fragment}${SAVED}${id}`;
}

/** The fragment that names a saved document, and packs nothing of it. */
export function savedAlone(id: string): string {
  return `#d=${id}`;
}

/** A fragment that names no saved document; what is packed in it stays. */
export function withoutSaved(fragment: string): string {
  const rest = fragment.replace(/([#&])d=[0-9a-f]{12}(?=&|$)/, (_, mark) => (mark === "#" ? "#" : ""));
  return rest === "#" ? "" : rest;
}

/** The id of the saved document that a fragment names, if it names one. */
export function savedIn(fragment: string): string | null {
  return /[#&]d=([0-9a-f]{12})(?:&|$)/.exec(fragment)?.[1] ?? null;
}

/** The document in a fragment, as far as it can be read; null when it holds none. Throws `DocumentInvalid`. */
export async function decodeLink(fragment: string): Promise<Salvaged | null> {
  if (!fragment.startsWith(PREFIX)) return null;
  const packed = fragment.slice(PREFIX.length).split("&")[0] ?? "";
  return salvageDocument(await unpack(packed));
}

async function unpack(text: string): Promise<unknown> {
  try {
    const packed = fromBase64Url(text);
    const bytes = await collect(through(packed, new DecompressionStream("deflate-raw")), MAX_DOCUMENT_BYTES);
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    // Bad letters, a cut-off stream, bad UTF-8 and bad JSON mean the same to whoever opened the link.
    throw new DocumentInvalid("It is incomplete or was altered on its way.", { cause: error });
  }
}

function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream): ReadableStream<Uint8Array> {
  return new Blob([bytes]).stream().pipeThrough(stream);
}

async function collect(stream: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > limit) throw new RangeError(`more than ${limit} bytes`);
    parts.push(part);
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function toBase64Url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
