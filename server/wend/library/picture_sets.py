"""Picture sets: folders and zips of real pictures that people brought, by name, for surveys and reports."""

import io
import re
import secrets
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath
from threading import Lock

from wend.errors import DiskFull, ImageInvalid, PictureSetNotFound
from wend.library.beside import write_beside

PICTURES_FOLDER = "pictures"
"""In the data folder."""
SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MAX_SETS = 200
MAX_FILES = 20_000
"""Of a set that is brought file by file."""
MAX_UNPACKED_BYTES = 2**33
"""Of a zip, by its own account: read piece by piece, none of it ever takes more than its account says."""
MAX_MEMBERS = 200_000
"""Of a zip, whatever they are: a list of all is made of them in memory."""
LEFT_FREE_BYTES = 2**28
"""Of the disk, whatever is brought."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
_OTHER = re.compile(r"[^A-Za-z0-9 ._-]+")
_MEMBER = b"PK\x01\x02"  # before each member in the list of a zip


@dataclass(frozen=True)
class PictureSet:
    """name: of the folder or zip, as a survey is told; count: files in it that are called pictures."""

    name: str
    count: int


class PictureSets:
    """One folder of folders and zips. Who put them there - the page, or hands - makes no difference.

    What lies in them is not looked at before it is read: a survey skips what is broken and names it. Links
    are left out. Thread-safe.
    """

    def __init__(
        self, folder: Path, free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
    ) -> None:
        """free: bytes that are left on the disk of a folder."""
        self._folder, self._free = folder, free
        # Between choosing a name and taking it.
        self._naming = Lock()

    def list(self) -> tuple[PictureSet, ...]:
        """Those there are, by name; a damaged zip holds none."""
        paths = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
        return tuple(
            PictureSet(path.name, _count(path))
            for path in paths
            if _NAME.fullmatch(path.name) and not path.is_symlink() and (path.is_dir() or _is_zip(path))
        )

    def open(self, name: str) -> str:
        """An empty folder of this name, or of one like it that is free. Raises: ImageInvalid, DiskFull."""
        with self._naming:
            free = self._free_name(name)
            try:
                (self._folder / free).mkdir(parents=True)
            except OSError as error:
                raise DiskFull(free, error.strerror or str(error)) from error
            return free

    def add(self, name: str, file: str, data: bytes) -> None:
        """A file into a folder that was opened, under its own name or one like it.

        Raises: PictureSetNotFound; ImageInvalid for a name that is no picture's, or too many; DiskFull.
        """
        folder = self._existing(name)
        if not folder.is_dir():
            raise PictureSetNotFound(name)
        plain = PurePosixPath(file.replace("\\", "/")).name
        suffix = PurePosixPath(plain).suffix.lower()
        if suffix not in SUFFIXES:
            raise ImageInvalid(f"{plain[:80]!r} is called none of {', '.join(SUFFIXES)}")
        stem = _OTHER.sub("-", PurePosixPath(plain).stem).strip(" .-_")[:80] or "picture"
        with self._naming:
            there = {path.name for path in folder.iterdir()}
            if len(there) >= MAX_FILES:
                raise ImageInvalid(f"a set that is brought file by file holds at most {MAX_FILES}")
            self._ensure_room(len(data), plain)
            names = (f"{stem}{suffix}", *(f"{stem}-{k}{suffix}" for k in range(2, len(there) + 3)))
            write_beside(folder / next(each for each in names if each not in there), data)

    def put_zip(self, name: str, data: bytes) -> PictureSet:
        """A zip under this name, or one like it that is free.

        Raises: ImageInvalid for what is no zip, holds no picture or far too many files, or would unpack to
        far too much; DiskFull.
        """
        if data.count(_MEMBER) > MAX_MEMBERS:
            raise ImageInvalid(f"more than {MAX_MEMBERS} files are in it")
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                members = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise ImageInvalid("its bytes are no whole zip") from error
        if not any(PurePosixPath(each.filename).suffix.lower() in SUFFIXES for each in members):
            raise ImageInvalid(f"no picture ({', '.join(SUFFIXES)}) is in it")
        unpacked = sum(each.file_size for each in members)
        if unpacked > MAX_UNPACKED_BYTES:
            most = MAX_UNPACKED_BYTES // 2**30
            raise ImageInvalid(f"it would unpack to {unpacked / 2**30:.0f} GiB, and {most} are allowed")
        self._ensure_room(len(data), name)
        with self._naming:
            free = self._free_name(name if name.lower().endswith(".zip") else f"{name}.zip")
            write_beside(self._folder / free, data)
        return PictureSet(free, _count(self._folder / free))

    def get(self, name: str) -> PictureSet:
        """Raises: PictureSetNotFound."""
        return PictureSet(name, _count(self._existing(name)))

    def delete(self, name: str) -> None:
        """Raises: PictureSetNotFound."""
        path = self._existing(name)
        if path.is_dir():
            # A name of its own: what could not be taken away once is in nobody's way.
            gone = path.with_name(f".{name}.{secrets.token_hex(4)}.partial")
            with self._naming:
                path.rename(gone)
            shutil.rmtree(gone, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)

    def _existing(self, name: str) -> Path:
        path = self._folder / name
        # Nothing a client sent is ever joined to a path that is used unless it is a plain name.
        if _NAME.fullmatch(name) is None or path.is_symlink() or not path.exists():
            raise PictureSetNotFound(name[:80])
        return path

    def _free_name(self, name: str) -> str:
        plain = PurePosixPath(name.replace("\\", "/")).name
        is_zip = plain.lower().endswith(".zip")
        stem = (
            _OTHER.sub("-", PurePosixPath(plain).stem if is_zip else plain).strip(" .-_")[:80] or "pictures"
        )
        suffix = ".zip" if is_zip else ""
        self._folder.mkdir(parents=True, exist_ok=True)
        taken = {path.name for path in self._folder.iterdir()}
        if len(taken) >= MAX_SETS:
            raise ImageInvalid(f"there are {MAX_SETS} sets of pictures already; delete one")
        names = (f"{stem}{suffix}" if k == 1 else f"{stem}-{k}{suffix}" for k in count(1))
        return next(each for each in names if each not in taken)

    def _ensure_room(self, needed: int, name: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._free(self._folder) < needed + LEFT_FREE_BYTES:
            raise DiskFull(name, "too little room is left on the disk")


def is_picture(name: str) -> bool:
    """Whether a file of this name, below its set, is taken for a picture: not what archivers leave behind."""
    path = PurePosixPath(name)
    is_hidden = any(part.startswith(".") or part == "__MACOSX" for part in path.parts)
    return path.suffix.lower() in SUFFIXES and not is_hidden


def _count(path: Path) -> int:
    """As many as a survey of it finds."""
    if path.is_dir():
        return sum(
            is_picture(each.relative_to(path).as_posix()) and each.is_file() and not each.is_symlink()
            for each in path.rglob("*")
        )
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(map(is_picture, archive.namelist()))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return 0


def _is_zip(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() == ".zip"
