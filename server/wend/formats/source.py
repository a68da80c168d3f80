"""Source: the bytes of a foreign file, read where they are needed, with a name for what is said of it."""

import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wend.errors import FormatDamaged, FormatRefused, FormatTooLarge
from wend.formats.limits import Limits


@dataclass(frozen=True)
class Source:
    """A seekable file of `size` bytes; `name` is the file's own name, for people.

    limits: those of a file of its size; depth: how many files it lies within (a storage inside a pickle is
    a file of its own).
    """

    name: str
    file: BinaryIO
    size: int
    limits: Limits
    depth: int = 0

    @classmethod
    def open(cls, path: Path, limits: Limits) -> "Source":
        """Raises: FormatRefused for what is no ordinary file, a link too; FormatTooLarge."""
        name = path.name
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except FileNotFoundError as error:
            raise FormatRefused(name, "it is not there") from error
        except OSError as error:
            why = "it is a symbolic link" if path.is_symlink() else error.strerror or "it cannot be opened"
            raise FormatRefused(name, why) from error
        file = os.fdopen(handle, "rb")
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            file.close()
            raise FormatRefused(name, "it is no ordinary file")
        if found.st_size > limits.file_bytes:
            file.close()
            raise FormatTooLarge(name, f"it has {found.st_size} bytes, more than {limits.file_bytes}")
        return cls(name, file, found.st_size, limits.of_file(found.st_size))

    def inside(self, data: bytes) -> "Source":
        """Bytes found in this file that are a file of their own. Raises: FormatTooLarge."""
        if self.depth >= 2:
            raise FormatTooLarge(self.name, "files are nested within files within files")
        return Source(self.name, io.BytesIO(data), len(data), self.limits, self.depth + 1)

    def read(self, offset: int, length: int) -> bytes:
        """Exactly `length` bytes. Raises: FormatDamaged where the file is shorter."""
        if offset < 0 or length < 0 or offset + length > self.size:
            raise FormatDamaged(self.name, "it is cut short")
        self.file.seek(offset)
        data = self.file.read(length)
        if len(data) != length:
            raise FormatDamaged(self.name, "it is cut short")
        return data
