/** PNG text: the words that travel in a picture's file, beside its pixels. */

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Longer ones are no document of ours. */
const MAX_TEXT_BYTES = 4 * 1024 * 1024;

/** The keyword of the text that says, as a document, what a picture shows. */
export const PICTURE_KEYWORD = "wend";

/**
 * The text of a keyword, from the tEXt and plain iTXt chunks of a PNG (PNG specification, 11.3.4); null where it has
 * none, and for what is no PNG or ends too soon. Only what stands before the pixels is looked through.
 */
export function readPngText(bytes: Uint8Array, keyword: string): string | null {
  if (SIGNATURE.some((byte, place) => bytes[place] !== byte)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const type = latin(bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length || type === "IDAT" || type === "IEND") return null;
    const found = length <= MAX_TEXT_BYTES ? textOf(type, bytes.subarray(at + 8, end), keyword) : null;
    if (found !== null) return found;
    at = end + 4;
  }
  return null;
}

function textOf(type: string, data: Uint8Array, keyword: string): string | null {
  if ((type !== "tEXt" && type !== "iTXt") || latin(data.subarray(0, keyword.length)) !== keyword)
    return null;
  if (data[keyword.length] !== 0) return null;
  const rest = data.subarray(keyword.length + 1);
  if (type === "tEXt") return latin(rest);
  // Compression flag and method, language, translated keyword, each of the last two ended by a zero; then UTF-8.
  if (rest[0] !== 0) return null;
  const language = rest.indexOf(0, 2);
  const translated = language < 0 ? -1 : rest.indexOf(0, language + 1);
  return translated < 0 ? null : new TextDecoder().decode(rest.subarray(translated + 1));
}

function latin(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
