"""Writer: one thread that puts a job's files on disk, so that no flush runs where its slices do."""

from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait


class FileWriter:
    """Writes in the order asked for. Its thread begins with the first write and ends with `close`."""

    def __init__(self, name: str) -> None:
        self._lane = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"wend-files-{name}")
        self._pending: list[Future[None]] = []

    def put(self, write: Callable[[], None]) -> Future[None]:
        """Write soon; returns at once."""
        future = self._lane.submit(write)
        self._pending.append(future)
        return future

    def check(self) -> None:
        """Raises: what the first write that failed since the last check has raised."""
        done = [write for write in self._pending if write.done()]
        self._pending = [write for write in self._pending if not write.done()]
        for write in done:
            write.result()

    def wait(self, timeout_s: float) -> bool:
        """Wait a little; whether everything asked for is on disk. Raises as `check`."""
        wait(self._pending, timeout_s, FIRST_EXCEPTION)
        self.check()
        return not self._pending

    def close(self) -> None:
        """Finish what was asked for, and end the thread."""
        self._lane.shutdown(wait=True)
