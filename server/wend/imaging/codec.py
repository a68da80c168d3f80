"""Codec: eight-bit pictures to the bytes of an image file."""

import io
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wend.errors import InvalidShape

Codec = Literal["jpeg", "png", "webp"]

QUALITY = 92
"""Of JPEG and WebP. With 4:4:4 chroma a cartoon's coloured edges stay within a few 8-bit steps."""


def encode(pixels: NDArray[np.uint8], codec: Codec) -> bytes:
    """Encode pixels uint8 [H, W, C], C = 1 (grey) or 3 (RGB). The same pixels give the same bytes.

    PNG is lossless at the fastest compression level: it travels once, to a page that waits for it.
    Raises: InvalidShape.
    """
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3):
        raise InvalidShape("pixels", "[H, W, 1 or 3]", str(list(pixels.shape)))
    image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    buffer = io.BytesIO()
    match codec:
        case "jpeg":
            image.save(buffer, "JPEG", quality=QUALITY, subsampling=0)
        case "png":
            image.save(buffer, "PNG", compress_level=1)
        case "webp":
            image.save(buffer, "WEBP", quality=QUALITY, method=2)
        case _:
            assert_never(codec)
    return buffer.getvalue()
