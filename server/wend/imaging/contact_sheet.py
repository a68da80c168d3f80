"""Contact sheets: many pictures on one page, row by row."""

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image
from torch import Tensor

from wend.imaging.codec import QUALITY
from wend.imaging.pixels import to_uint8


def contact_sheet(images: Tensor, columns: int | None = None, gap: int = 2) -> Image.Image:
    """Lay images float [N, 3, H, W] in [-1, 1] out in a grid on light grey, `gap` pixels apart."""
    pixels = to_uint8(images).cpu().numpy()
    count, height, width, _ = pixels.shape
    columns = columns or math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    shape = (rows * (height + gap) + gap, columns * (width + gap) + gap, 3)
    page = np.full(shape, 236, dtype=np.uint8)
    for index in range(count):
        top = gap + (index // columns) * (height + gap)
        left = gap + (index % columns) * (width + gap)
        page[top : top + height, left : left + width] = pixels[index]
    return Image.fromarray(page)


def sheet_jpeg(images: Tensor, columns: int | None = None) -> bytes:
    """A contact sheet as a file, every colour at full resolution."""
    buffer = io.BytesIO()
    contact_sheet(images, columns).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()


def save_sheet(images: Tensor, path: Path, columns: int | None = None) -> None:
    """Write a contact sheet; the format follows the file name (.png, .jpg)."""
    contact_sheet(images, columns).save(path, quality=92)
