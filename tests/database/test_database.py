"""The database: whole transactions, two processes, and clear words for files it cannot use."""

import multiprocessing
import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, insert, select

from wend.database.database import Database
from wend.database.tables import EVENTS, JOBS, METADATA
from wend.errors import DatabaseBusy, DatabaseInvalid, DatabaseTooNew, DiskFull

JOB = {
    "id": "0123456789ab",
    "kind": "count",
    "title": "Count",
    "runs": "device",
    "browser": "",
    "params": {"to": 3},
    "seed": 0,
    "created_at": 1.0,
    "state": "queued",
    "queued_at": 1.0,
    "label": "",
    "fraction": 0.0,
    "seconds": 0.0,
    "updates": 0,
    "losses": {},
    "preview": 0,
    "facts": {},
    "walks": [],
    "notes": "",
    "versions": {},
    "device": "",
    "is_fresh": 1,
    "deaths": 0,
}


def add_job(connection: Connection) -> None:
    connection.execute(insert(JOBS).values(**JOB))


def count_jobs(connection: Connection) -> int:
    return len(connection.execute(select(JOBS.c.id)).all())


def add_event(connection: Connection) -> None:
    connection.execute(insert(EVENTS).values(job=JOB["id"], at=0.0, text="x" * 200))


def add_events(path: Path, count: int) -> None:
    database = Database(path).open()
    for _ in range(count):
        database.write(add_event)
    database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data 100%" / "wend.db"


def test_what_is_written_is_there_after_opening_again(path: Path) -> None:
    for expected in (0, 1):
        database = Database(path).open()
        assert database.read(count_jobs) == expected
        if not expected:
            database.write(add_job)
        database.close()
    assert sqlite3.connect(path).execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_migrations_make_the_tables_that_the_code_names(path: Path) -> None:
    database = Database(path).open()
    differences = database.read(lambda c: compare_metadata(MigrationContext.configure(c), METADATA))
    database.close()
    assert differences == []


def test_a_transaction_that_breaks_leaves_nothing(path: Path) -> None:
    database = Database(path).open()

    def half(connection: Connection) -> None:
        add_job(connection)
        raise KeyError("broken")

    with pytest.raises(KeyError):
        database.write(half)
    assert database.read(count_jobs) == 0
    database.write(add_job)
    assert database.read(count_jobs) == 1
    database.close()


def test_one_thread_writes_whoever_asks(path: Path) -> None:
    database = Database(path).open()
    names: set[str] = set()
    askers = [
        threading.Thread(target=database.write, args=(lambda _c: names.add(threading.current_thread().name),))
        for _ in range(4)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    database.close()
    assert names == {"wend-database"}


def test_two_processes_open_and_write_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    # Foreign keys are checked, so the job comes first; the opening is what both do at once.
    database = Database(path).open()
    database.write(add_job)
    database.close()
    children = [context.Process(target=add_events, args=(path, 20)) for _ in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join(60.0)
        assert child.exitcode == 0
    database = Database(path).open()
    assert database.read(lambda c: len(c.execute(select(EVENTS.c.id)).all())) == 40
    database.close()


def test_a_new_file_is_made_by_two_processes_at_once(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=add_events, args=(path, 0)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join(60.0)
        assert child.exitcode == 0


def test_a_newer_version_is_refused_and_left_alone(path: Path) -> None:
    Database(path).open().close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    before = path.read_bytes()
    with pytest.raises(DatabaseTooNew, match="9999") as caught:
        Database(path).open()
    assert "newer version" in caught.value.hint
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(DatabaseInvalid, match="no database"):
        Database(path).open()


def test_a_damaged_page_is_found_on_opening(path: Path) -> None:
    database = Database(path).open()
    database.write(add_job)
    for _ in range(200):
        database.write(add_event)
    database.close()
    content = bytearray(path.read_bytes())
    page = 4096
    content[6 * page : 9 * page] = b"\xa5" * (3 * page)
    path.write_bytes(bytes(content))
    with pytest.raises(DatabaseInvalid, match="damaged"):
        Database(path).open()


def test_a_folder_in_its_place_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(DatabaseInvalid, match="cannot be opened"):
        Database(path).open()


def test_a_full_disk_is_told_and_what_was_there_stays(path: Path) -> None:
    database = Database(path).open()
    database.write(add_job)

    def fill(connection: Connection) -> None:
        # SQLite's own limit of pages answers as a full disk does: SQLITE_FULL.
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        for _ in range(1000):
            add_event(connection)

    with pytest.raises(DiskFull, match=r"wend\.db"):
        database.write(fill)
    assert database.read(count_jobs) == 1
    database.close()


def test_a_busy_database_is_told(path: Path) -> None:
    database = Database(path, timeout_s=0.1).open()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy):
        database.write(add_job)
    assert database.read(count_jobs) == 0
    other.execute("ROLLBACK")
    other.close()
    database.write(add_job)
    database.close()
