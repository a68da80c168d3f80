"""IDX files, the format of MNIST and its kin: grey pictures and their labels, plain or gzipped.

Source: LeCun, Cortes and Burges, "The MNIST database", section on file formats: two zero bytes, the
type of data (8 for unsigned bytes), the number of dimensions, each dimension as a big-endian 32-bit
count, then the data.
"""

import gzip
import math
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from wend.errors import DatasetInvalid
from wend.training.files import Progress
from wend.training.pictures import MAX_BYTES, MAX_PICTURES, Pictures, empty_pixels, grey_squares

IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801
GZIP_MAGIC = b"\x1f\x8b"
MAX_SIDE = 4096
CHUNK_BYTES = 2**25


def idx_magic(path: Path) -> int | None:
    """The magic number of an IDX file of pictures or labels, looked at inside gzip; None for others."""
    try:
        with _open(path) as file:
            head = file.read(4)
    except (OSError, EOFError, zlib.error):
        return None
    magic = int.from_bytes(head, "big") if len(head) == 4 else None
    return magic if magic in (IMAGES_MAGIC, LABELS_MAGIC) else None


def find_images(folder: Path) -> Path | None:
    """The file of pictures in a folder of IDX files: the training ones where there are several.

    Raises: DatasetInvalid when it cannot be told which.
    """
    found = [p for p in sorted(folder.iterdir()) if p.is_file() and idx_magic(p) == IMAGES_MAGIC]
    chosen = [p for p in found if "train" in p.name.lower()] or found
    if len({p.name.removesuffix(".gz") for p in chosen}) > 1:
        names = ", ".join(p.name for p in chosen)
        raise DatasetInvalid(folder.name, f"holds several files of pictures ({names}): name one of them")
    return chosen[0] if chosen else None


def read_idx(path: Path, size: int, progress: Progress, most: int | None = None) -> Pictures:
    """The pictures of an IDX file as uint8 [M, size, size, 1], with the labels found beside it.

    train-images-idx3-ubyte goes with train-labels-idx1-ubyte, either of them gzipped or not. Without a
    file of labels there are no classes. most: of more the first ones alone. Raises: DatasetInvalid for
    anything that does not add up.
    """
    with _open(path) as file:
        total, height, width = _header(file, path.name, IMAGES_MAGIC)
        count = total if most is None else min(total, most)
        pixels = empty_pixels(path.name, count, size, 1)
        chunk = max(1, CHUNK_BYTES // (height * width))
        for start in range(0, count, chunk):
            part = min(chunk, count - start)
            data = _read(file, part * height * width, path.name)
            squares = grey_squares(np.frombuffer(data, np.uint8).reshape(part, height, width), size)
            pixels[start : start + part] = squares
            progress(start + part, count)
        if count == total:
            _expect_end(file, path.name)
    labels = _labels_beside(path)
    if labels is None:
        return Pictures(pixels)
    classes = _read_labels(labels)
    if len(classes) != total:
        raise DatasetInvalid(labels.name, f"holds {len(classes)} labels for {total} pictures")
    return Pictures(pixels, classes[:count], tuple(str(k) for k in range(int(classes.max()) + 1)))


def _read_labels(path: Path) -> NDArray[np.int64]:
    with _open(path) as file:
        (count,) = _header(file, path.name, LABELS_MAGIC)
        data = _read(file, count, path.name)
        _expect_end(file, path.name)
    return np.frombuffer(data, np.uint8).astype(np.int64)


def _labels_beside(path: Path) -> Path | None:
    plain = path.name.removesuffix(".gz").replace("images", "labels").replace("idx3", "idx1")
    for name in (plain, f"{plain}.gz"):
        beside = path.with_name(name)
        if name != path.name and beside.is_file() and idx_magic(beside) == LABELS_MAGIC:
            return beside
    return None


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        is_gzip = file.read(2) == GZIP_MAGIC
        file.seek(0)
        # GzipFile is a binary stream in all but its declared type; it leaves `file` for us to close.
        yield cast("BinaryIO", gzip.GzipFile(fileobj=file)) if is_gzip else file


def _header(file: BinaryIO, name: str, magic: int) -> tuple[int, ...]:
    rank = magic & 0xFF
    found, *shape = struct.unpack(f">{1 + rank}I", _read(file, 4 * (1 + rank), name))
    if found != magic:
        raise DatasetInvalid(name, f"begins with {found:#010x}, not {magic:#010x}")
    is_absurd = min(shape) == 0 or shape[0] > MAX_PICTURES or any(side > MAX_SIDE for side in shape[1:])
    if is_absurd or math.prod(shape) > MAX_BYTES:
        raise DatasetInvalid(name, f"says it holds {' x '.join(map(str, shape))} bytes, which is absurd")
    return tuple(shape)


def _read(file: BinaryIO, size_bytes: int, name: str) -> bytes:
    """Exactly so many bytes. Raises: DatasetInvalid where there are fewer, or damaged ones."""
    try:
        data = file.read(size_bytes)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetInvalid(name, f"cannot be unpacked ({error})") from error
    if len(data) != size_bytes:
        raise DatasetInvalid(name, f"ends early: {len(data)} bytes where {size_bytes} should follow")
    return data


def _expect_end(file: BinaryIO, name: str) -> None:
    try:
        rest = file.read(1)
    except (OSError, EOFError, zlib.error) as error:
        raise DatasetInvalid(name, f"cannot be unpacked ({error})") from error
    if rest:
        raise DatasetInvalid(name, "goes on after its last picture or label")
