"""Database: one SQLite file, opened, checked, migrated; many readers and one writer thread."""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from wend.database.faults import told
from wend.database.migrate import check_head, migrate
from wend.database.writer import Writer
from wend.errors import DatabaseInvalid

T = TypeVar("T")

BUSY_TIMEOUT_S = 10.0
"""How long one process waits for another to end its transaction; ours take milliseconds."""
_SWITCH_S = 0.05  # between two tries to turn the log on while another process does


class Database:
    """Thread-safe. In write-ahead mode readers never wait for the writer, nor it for them.

    A transaction that was told as done survives a killed process, since the log is on disk's side of it;
    after a power cut the newest ones may be missing, and the file is whole
    (https://www.sqlite.org/pragma.html#pragma_synchronous, NORMAL in WAL mode).
    """

    def __init__(self, path: Path, timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.path = path
        self._timeout_s = timeout_s
        self._reading = _engine(path, timeout_s, "BEGIN")
        self._writing = _engine(path, timeout_s, "BEGIN IMMEDIATE")
        self._writer = Writer(self._writing, path, timeout_s)

    def open(self) -> Self:
        """Open or make the file and bring its tables to this version; everything else comes after it.

        Raises: DatabaseTooNew, DatabaseInvalid, DatabaseBusy, DiskFull; the file is then as it was.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseInvalid(self.path.name, f"its folder cannot be made ({error})") from error
        try:
            with told(self.path, self._timeout_s), self._writing.begin() as connection:
                _check(connection, self.path)
                migrate(connection, self.path.name)
        except BaseException:
            self._dispose()
            raise
        self._writer.start()
        return self

    def open_to_read(self) -> Self:
        """Open a file that is there, and change nothing of it: neither its tables nor its mode. `write` is
        not for such a one. Raises: DatabaseTooNew, DatabaseInvalid, also for tables of an older version."""
        self._reading.dispose()
        self._reading = _read_only(self.path, self._timeout_s)
        try:
            with told(self.path, self._timeout_s), self._reading.begin() as connection:
                check_head(connection, self.path.name)
        except BaseException:
            self._dispose()
            raise
        return self

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run on this thread with one consistent state of the tables. Raises: DatabaseInvalid."""
        with told(self.path, self._timeout_s), self._reading.begin() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run on the writer's thread as one transaction, and wait for it. Never call it from the event
        loop or the device thread. Raises as `Writer.submit`."""
        return self._writer.submit(work).result()

    def close(self) -> None:
        """Write what is queued, fold the log into the file, and let go of it."""
        self._writer.close()
        self._dispose()

    def _dispose(self) -> None:
        self._reading.dispose()
        self._writing.dispose()


def _read_only(path: Path, timeout_s: float) -> Engine:
    # A name with '?' or '%' in it is a name all the same (https://www.sqlite.org/uri.html).
    return create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=timeout_s),
        poolclass=NullPool,
    )


def _engine(path: Path, timeout_s: float, begin: str) -> Engine:
    engine = create_engine(
        # Not as one text: a '?' in a folder's name would end it.
        URL.create("sqlite", database=str(path.absolute())),
        connect_args={"timeout": timeout_s},
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        # Transactions are ours to begin: the driver's own way leaves table changes outside of them.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        _turn_log_on(connection, time.monotonic() + timeout_s)

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _turn_log_on(connection: sqlite3.Connection, deadline: float) -> None:
    """Write-ahead mode; SQLite does not wait by itself while another process turns it on."""
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_SWITCH_S)
        else:
            return


def _check(connection: Connection, path: Path) -> None:
    """Raises: DatabaseInvalid for a file with damaged pages."""
    found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if found != "ok":
        raise DatabaseInvalid(path.name, f"it is damaged ({found})")
