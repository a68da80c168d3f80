"""Frames: the binary message, a fixed little-endian header and an encoded image or map."""

import struct
from dataclasses import dataclass
from typing import Literal

from wend.errors import InvalidMessage

Codec = Literal["jpeg", "png", "webp", "zlib"]
Kind = Literal["picture", "labels", "lines", "difference"]
Quality = Literal["live", "final"]
FieldType = Literal["u8", "u16", "u32", "f32"]

MAGIC = 0x57454E44  # "WEND"
FRAME_VERSION = 2
CODECS: tuple[Codec, ...] = ("jpeg", "png", "webp", "zlib")
"""A codec's number on the wire is its place here. zlib: one byte a pixel, row by row, of a map."""
KINDS: tuple[Kind, ...] = ("picture", "labels", "lines", "difference")
"""A kind's number on the wire is its place here. All but the picture are maps over the picture of their
revision: the index of a pixel's label; ink, 0 to 255; mean absolute difference from the start, the
picture without edits, in 8-bit steps."""
QUALITIES: tuple[Quality, ...] = ("live", "final")
"""A quality's number on the wire is its place here."""

FIELDS: tuple[tuple[str, FieldType], ...] = (
    ("magic", "u32"),
    ("version", "u8"),
    ("view", "u8"),
    ("codec", "u8"),
    ("quality", "u8"),
    ("kind", "u8"),
    ("revision", "u32"),
    ("serial", "u32"),
    ("height", "u16"),
    ("width", "u16"),
    ("render_ms", "f32"),
    ("wait_ms", "f32"),
    ("payload_bytes", "u32"),
)
"""The header's fields in order, little-endian, without padding."""

_STRUCT_CODES: dict[FieldType, str] = {"u8": "B", "u16": "H", "u32": "I", "f32": "f"}
HEADER = struct.Struct("<" + "".join(_STRUCT_CODES[kind] for _, kind in FIELDS))
HEADER_BYTES = HEADER.size


@dataclass(frozen=True)
class Frame:
    """One encoded picture, or map over a picture, on its way to a view.

    revision: of the Render it answers; serial: counts frames of the connection; size (height, width)
    in pixels; render_ms: device time; wait_ms: from arrival of the request to the start of its render,
    0 for a map.
    """

    view: int
    revision: int
    serial: int
    codec: Codec
    quality: Quality
    height: int
    width: int
    render_ms: float
    wait_ms: float
    payload: bytes
    kind: Kind = "picture"


def encode_frame(frame: Frame) -> bytes:
    """Header and payload as one message."""
    header = HEADER.pack(
        MAGIC,
        FRAME_VERSION,
        frame.view,
        CODECS.index(frame.codec),
        QUALITIES.index(frame.quality),
        KINDS.index(frame.kind),
        frame.revision,
        frame.serial,
        frame.height,
        frame.width,
        frame.render_ms,
        frame.wait_ms,
        len(frame.payload),
    )
    return header + frame.payload


def decode_frame(data: bytes) -> Frame:
    """Read a frame. Raises: InvalidMessage for anything that is not exactly one frame."""
    if len(data) < HEADER_BYTES:
        raise InvalidMessage(f"a frame has at least {HEADER_BYTES} bytes, this has {len(data)}")
    magic, version, view, codec, quality, kind, revision, serial, height, width, render_ms, wait_ms, size = (
        HEADER.unpack_from(data)
    )
    if magic != MAGIC or version != FRAME_VERSION:
        raise InvalidMessage("not a frame of this version")
    is_known = codec < len(CODECS) and quality < len(QUALITIES) and kind < len(KINDS)
    if not is_known or len(data) != HEADER_BYTES + size:
        raise InvalidMessage("a frame's header does not fit its payload")
    return Frame(
        view=view,
        revision=revision,
        serial=serial,
        codec=CODECS[codec],
        quality=QUALITIES[quality],
        height=height,
        width=width,
        render_ms=render_ms,
        wait_ms=wait_ms,
        payload=data[HEADER_BYTES:],
        kind=KINDS[kind],
    )
