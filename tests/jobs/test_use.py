"""What browsers have used: kept apart from jobs, and forgiven by age."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.jobs.office import ID, FakeClock, a_record
from wend.database.database import Database
from wend.database.tables import USE
from wend.jobs.lease import this_process
from wend.jobs.store import JobStore
from wend.jobs.use import HALF_LIFE_S


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[JobStore]:
    database = Database(tmp_path / "wend.db").open()
    yield JobStore(database, this_process(), clock.wall, clock.steady)
    database.close()


def run(store: JobStore, seconds: float, job: str = ID) -> None:
    store.change(job, lambda record: replace(record, seconds=record.seconds + seconds))


def test_every_second_is_charged_once(store: JobStore) -> None:
    store.add(a_record(browser="x"), "")
    store.add(a_record("b" * 12, browser="y"), "")
    run(store, 2.0)
    run(store, 3.0)
    run(store, 1.0, "b" * 12)
    store.change(ID, lambda record: replace(record, title="seen"))
    assert store.used() == {"x": 5.0, "y": 1.0}


def test_neither_deleting_nor_beginning_anew_gives_it_back(store: JobStore) -> None:
    store.add(a_record(browser="x"), "")
    run(store, 50.0)
    store.change(ID, lambda record: record.cancel(1.0).restart(2.0))
    assert store.get(ID).record.seconds == 0.0
    run(store, 10.0)
    store.change(ID, lambda record: record.remove(3.0))
    store.remove(ID)
    assert store.used() == {"x": 60.0}


def test_it_is_forgiven_by_age_though_the_job_still_runs(store: JobStore, clock: FakeClock) -> None:
    store.add(a_record(browser="x"), "")
    run(store, 80.0)
    clock.now += HALF_LIFE_S
    assert store.used() == {"x": pytest.approx(40.0)}
    run(store, 10.0)
    clock.now += HALF_LIFE_S
    assert store.used() == {"x": pytest.approx(25.0)}


def test_who_was_here_long_ago_leaves_no_row(tmp_path: Path, clock: FakeClock) -> None:
    database = Database(tmp_path / "wend.db").open()
    store = JobStore(database, this_process(), clock.wall, clock.steady)
    store.add(a_record(browser="x"), "")
    store.add(a_record("b" * 12, browser="y"), "")
    run(store, 80.0)
    clock.now += 11 * HALF_LIFE_S
    run(store, 1.0, "b" * 12)
    rows = database.read(lambda connection: connection.execute(USE.select()).all())
    assert [row.browser for row in rows] == ["y"]
    database.close()
