/** Grey PNG: eight-bit grey pixels as a file and back, without a canvas, which may change what passes through it. */

/** Pixels row by row, 0 black to 255 white. */
export interface GreyPixels {
  readonly height: number;
  readonly width: number;
  readonly grey: Uint8Array<ArrayBuffer>;
}

/** Bytes that are no PNG of the kind that the server keeps masks in. */
export class GreyPngInvalid extends Error {
  override readonly name = "GreyPngInvalid";
}

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10] as const;
/** 8 bits, grey, deflate, adaptive filters, not interlaced. Source: PNG specification, section 11.2.2. */
const GREY_8 = [8, 0, 0, 0, 0] as const;
const HEADER_BYTES = 13;
const CHUNK_EXTRA = 12;

export async function encodeGreyPng({ height, width, grey }: GreyPixels): Promise<Blob> {
  const header = new Uint8Array(HEADER_BYTES);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set(GREY_8, 8);
  // Each row begins with its filter; 0 is none.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  const packed = await through([rows], new CompressionStream("deflate"));
  const parts = [new Uint8Array(SIGNATURE), chunk("IHDR", header), chunk("IDAT", packed), chunk("IEND")];
  return new Blob(parts, { type: "image/png" });
}

/** Throws `GreyPngInvalid`. */
export async function decodeGreyPng(file: Blob): Promise<GreyPixels> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (SIGNATURE.some((byte, place) => bytes[place] !== byte)) throw new GreyPngInvalid("no PNG");
  let size: { height: number; width: number } | null = null;
  const data: Uint8Array<ArrayBuffer>[] = [];
  const view = new DataView(bytes.buffer);
  for (let at = SIGNATURE.length; at + CHUNK_EXTRA <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (kind === "IHDR") size = readHeader(body);
    if (kind === "IDAT") data.push(body);
    if (kind === "IEND") break;
    at += length + CHUNK_EXTRA;
  }
  if (size === null) throw new GreyPngInvalid("no header");
  const { height, width } = size;
  let rows: Uint8Array<ArrayBuffer>;
  try {
    rows = await through(data, new DecompressionStream("deflate"));
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
    throw new GreyPngInvalid("damaged", { cause: error });
  }
  if (rows.length !== height * (width + 1)) throw new GreyPngInvalid("too few pixels");
  return { height, width, grey: unfilter(rows, height, width) };
}

function readHeader(body: Uint8Array<ArrayBuffer>): { height: number; width: number } {
  if (body.length !== HEADER_BYTES || GREY_8.some((byte, place) => body[8 + place] !== byte)) {
    throw new GreyPngInvalid("not 8 bits of grey");
  }
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  return { width: view.getUint32(0), height: view.getUint32(4) };
}

/** Source: PNG specification, section 9.2, for one byte a pixel. */
function unfilter(rows: Uint8Array, height: number, width: number): Uint8Array<ArrayBuffer> {
  const grey = new Uint8Array(height * width);
  // Left of the first pixel and above the first row everything is 0.
  let above = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (width + 1)] ?? 0;
    const line = grey.subarray(y * width, (y + 1) * width);
    for (let x = 0; x < width; x++) {
      const guess = predict(filter, line[x - 1] ?? 0, above[x] ?? 0, above[x - 1] ?? 0);
      line[x] = (rows[y * (width + 1) + 1 + x] ?? 0) + guess;
    }
    above = line;
  }
  return grey;
}

function predict(filter: number, left: number, up: number, corner: number): number {
  switch (filter) {
    case 0:
      return 0;
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4:
      return paeth(left, up, corner);
    default:
      throw new GreyPngInvalid("unknown filter");
  }
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [
    Math.abs(estimate - left),
    Math.abs(estimate - up),
    Math.abs(estimate - corner),
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

async function through(
  parts: Uint8Array<ArrayBuffer>[],
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob(parts).stream().pipeThrough(stream)).arrayBuffer());
}

function chunk(kind: string, body: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(body.length + CHUNK_EXTRA);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, body.length);
  for (let place = 0; place < 4; place++) bytes[4 + place] = kind.charCodeAt(place);
  bytes.set(body, 8);
  view.setUint32(8 + body.length, crc32(bytes.subarray(4, 8 + body.length)));
  return bytes;
}

/** Source: PNG specification, annex D. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
