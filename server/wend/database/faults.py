"""Faults: what SQLite says when it cannot, in the words of the error tree."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from wend.errors import DatabaseBusy, DatabaseInvalid, DiskFull, WendError

# Extended codes carry the kind in their low byte (https://www.sqlite.org/rescode.html).
_KIND = 0xFF
_SENTENCES = {
    sqlite3.SQLITE_CORRUPT: "it is damaged",
    sqlite3.SQLITE_NOTADB: "it is no database",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened",
    sqlite3.SQLITE_READONLY: "it cannot be written to",
    sqlite3.SQLITE_PERM: "it may not be opened",
    sqlite3.SQLITE_IOERR: "the disk cannot be read or written",
}


@contextmanager
def told(path: Path, timeout_s: float) -> Iterator[None]:
    """Errors of SQLite leave as DiskFull, DatabaseBusy or DatabaseInvalid; a fault of ours as it is."""
    try:
        yield
    except DBAPIError as error:
        known = as_wend_error(error.orig, path, timeout_s)
        if known is None:
            raise
        raise known from error
    except sqlite3.Error as error:
        known = as_wend_error(error, path, timeout_s)
        if known is None:
            raise
        raise known from error


def as_wend_error(error: BaseException | None, path: Path, timeout_s: float) -> WendError | None:
    """The error of the tree for one of SQLite; None for what is no fault of the file or its disk."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    kind = code & _KIND
    if kind == sqlite3.SQLITE_FULL:
        return DiskFull(path.name, "no space is left")
    if kind in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return DatabaseBusy(timeout_s)
    if kind in _SENTENCES:
        return DatabaseInvalid(path.name, f"{_SENTENCES[kind]} ({error})")
    return None
