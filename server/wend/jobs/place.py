"""Place: where the jobs of a data folder lie."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wend.database.database import Database
from wend.jobs.clock import SystemClock
from wend.jobs.lease import this_process
from wend.jobs.store import JobStore

DATABASE_FILE = "wend.db"
JOBS_FOLDER = "jobs"


@contextmanager
def opened_jobs(data_dir: Path) -> Iterator[tuple[JobStore, Path]]:
    """The records of a data folder, as this process's, and the folder of their files.

    Raises: DatabaseTooNew, DatabaseInvalid, DatabaseBusy, DiskFull.
    """
    database = Database(data_dir / DATABASE_FILE).open()
    try:
        yield JobStore(database, this_process(), SystemClock().wall), data_dir / JOBS_FOLDER
    finally:
        database.close()


@contextmanager
def read_jobs(data_dir: Path) -> Iterator[tuple[JobStore, Path]]:
    """As `opened_jobs`, to look and change nothing. Raises: DatabaseTooNew, DatabaseInvalid."""
    database = Database(data_dir / DATABASE_FILE).open_to_read()
    try:
        yield JobStore(database, this_process(), SystemClock().wall), data_dir / JOBS_FOLDER
    finally:
        database.close()
