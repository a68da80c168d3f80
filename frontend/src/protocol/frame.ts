/** Frames: the binary message of the socket, a fixed little-endian header and an encoded image or map. */

import {
  type FrameCodec,
  type FrameKind,
  type FrameLayout,
  type FrameQuality,
  frameCodecValues,
  frameKindValues,
  frameQualityValues,
} from "./messages.gen";

/** The header of `protocol/frames.py`: its type holds the server's own numbers, so tsc compares them. */
const LAYOUT: Pick<FrameLayout, "magic" | "version" | "header_bytes" | "offsets"> = {
  magic: 0x57454e44, // "WEND"
  version: 2,
  header_bytes: 33,
  offsets: {
    magic: 0,
    version: 4,
    view: 5,
    codec: 6,
    quality: 7,
    kind: 8,
    revision: 9,
    serial: 13,
    height: 17,
    width: 19,
    render_ms: 21,
    wait_ms: 25,
    payload_bytes: 29,
  },
};

export type Quality = FrameQuality;
/** A map over a picture. */
export type MapKind = Exclude<FrameKind, "picture">;

/**
 * One encoded picture for a view, or a map over the picture of its revision: one byte a pixel, under zlib. `revision` is that of the render it answers, `serial` counts frames of
 * the connection; sizes in pixels; `renderMs` is device time, `waitMs` the time before its render began.
 */
export interface Frame {
  readonly kind: FrameKind;
  readonly view: number;
  readonly revision: number;
  readonly serial: number;
  readonly codec: FrameCodec;
  readonly quality: Quality;
  readonly height: number;
  readonly width: number;
  readonly renderMs: number;
  readonly waitMs: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Anything that is not exactly one frame. */
export class FrameInvalid extends Error {
  override readonly name = "FrameInvalid";
}

/** Read a frame; the payload is a view into `data`, not a copy. Throws `FrameInvalid`. */
export function decodeFrame(data: ArrayBuffer): Frame {
  const { magic, version, header_bytes, offsets } = LAYOUT;
  if (data.byteLength < header_bytes) {
    throw new FrameInvalid(`a frame has at least ${header_bytes} bytes, this has ${data.byteLength}`);
  }
  const header = new DataView(data);
  if (header.getUint32(offsets.magic, true) !== magic || header.getUint8(offsets.version) !== version) {
    throw new FrameInvalid("not a frame of this version");
  }
  const codec = frameCodecValues[header.getUint8(offsets.codec)];
  const quality = frameQualityValues[header.getUint8(offsets.quality)];
  const kind = frameKindValues[header.getUint8(offsets.kind)];
  const payloadBytes = header.getUint32(offsets.payload_bytes, true);
  if (!codec || !quality || !kind || data.byteLength !== header_bytes + payloadBytes) {
    throw new FrameInvalid("a frame's header does not fit its payload");
  }
  return {
    kind,
    view: header.getUint8(offsets.view),
    codec,
    quality,
    revision: header.getUint32(offsets.revision, true),
    serial: header.getUint32(offsets.serial, true),
    height: header.getUint16(offsets.height, true),
    width: header.getUint16(offsets.width, true),
    renderMs: header.getFloat32(offsets.render_ms, true),
    waitMs: header.getFloat32(offsets.wait_ms, true),
    payload: new Uint8Array(data, header_bytes),
  };
}
