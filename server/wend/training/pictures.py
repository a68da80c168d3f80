"""Pictures read from somewhere: what every reader of data sets returns, and the limits all of them keep."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from wend.errors import DatasetInvalid

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
# A picture that unpacks to more than this is a mistake or an attack, not training data.
MAX_IMAGE_PIXELS = 64_000_000
MAX_PICTURES = 4_000_000
# Pictures are kept in memory while a network trains on them; the classical sprites take 3 GiB.
MAX_BYTES = 16 * 2**30


@dataclass(frozen=True)
class Pictures:
    """pixels: uint8 [M, S, S, 3], or [M, S, S, 1] where all are grey; classes: int64 [M] where known."""

    pixels: NDArray[np.uint8]
    classes: NDArray[np.int64] | None = None
    class_names: tuple[str, ...] = ()


def empty_pixels(name: str, count: int, size: int, channels: int) -> NDArray[np.uint8]:
    """Room for pictures, uint8 [count, size, size, channels]. Raises: DatasetInvalid for too many."""
    size_bytes = count * size * size * channels
    if count > MAX_PICTURES or size_bytes > MAX_BYTES:
        raise DatasetInvalid(
            name,
            f"holds {count} pictures, {size_bytes / 2**30:.1f} GiB at {size} px; the limits are "
            f"{MAX_PICTURES} and {MAX_BYTES / 2**30:.0f} GiB",
        )
    try:
        return np.empty((count, size, size, channels), dtype=np.uint8)
    except MemoryError as error:
        raise DatasetInvalid(name, f"needs {size_bytes / 2**30:.1f} GiB of memory") from error


def read_square(data: io.BytesIO | Path, name: str, size: int) -> NDArray[np.uint8]:
    """The centre square of a picture file, uint8 [size, size, 3]. Raises: DatasetInvalid."""
    try:
        with Image.open(data) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                raise DatasetInvalid(name, f"is larger than {MAX_IMAGE_PIXELS // 1_000_000} megapixels")
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.asarray(ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DatasetInvalid(name, f"cannot be read as a picture ({error})") from error


def grey_squares(pictures: NDArray[np.uint8], size: int) -> NDArray[np.uint8]:
    """Grey pictures uint8 [N, H, W] as centre squares uint8 [N, size, size, 1]."""
    if pictures.shape[1:] == (size, size):
        return pictures[..., None]
    squares = [
        np.asarray(ImageOps.fit(Image.fromarray(p), (size, size), Image.Resampling.LANCZOS)) for p in pictures
    ]
    return np.stack(squares)[..., None]
