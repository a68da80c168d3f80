"""Picture files: a folder or a zip of pictures, read one at a time, in an order drawn once."""

import hashlib
import weakref
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from wend.errors import ImageInvalid, InvalidInput
from wend.imaging.upload import read_upload
from wend.library.picture_sets import SUFFIXES, is_picture

MAX_FILE_BYTES = 64 * 2**20
MAX_FILES = 1_000_000
_ORDER_SEED = 1
_BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Compressions that can be undone a little at a time. Of others a few kB may become gigabytes at once."""
_PIECE = 2**20
_UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError, KeyError)
"""What reading says of damage, passwords and compressions it does not know."""


class PictureFiles:
    """Pictures below a folder, or in a zip, links and hidden files aside.

    Their order is a permutation of the sorted names, so that the first of them are a fair sample.
    Source: Bau et al. 2019, released code: the first 10 000 of a permutation seeded with 1.
    """

    def __init__(self, path: Path) -> None:
        """Raises: InvalidInput where there is no such folder or zip, or no picture in it."""
        self.path = path
        self._archive: zipfile.ZipFile | None = None
        if path.is_dir():
            found = (
                each.relative_to(path).as_posix()
                for each in path.rglob("*")
                if each.suffix.lower() in SUFFIXES and each.is_file() and not each.is_symlink()
            )
        else:
            try:
                self._archive = zipfile.ZipFile(path)
            except (OSError, zipfile.BadZipFile, NotImplementedError, ValueError) as error:
                raise InvalidInput(f"{path.name} is neither a folder nor a zip of pictures.") from error
            weakref.finalize(self, self._archive.close)
            found = (name for name in self._archive.namelist())
        names = sorted(filter(is_picture, found))[:MAX_FILES]
        if not names:
            raise InvalidInput(f"{path.name} holds no picture ({', '.join(SUFFIXES)}).")
        order = np.random.RandomState(_ORDER_SEED).permutation(len(names))
        self.names = tuple(names[k] for k in order)
        told = hashlib.sha256()
        for name in names:
            told.update(f"{name}\0{self._size(name)}\0".encode(errors="surrogatepass"))
        self.digest = told.hexdigest()
        """Of the names and sizes of all: other files have another one."""

    def __len__(self) -> int:
        return len(self.names)

    def _size(self, name: str) -> int:
        """In bytes; -1 for a file that has gone since."""
        if self._archive is not None:
            return self._archive.getinfo(name).file_size
        try:
            return (self.path / name).stat().st_size
        except OSError:
            return -1

    def read(self, place: int, size: int) -> NDArray[np.uint8]:
        """The centre square of a picture, uint8 [size, size, 3]: its shorter side brought to `size`.

        Raises: ImageInvalid for a file that cannot be read, whatever is wrong with it.
        """
        pixels = read_upload(self._bytes(self.names[place]), "photo")
        fitted = ImageOps.fit(Image.fromarray(pixels), (size, size), Image.Resampling.LANCZOS)
        square: NDArray[np.uint8] = np.asarray(fitted)
        return square

    def _bytes(self, name: str) -> bytes:
        too_large = f"it is larger than {MAX_FILE_BYTES // 2**20} MB"
        try:
            if self._archive is None:
                path = self.path / name
                if path.stat().st_size > MAX_FILE_BYTES:
                    raise ImageInvalid(too_large)
                return path.read_bytes()
            member = self._archive.getinfo(name)
            if member.compress_type not in _BOUNDED:
                raise ImageInvalid("its compression is none of deflate and stored")
            if member.file_size > MAX_FILE_BYTES:
                raise ImageInvalid(too_large)
            # The size is the archive's own word: piece by piece, no more is unpacked than it says.
            with self._archive.open(member) as file:
                return b"".join(iter(lambda: file.read(_PIECE), b""))
        except _UNREADABLE as error:
            raise ImageInvalid(f"it cannot be read ({error})") from error
