"""Writer: the one thread of this process that writes to the database, a transaction at a time."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine

from wend.database.faults import told

T = TypeVar("T")


class Writer:
    """Takes work from any thread, in order; each piece is one transaction, whole or not at all.

    A transaction begins by taking the write lock, so what it reads stays true until it ends, whatever
    other processes do.
    """

    def __init__(self, engine: Engine, path: Path, timeout_s: float) -> None:
        self._engine, self._path, self._timeout_s = engine, path, timeout_s
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="wend-database", daemon=True)

    def start(self) -> None:
        """Begin; what was submitted before waits until then."""
        self._thread.start()

    def submit(self, work: Callable[[Connection], T]) -> Future[T]:
        """Queue a transaction. The future raises DiskFull, DatabaseBusy or DatabaseInvalid, and whatever
        the work raises; nothing of it is kept then."""
        future: Future[T] = Future()

        def run() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(self._transact(work))
            except BaseException as error:  # noqa: BLE001 - whoever asked is told
                future.set_exception(error)

        self._queue.put(run)
        return future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._queue.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with told(self._path, self._timeout_s), self._engine.begin() as connection:
            return work(connection)

    def _run(self) -> None:
        while (run := self._queue.get()) is not None:
            run()
