"""Picture files in a folder or a zip; one sub-folder per class gives classes."""

import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from wend.errors import DatasetInvalid
from wend.training.pictures import IMAGE_SUFFIXES, MAX_IMAGE_PIXELS, Pictures, empty_pixels, read_square

Progress = Callable[[int, int], None]

# RuntimeError: a password is wanted; NotImplementedError: a compression Python does not know; OSError: what
# bzip2 says of damage, or the disk; ValueError and struct.error: names and headers that make no sense.
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, NotImplementedError,
    ValueError, struct.error,
)  # fmt: skip


@contextmanager
def unpacking(name: str) -> Iterator[None]:
    """Whatever a zip that cannot be unpacked raises within, as DatasetInvalid of this file."""
    try:
        yield
    except _DAMAGE as error:
        raise DatasetInvalid(name, f"cannot be unpacked ({str(error) or type(error).__name__})") from error


def read_folder(folder: Path, size: int, progress: Progress) -> Pictures:
    """Every picture below a folder, in the order of their paths. Raises: DatasetInvalid."""
    files = {
        PurePosixPath(path.relative_to(folder).as_posix()): path
        for path in sorted(folder.rglob("*"))
        if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file()
    }
    shown = {name: path for name, path in files.items() if not _is_hidden(name)}
    return _read(
        folder.name, tuple(shown), (read_square(p, n.name, size) for n, p in shown.items()), size, progress
    )


def read_zip(source: Path, size: int, progress: Progress) -> Pictures:
    """Every picture in a zip, in the order of their names. Raises: DatasetInvalid."""
    with unpacking(source.name), zipfile.ZipFile(source) as archive:
        names = sorted(n for n in archive.namelist() if PurePosixPath(n).suffix.lower() in IMAGE_SUFFIXES)
        names = [n for n in names if not _is_hidden(PurePosixPath(n))]
        for name in names:
            if archive.getinfo(name).file_size > MAX_IMAGE_PIXELS * 4:
                raise DatasetInvalid(name, "unpacks to more than a picture may hold")
        pictures = (read_square(io.BytesIO(archive.read(n)), n, size) for n in names)
        return _read(source.name, tuple(PurePosixPath(n) for n in names), pictures, size, progress)


def classes_of_paths(paths: tuple[PurePosixPath, ...]) -> tuple[NDArray[np.int64] | None, tuple[str, ...]]:
    """The class of each path and the names of the classes, where every picture lies in one of several
    sub-folders of their common folder; (None, ()) otherwise."""
    if not paths:
        return None, ()
    folders = [path.parts[:-1] for path in paths]
    shared = 0
    while all(len(f) > shared for f in folders) and len({f[shared] for f in folders}) == 1:
        shared += 1
    if any(len(f) == shared for f in folders):
        return None, ()
    names = tuple(sorted({f[shared] for f in folders}))
    place = {name: index for index, name in enumerate(names)}
    return np.array([place[f[shared]] for f in folders], dtype=np.int64), names


def _is_hidden(path: PurePosixPath) -> bool:
    """What archivers and file managers leave behind."""
    return any(part.startswith(".") or part == "__MACOSX" for part in path.parts)


def _read(
    name: str,
    paths: tuple[PurePosixPath, ...],
    pictures: Iterator[NDArray[np.uint8]],
    size: int,
    progress: Progress,
) -> Pictures:
    if not paths:
        raise DatasetInvalid(name, f"holds no picture ({', '.join(IMAGE_SUFFIXES)})")
    pixels = empty_pixels(name, len(paths), size, 3)
    for index, picture in enumerate(pictures):
        pixels[index] = picture
        progress(index + 1, len(paths))
    return Pictures(pixels, *classes_of_paths(paths))
