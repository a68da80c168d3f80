"""Lock: one process at a time writes the files of a job, and a killed one gives them free."""

import os
import socket
from pathlib import Path
from typing import Self

from wend.library.file_lock import lock_file

LOCK_FILE = "lock"


class FolderLock:
    """Held from `take` to `free`, or to the end of the process, however it ends."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, folder: Path) -> Self | None:
        """The lock of a folder that exists; None while another holds it."""
        handle = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            is_ours = lock_file(handle, wait=False)
        except BaseException:
            os.close(handle)
            raise
        if not is_ours:
            os.close(handle)
            return None
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()} {socket.gethostname()}".encode())
        return cls(handle)

    def free(self) -> None:
        """Give it back; once more is no matter."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def __del__(self) -> None:
        """A work that was dropped holds nothing."""
        self.free()


def holder(folder: Path) -> str:
    """Who has taken the lock last, in words."""
    pid, _, host = (folder / LOCK_FILE).read_text(encoding="utf-8", errors="replace").partition(" ")
    return f"process {pid} on {host}" if host else "another process"
