"""Beside: files and folders written under a hidden name, which take their place complete or not at all."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wend.errors import DiskFull

_LEFT_S = 24 * 3600.0
"""What has not changed for so long is nobody's any more."""


@contextmanager
def written_beside(folder: Path) -> Iterator[Path]:
    """A hidden folder to write into, which takes the place of `folder` when nothing went wrong.

    A new folder appears in one rename. An existing one is replaced by two: old and new files never mix,
    but for an instant neither is there, and a process killed in it leaves the old one as
    `.<name>.<process>.old`.
    """
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        yield partial
        _swap(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def sweep_partial(root: Path) -> None:
    """Take away folders that `written_beside` left half written when its process was killed."""
    for folder in root.glob(".*.partial") if root.is_dir() else ():
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > _LEFT_S:
                shutil.rmtree(folder, ignore_errors=True)


def _swap(partial: Path, folder: Path) -> None:
    for path in partial.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    if not folder.exists():
        partial.rename(folder)
        return
    old = folder.with_name(f".{folder.name}.{os.getpid()}.old")
    folder.rename(old)
    try:
        partial.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old)


def write_beside(path: Path, data: bytes) -> None:
    """Write a file, flush it, then rename: readers see the old one or the new one.

    Raises: DiskFull where it cannot be written; the old one is then as it was.
    """
    # The writer's ids keep two that write the same file out of each other's way.
    partial = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as error:
        with suppress(OSError):
            partial.unlink()
        raise DiskFull(f"{path.parent.name}/{path.name}", error.strerror or str(error)) from error
