"""Archive: pictures written into a zip one after another, which appears when it is whole."""

import os
import shutil
import tempfile
import weakref
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import IO

from wend.library.room import room


class Archive:
    """A zip in a file without a name, in a folder of scratch: nobody takes it for a whole one, and it is gone
    when its process is. Only what is added now is in memory.

    Every method raises DiskFull where there is no room.
    """

    def __init__(self, scratch: Path, name: str) -> None:
        self._name = name
        self._is_sealed = False
        with room(name):
            scratch.mkdir(parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - lives as long as this
            # PNGs do not become smaller.
            self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)
        weakref.finalize(self, _drop, self._zip, self._file)

    def add(self, name: str, data: bytes) -> None:
        """One file; its date is always the same, so that the same files make the same archive."""
        with room(self._name):
            self._zip.writestr(zipfile.ZipInfo(name), data)

    def seal(self, name: str, data: bytes) -> None:
        """One last file; of an archive that is sealed already nothing changes."""
        if self._is_sealed:
            return
        self.add(name, data)
        with room(self._name):
            self._zip.close()
        self._is_sealed = True

    def save(self, path: Path) -> int:
        """Copy the sealed archive there, under a hidden name first; its size in bytes."""
        partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
        try:
            with room(path.name), partial.open("wb") as file:
                self._file.seek(0)
                shutil.copyfileobj(self._file, file, 1 << 20)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
        return path.stat().st_size


def _drop(packed: zipfile.ZipFile, file: IO[bytes]) -> None:
    """Whatever became of it; a zip writes its end when it is closed, for which there may be no room."""
    with suppress(OSError):
        packed.close()
    file.close()
