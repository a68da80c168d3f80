"""A database that is only looked at: nothing of it changes, and nobody is kept out."""

import sqlite3
from pathlib import Path

import pytest

from tests.database.test_database import add_job, count_jobs
from wend.database.database import Database
from wend.errors import DatabaseInvalid, DatabaseTooNew


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """With a name that means something in a URI."""
    path = tmp_path / "data 100%?a#b" / "wend.db"
    database = Database(path).open()
    database.write(add_job)
    database.close()
    return path


def test_it_is_read_while_another_process_writes(path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    database = Database(path, timeout_s=0.05).open_to_read()
    assert database.read(count_jobs) == 1
    database.close()
    other.execute("ROLLBACK")
    other.close()


def test_nothing_of_it_can_be_changed(path: Path) -> None:
    before = path.read_bytes()
    database = Database(path).open_to_read()
    with pytest.raises(DatabaseInvalid, match="cannot be written to"):
        database.read(lambda connection: connection.exec_driver_sql("DELETE FROM jobs"))
    assert database.read(count_jobs) == 1
    database.close()
    assert path.read_bytes() == before


@pytest.mark.parametrize(("version", "error"), [("9999", DatabaseTooNew), ("0001", DatabaseInvalid)])
def test_tables_of_another_version_are_refused_and_left_alone(
    path: Path, version: str, error: type[Exception]
) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.close()
    before = path.read_bytes()
    with pytest.raises(error, match=r"wend\.db"):
        Database(path).open_to_read()
    assert path.read_bytes() == before


def test_what_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseInvalid, match="cannot be opened"):
        Database(tmp_path / "wend.db").open_to_read()
    assert not (tmp_path / "wend.db").exists()
