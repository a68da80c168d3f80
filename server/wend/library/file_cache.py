"""File cache: the value read from a file, until the file changes."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
_MAX_ENTRIES = 4096


class FileCache(Generic[T]):
    """Remembers `read(path)` while the file's inode, size and time of change stay the same.

    Cards and walks are asked for with every render, and change about never. Thread-safe; errors are
    not remembered.
    """

    def __init__(self, read: Callable[[Path], T]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._entries: dict[Path, tuple[tuple[int, int, int], T]] = {}

    def get(self, path: Path) -> T:
        """The file's value. Raises what `read` raises, also for a missing file."""
        try:
            stat = path.lstat()
        except OSError:
            return self._read(path)
        stamp = (stat.st_ino, stat.st_size, stat.st_mtime_ns)
        with self._lock:
            entry = self._entries.get(path)
        if entry is not None and entry[0] == stamp:
            return entry[1]
        value = self._read(path)
        with self._lock:
            if len(self._entries) >= _MAX_ENTRIES:
                self._entries.clear()
            self._entries[path] = (stamp, value)
        return value
