"""Upload: the bytes of an image file that a stranger sent, read as plain pixels and nothing else."""

import io
import struct
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from wend.errors import ImageInvalid

ImageKind = Literal["mask", "photo", "sketch", "labels"]
"""sketch: a line drawing; labels: a number a pixel."""

MAX_SIDE = 4096
FORMATS = ("PNG", "JPEG", "WEBP")

_ORIENTATION = 0x0112  # EXIF 2.32, section 4.6.4: how a camera was held
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_DEEP_GREY = ("I;16", "I;16L", "I;16B", "I;16N", "I")
# Everything Pillow is known to raise for a damaged file; what else it raises is a bug worth a log line.
_DAMAGED = (OSError, SyntaxError, ValueError, struct.error, EOFError, IndexError, KeyError, TypeError)
_PHONES = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif", b"avis")
"""Brands of files of the ISO base media format (ISO 23008-12, annex B)."""
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def read_upload(data: bytes, kind: ImageKind) -> NDArray[np.uint8]:
    """Pixels uint8 [H, W, 1] of a mask (255 = inside), [H, W, 3] of a photo (RGB), as people see it; of a
    sketch [H, W, 4] (RGBA, not cleaned), of labels [H, W, 1] (grey, or the numbers of a palette).

    The format is found in the bytes, never believed from a name. Sizes are read from the header, before
    anything is unpacked. A photo lies on white where it is transparent; a mask is its transparency
    where it has any, else its lightness. Of an animation the first frame is read.
    Raises: ImageInvalid.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(*image.size)
            upright = _upright(image)
            pixels = np.array(_plain(upright, kind))
    except _BOMB as error:
        raise ImageInvalid(f"a side is at most {MAX_SIDE} pixels") from error
    except _DAMAGED as error:
        raise ImageInvalid(_foreign(data) or "its bytes are no whole PNG, JPEG or WebP") from error
    return pixels[:, :, None] if pixels.ndim == 2 else pixels


def _foreign(data: bytes) -> str:
    """What to say of a picture in another format that people send; "" for any other bytes."""
    if data[4:8] == b"ftyp" and data[8:12] in _PHONES:
        return "it is a HEIC or AVIF photo, as phones take them, and these are not read: save it as JPEG"
    if data[:4] == b"GIF8":
        return "it is a GIF, and these are not read: save the frame you mean as PNG"
    return ""


def _check_size(width: int, height: int) -> None:
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise ImageInvalid(f"it is {width} x {height} pixels, and a side is at most {MAX_SIDE}")


def _upright(image: Image.Image) -> Image.Image:
    image.load()
    try:
        turn = _TURNS.get(image.getexif().get(_ORIENTATION, 1))
    except _DAMAGED:
        turn = None  # notes of a camera that nobody can read say nothing of how it was held
    return image if turn is None else image.transpose(turn)


def _plain(image: Image.Image, kind: ImageKind) -> Image.Image:
    if kind == "labels" and image.mode == "P":
        return Image.fromarray(np.asarray(image))
    if image.mode in _DEEP_GREY:
        # Pillow cuts 16 bits off at 255 instead of scaling them.
        deep = np.asarray(image).astype(np.float64) / 257.0
        image = Image.fromarray(np.clip(np.round(deep), 0, 255).astype(np.uint8))
    colors = image.convert("RGBA")
    alpha = colors.getchannel("A")
    is_opaque = alpha.getextrema() == (255, 255)
    match kind:
        case "mask":
            return image.convert("L") if is_opaque else alpha
        case "photo":
            if is_opaque:
                return image.convert("RGB")
            paper = Image.new("RGBA", colors.size, "white")
            return Image.alpha_composite(paper, colors).convert("RGB")
        case "sketch":
            return colors
        case "labels":
            return image.convert("L")
        case _:
            assert_never(kind)
