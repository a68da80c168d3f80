"""Frames: header and payload survive the way, and nothing else passes for a frame."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wend.errors import InvalidMessage
from wend.protocol.frames import (
    CODECS,
    FIELDS,
    HEADER,
    HEADER_BYTES,
    KINDS,
    MAGIC,
    QUALITIES,
    Frame,
    decode_frame,
    encode_frame,
)

FRAME = Frame(1, 2, 3, "webp", "final", 64, 32, 12.5, 0.25, b"payload")

FRAMES = st.builds(
    Frame,
    view=st.integers(0, 255),
    revision=st.integers(0, 2**32 - 1),
    serial=st.integers(0, 2**32 - 1),
    codec=st.sampled_from(CODECS),
    quality=st.sampled_from(QUALITIES),
    height=st.integers(0, 2**16 - 1),
    width=st.integers(0, 2**16 - 1),
    render_ms=st.floats(0, 1e6, width=32),
    wait_ms=st.floats(0, 1e6, width=32),
    payload=st.binary(max_size=64),
    kind=st.sampled_from(KINDS),
)


@given(FRAMES)
def test_a_frame_survives_the_way(frame: Frame) -> None:
    assert decode_frame(encode_frame(frame)) == frame


def test_the_header_is_little_endian_without_padding() -> None:
    assert HEADER_BYTES == 33
    data = encode_frame(FRAME)
    assert data[:4] == struct.pack("<I", MAGIC) == b"DNEW"
    assert data[9:13] == b"\x02\x00\x00\x00"
    assert data[HEADER_BYTES:] == b"payload"
    assert len(FIELDS) == len(HEADER.unpack(data[:HEADER_BYTES]))


@pytest.mark.parametrize("cut", [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 6])
def test_half_a_frame_is_refused(cut: int) -> None:
    with pytest.raises(InvalidMessage):
        decode_frame(encode_frame(FRAME)[:cut])


@pytest.mark.parametrize(
    ("place", "value"),
    [(0, 0), (4, 1), (6, len(CODECS)), (7, len(QUALITIES)), (8, len(KINDS)), (29, 8)],
)
def test_a_wrong_header_is_refused(place: int, value: int) -> None:
    data = bytearray(encode_frame(FRAME))
    data[place] = value
    with pytest.raises(InvalidMessage):
        decode_frame(bytes(data))


def test_more_than_a_frame_is_refused() -> None:
    with pytest.raises(InvalidMessage):
        decode_frame(encode_frame(FRAME) + b"\x00")


@given(st.binary(max_size=80))
def test_any_bytes_are_a_frame_or_refused(data: bytes) -> None:
    try:
        frame = decode_frame(data)
    except InvalidMessage:
        return
    assert len(frame.payload) == len(data) - HEADER_BYTES
