"""Owner of the codec: bytes that decode to the pixels, and are the same twice."""

import io
from typing import get_args

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wend.errors import InvalidShape
from wend.imaging.codec import Codec, encode

CODECS: tuple[Codec, ...] = get_args(Codec)


def picture(size: int = 48) -> NDArray[np.uint8]:
    """A smooth picture with one hard coloured edge."""
    y, x = np.mgrid[0:size, 0:size] * (255 // size)
    pixels = np.stack([x, y, 255 - x], axis=2).astype(np.uint8)
    pixels[: size // 2, : size // 3] = (230, 40, 60)
    return pixels


def decode(payload: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(payload))
    image.load()
    return image


@pytest.mark.parametrize("codec", CODECS)
def test_format_and_size(codec: Codec) -> None:
    image = decode(encode(picture()[:32], codec))
    assert image.format == codec.upper()
    assert image.size == (48, 32)
    assert image.mode == "RGB"


@pytest.mark.parametrize("codec", CODECS)
def test_same_pixels_same_bytes(codec: Codec) -> None:
    assert encode(picture(), codec) == encode(picture().copy(), codec)


def test_png_is_lossless() -> None:
    assert np.array_equal(np.asarray(decode(encode(picture(), "png"))), picture())


@pytest.mark.parametrize(("codec", "limit"), [("jpeg", 3.0), ("webp", 6.0)])
def test_loss_is_small(codec: Codec, limit: float) -> None:
    error = np.abs(np.asarray(decode(encode(picture(), codec))).astype(float) - picture())
    assert error.mean() < limit


def test_jpeg_keeps_full_chroma() -> None:
    # 4:4:4: a column of saturated red one pixel wide survives; with halved chroma it turns grey.
    pixels = np.full((32, 32, 3), 128, np.uint8)
    pixels[:, 16] = (250, 10, 10)
    column = np.asarray(decode(encode(pixels, "jpeg")))[:, 16].astype(float).mean(axis=0)
    assert column[0] - column[1] > 200


@pytest.mark.parametrize("codec", CODECS)
def test_grey(codec: Codec) -> None:
    grey = picture()[:, :, :1]
    decoded = np.asarray(decode(encode(grey, codec)).convert("L")).astype(float)
    assert np.abs(decoded - grey[:, :, 0]).mean() < 4.0


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (1, 8, 8, 3)])
def test_refuses_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidShape):
        encode(np.zeros(shape, np.uint8), "png")
