"""The npz file of the published sprites: pictures and the factors behind them; nothing is unpickled.

The file also holds pickled metadata. That member is never opened: a pickle can run code.
"""

import zipfile
from pathlib import Path
from typing import IO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from wend.errors import DatasetInvalid
from wend.training.files import Progress, unpacking
from wend.training.pictures import MAX_BYTES, MAX_PICTURES, Pictures, empty_pixels, grey_squares
from wend.worlds.sprites import SHAPES

IMAGES, VALUES, CLASSES = "imgs.npy", "latents_values.npy", "latents_classes.npy"
MAX_SIDE = 4096
CHUNK_BYTES = 2**25
SHAPE_COLUMN = 1
LATENTS = 6


def is_npz(path: Path) -> bool:
    """Whether a zip holds numpy arrays rather than pictures."""
    try:
        with unpacking(path.name), zipfile.ZipFile(path) as archive:
            return any(name.endswith(".npy") for name in archive.namelist())
    except DatasetInvalid:
        return False


def read_npz(path: Path, size: int, progress: Progress, most: int | None = None) -> Pictures:
    """The sprites as uint8 [M, size, size, 1] of 0 and 255, their shape as class.

    `imgs` is uint8 [M, H, W] of 0 and 1, or of 0 to 255; `latents_classes`, int64 [M, 6], may be
    missing: then there are no classes. most: of more the first ones alone. Raises: DatasetInvalid.
    """
    with unpacking(path.name), zipfile.ZipFile(path) as archive:
        pixels, total = _read_images(archive, path.name, size, progress, most)
        if CLASSES not in archive.namelist():
            return Pictures(pixels)
        table = _read_table(archive, CLASSES, path.name)
    shapes = table[:, SHAPE_COLUMN]
    if len(table) != total or not np.isin(shapes, range(len(SHAPES))).all():
        raise DatasetInvalid(path.name, f"has a {CLASSES} that does not fit its {total} pictures")
    return Pictures(pixels, shapes[: len(pixels)].astype(np.int64), SHAPES)


def read_latents(path: Path) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """`latents_values` and `latents_classes`, [M, 6]: color, shape, scale, orientation, x, y.

    Raises: DatasetInvalid.
    """
    with unpacking(path.name), zipfile.ZipFile(path) as archive:
        values = _read_table(archive, VALUES, path.name).astype(np.float64)
        return values, _read_table(archive, CLASSES, path.name).astype(np.int64)


def _read_images(
    archive: zipfile.ZipFile, name: str, size: int, progress: Progress, most: int | None
) -> tuple[NDArray[np.uint8], int]:
    """At most so many, and how many there are."""
    with _member(archive, IMAGES, name) as file:
        shape, dtype = _header(file, IMAGES, name)
        if len(shape) != 3 or dtype != np.uint8 or max(shape[1:]) > MAX_SIDE:
            raise DatasetInvalid(name, f"has an {IMAGES} of {dtype} {list(shape)}, not of uint8 [M, H, W]")
        total, height, width = shape
        count = total if most is None else min(total, most)
        pixels = empty_pixels(name, count, size, 1)
        is_binary: bool | None = None
        chunk = max(1, CHUNK_BYTES // (height * width))
        for start in range(0, count, chunk):
            part = min(chunk, count - start)
            data = _exactly(file, part * height * width, name)
            raw = np.frombuffer(data, np.uint8).reshape(part, height, width)
            if is_binary is None:
                is_binary = bool(raw.max() <= 1)
            if is_binary and raw.max() > 1:
                raise DatasetInvalid(name, f"begins with pictures of 0 and 1, but not all of {IMAGES} are")
            pixels[start : start + part] = grey_squares(raw * np.uint8(255) if is_binary else raw, size)
            progress(start + part, count)
    return pixels, total


def _read_table(archive: zipfile.ZipFile, member: str, name: str) -> NDArray[np.generic]:
    with _member(archive, member, name) as file:
        shape, dtype = _header(file, member, name)
        if len(shape) != 2 or shape[1] != LATENTS or dtype.kind not in "fiu" or dtype.itemsize > 8:
            raise DatasetInvalid(name, f"has a {member} of {dtype} {list(shape)}, not of numbers [M, 6]")
        data = _exactly(file, shape[0] * shape[1] * dtype.itemsize, name)
    return np.frombuffer(data, dtype).reshape(shape)


def _member(archive: zipfile.ZipFile, member: str, name: str) -> IO[bytes]:
    if member not in archive.namelist():
        raise DatasetInvalid(name, f"has no {member}; of npz files, only the published sprites' are read")
    return archive.open(member)


def _header(file: IO[bytes], member: str, name: str) -> tuple[tuple[int, ...], np.dtype[np.generic]]:
    """Shape and type of an array, before any of it is read."""
    try:
        version = npy.read_magic(file)
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, is_fortran, dtype = read(file)
    except (ValueError, KeyError, SyntaxError) as error:
        raise DatasetInvalid(name, f"has a {member} whose header cannot be read ({error})") from error
    if dtype.hasobject:
        raise DatasetInvalid(name, f"has a {member} of pickled objects, which are never read")
    if is_fortran or not shape or min(shape) < 1 or shape[0] > MAX_PICTURES:
        raise DatasetInvalid(name, f"has a {member} of shape {list(shape)}, which is absurd")
    if int(np.prod(shape, dtype=object)) * dtype.itemsize > MAX_BYTES:
        raise DatasetInvalid(name, f"has a {member} of more than {MAX_BYTES // 2**30} GiB")
    return shape, dtype


def _exactly(file: IO[bytes], size_bytes: int, name: str) -> bytes:
    data = file.read(size_bytes)
    if len(data) != size_bytes:
        raise DatasetInvalid(name, f"ends early: {len(data)} bytes where {size_bytes} should follow")
    return data
