"""Ends that are hard to tell: deaths at one place, a device lost meanwhile, an outcome already kept."""

import errno
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from tests.engine.library import publish_tiny
from tests.jobs.office import DONE, MODEL, STRANGER, FakeChild, FakeClock, Office, OpenOffice
from tests.jobs.test_store import ended_process
from wend.database.database import Database
from wend.errors import EngineRestarting
from wend.jobs.ending import MAX_DEATHS
from wend.jobs.record import MAX_REST_S

LOST = EngineRestarting()
T = TypeVar("T")


class LockedAfter(Database):
    """After its first transaction another connection has the write lock."""

    def __init__(self, path: Path, other: sqlite3.Connection) -> None:
        super().__init__(path, timeout_s=0.05)
        self._other: sqlite3.Connection | None = other

    def write(self, work: Callable[[Connection], T]) -> T:
        done = super().write(work)
        if self._other is not None:
            self._other.execute("BEGIN IMMEDIATE")
            self._other = None
        return done


def lose(office: Office, job_id: str, updates: int) -> None:
    """It comes so far, and its process is gone."""
    record = office.store.get(job_id).record
    office.clock.now += 2.0
    office.report(record, updates / 100, updates)
    office.report(record, updates / 100, updates, done=True, failure=LOST.sentence, code=LOST.code)


def test_a_job_that_always_dies_at_one_update_fails_in_the_end(office: Office) -> None:
    job = office.create()
    for _ in range(MAX_DEATHS + 1):
        office.wait(MAX_REST_S, tick_s=MAX_REST_S / 4)
        if office.now(job).state == "running":
            lose(office, job.id, 10)
    assert office.now(job).state == "failed"


def test_one_that_comes_further_every_time_goes_on(office: Office) -> None:
    job = office.create()
    for attempt in range(MAX_DEATHS + 3):
        lose(office, job.id, 10 + attempt)
        office.wait(4.0)
        assert office.now(job).state == "running"


def test_between_deaths_it_rests_longer_and_longer(office: Office) -> None:
    job = office.create()
    lose(office, job.id, 10)
    assert office.now(job).state == "running"
    for _ in range(3):
        office.wait(MAX_REST_S, tick_s=MAX_REST_S / 4)
        lose(office, job.id, 10)
    resting = office.now(job)
    assert (resting.state, resting.rests_until) == ("queued", office.clock.now + 4.0)
    assert resting.label == "Rests 4 s: its process ended 4 times in a row"
    office.wait(3.0)
    assert office.now(job).state == "queued"
    office.wait(4.0)
    assert office.now(job).state == "running"


def test_a_device_lost_while_it_stops_leaves_a_paused_job_paused(office: Office) -> None:
    job = office.create()
    office.commands.pause(job.id)
    office.end(job, failure=LOST.sentence, code=LOST.code)
    assert (office.now(job).state, office.now(job).label) == ("paused", "Paused")


def test_and_one_that_was_resumed_meanwhile_goes_on(office: Office) -> None:
    job = office.create()
    office.commands.pause(job.id)
    office.commands.resume(job.id)
    office.end(job, failure=LOST.sentence, code=LOST.code)
    assert office.now(job).state == "running"
    assert office.now(job).deaths == 0


def test_paused_while_an_old_work_stops_it_is_paused_at_once(office: Office) -> None:
    job = office.create()
    office.commands.cancel(job.id)
    office.commands.restart(job.id)
    assert office.commands.pause(job.id).label == "Paused"
    office.end(job, stopped=True)
    assert (office.now(job).state, office.now(job).label) == ("paused", "Paused")


def test_killed_after_its_outcome_it_is_done_though_its_model_has_changed(open_office: OpenOffice) -> None:
    dead = open_office(owner=ended_process())
    job = dead.create()
    dead.clock.now += 2.0
    dead.report(job, 0.9, 9)
    dead.files(job).save_outcome(DONE)
    shutil.rmtree(dead.models_dir / MODEL)
    publish_tiny(dead.models_dir, MODEL, 2)
    office = open_office()
    office.runner.advance()
    office.runner.advance()
    office.wait(2.0)
    assert (office.now(job).state, office.now(job).walks) == ("done", DONE.walks)


class FullChild(FakeChild):
    """One whose log cannot be opened."""

    def start(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere/child.log")


def test_a_full_disk_at_the_beginning_pauses_it(office: Office) -> None:
    office.child = FullChild
    job = office.create("train")
    office.runner.advance()
    paused = office.now(job)
    assert paused.state == "paused"
    assert "child.log" in paused.label


def test_a_busy_database_keeps_a_job_waiting_and_the_command_has_worked(
    tmp_path: Path, clock: FakeClock
) -> None:
    """Another process takes the write lock between the adding and the beginning."""
    path = tmp_path / "wend.db"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database = LockedAfter(path, other)
    office = Office(tmp_path, clock, database=database.open())
    job = office.create()
    assert (job.state, office.engine.added) == ("queued", [])
    other.execute("ROLLBACK")
    other.close()
    office.wait(3.0)
    assert office.now(job).state == "running"
    office.close()


def test_who_cancels_a_job_whose_lease_has_run_out_is_heard(open_office: OpenOffice) -> None:
    asleep = open_office(owner=STRANGER)
    job = asleep.create()
    office = open_office()
    assert not office.store.is_here(office.entry(job))
    office.clock.now += 31.0
    assert office.commands.cancel(job.id).state == "cancelled"
    assert office.entry(job).lease is None
    asleep.report(job, 0.5, 5)
    assert asleep.engine.stopped == [job.work]
    asleep.end(job, DONE)
    assert (office.now(job).state, office.now(job).updates) == ("cancelled", 0)
    assert asleep.runner.is_idle
