"""File lock: one process at a time, on every system; whoever ends, however it ends, gives it free."""

import os
import time

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    _FAR = 2**30
    """Which byte is locked there: others may not even read it, so it is one that no file has."""
    _LOOK_S = 0.05

    def lock_file(handle: int, wait: bool) -> bool:
        """As below, by locking(3) of Windows."""
        while True:
            os.lseek(handle, _FAR, os.SEEK_SET)
            try:
                msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            except OSError:
                if not wait:
                    return False
                time.sleep(_LOOK_S)
            else:
                os.lseek(handle, 0, os.SEEK_SET)
                return True

else:

    def lock_file(handle: int, wait: bool) -> bool:
        """Lock an open file until its handle is closed (flock(2)); whether it was had.

        Without `wait` it is tried once.
        """
        try:
            fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
