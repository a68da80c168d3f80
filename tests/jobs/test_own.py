"""Owner of jobs that a command runs beside a server on the same data folder: nobody gets in between."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from tests.jobs.office import FakeClock, a_record
from wend.database.database import Database
from wend.engine.request import WorkProgress
from wend.errors import DatabaseBusy, JobElsewhere, JobNotFound
from wend.jobs.folder import JobFolder
from wend.jobs.lease import Owner, this_process
from wend.jobs.own import LEASE_S, PAUSING, OwnJob
from wend.jobs.record import JobRecord, JobState
from wend.jobs.store import JobStore

T = TypeVar("T")
SERVER = Owner("elsewhere/1/2", 4242, "77", "x")


class PolledDatabase(Database):
    """A server on the same file begins whatever waits, after each of this process's transactions.

    busy: so many of which fail.
    """

    poll: Callable[[], None] | None = None
    busy = 0

    def write(self, work: Callable[[Connection], T]) -> T:
        if self.busy:
            self.busy -= 1
            raise DatabaseBusy(1.0)
        done = super().write(work)
        if self.poll is not None:
            self.poll()
        return done


class Between:
    """A command's store, and the server's, each with a connection of its own."""

    def __init__(self, folder: Path) -> None:
        self.clock = FakeClock()
        self.folder = JobFolder(folder / "job")
        self.folder.create()
        self._mine = PolledDatabase(folder / "wend.db").open()
        self._theirs = Database(folder / "wend.db").open()
        self.mine = JobStore(self._mine, this_process(), self.clock.wall)
        self.theirs = JobStore(self._theirs, SERVER, self.clock.wall, self.clock.steady)
        self.taken: list[str] = []

    def watch(self) -> None:
        self._mine.poll = self._begin_all

    def _begin_all(self) -> None:
        for entry in self.theirs.list(("queued",)):
            self.taken.append(entry.record.id)
            self.theirs.claim(entry.record.id, LEASE_S, lambda kept: kept.begin({}, "gpu"), "Begun.")

    def own(self, record: JobRecord, is_anew: bool = False) -> OwnJob:
        return OwnJob(self.mine, record, self.folder, {"wend": "1"}, "cpu", self.clock, is_anew)

    def make_busy(self, times: int) -> None:
        self._mine.busy = times

    def stand_still(self) -> None:
        """For longer than the lease, as the server sees it, that has looked before."""
        assert not self.theirs.is_here(self.theirs.get(a_record().id))
        self.clock.now += 2 * LEASE_S

    def take_over(self) -> None:
        """The server takes the job of a process that stands still."""
        self.stand_still()
        self.theirs.adopt(a_record().id, lambda kept: kept.interrupt(), "Its lease expired.")
        self.theirs.claim(a_record().id, LEASE_S, lambda kept: kept.begin({}, "gpu"), "Goes on.")

    def now(self) -> JobRecord:
        return self.theirs.get(a_record().id).record

    def close(self) -> None:
        self._mine.close()
        self._theirs.close()


@pytest.fixture
def between(tmp_path: Path) -> Iterator[Between]:
    between = Between(tmp_path)
    yield between
    between.close()


def test_a_server_that_polls_all_the_time_never_gets_a_commands_new_job(between: Between) -> None:
    between.watch()
    between.own(a_record())
    kept = between.theirs.get(a_record().id)
    assert between.taken == []
    assert (kept.record.state, kept.record.device, kept.record.is_fresh) == ("running", "cpu", False)
    assert kept.lease is not None
    assert kept.lease.owner == between.mine.owner
    texts = [event.text for event in between.mine.events(kept.record.id)]
    assert texts == ["Begun, by a command on cpu."]


@pytest.mark.parametrize("is_anew", [False, True])
@pytest.mark.parametrize("state", ["queued", "running", "paused", "done", "failed", "cancelled"])
def test_nor_one_that_it_takes_up_again(between: Between, state: JobState, is_anew: bool) -> None:
    """What runs has lost its process."""
    between.mine.add(a_record(state=state, is_fresh=False, updates=7), "Queued.")
    between.watch()
    between.own(a_record(), is_anew)
    kept = between.theirs.get(a_record().id).record
    assert between.taken == []
    assert (kept.state, kept.is_fresh) == ("running", False)
    is_from_scratch = is_anew or state in ("done", "cancelled")
    assert kept.updates == (0 if is_from_scratch else 7)
    verb = "Begun" if is_from_scratch else "Goes on"
    assert between.mine.events(kept.id)[-1].text == f"{verb}, by a command on cpu."


def test_what_the_server_runs_is_left_to_it(between: Between) -> None:
    between.mine.add(a_record(), "Queued.")
    between.theirs.claim(a_record().id, LEASE_S, lambda kept: kept.begin({}, "gpu"), "Begun.")
    with pytest.raises(JobElsewhere, match="4242"):
        between.own(a_record(), is_anew=True)
    kept = between.theirs.get(a_record().id)
    assert (kept.record.device, kept.lease is not None) == ("gpu", True)


def report(updates: int, done: bool = False, stopped: bool = False) -> WorkProgress:
    return WorkProgress(
        a_record().work, "tiny", "Counting", 0.5, None, done, stopped=stopped, updates=updates
    )


def test_a_busy_database_is_asked_again_a_second_later(between: Between) -> None:
    own = between.own(a_record())
    between.make_busy(1)
    between.clock.now += 1.0
    own.hear(report(3))
    assert between.now().updates == 0
    own.hear(report(4))
    assert between.now().updates == 0
    between.clock.now += 1.0
    own.hear(report(5))
    assert (between.now().updates, own.is_lost) == (5, False)


def test_a_pause_that_could_not_be_written_is_written_at_the_end(between: Between) -> None:
    own = between.own(a_record())
    between.make_busy(1)
    own.pause()
    assert between.now().state == "running"
    own.end(report(7, done=True, stopped=True))
    assert (between.now().state, between.now().label, between.now().updates) == ("paused", "Paused", 7)
    assert between.theirs.get(a_record().id).lease is None


def test_a_pause_is_shown_before_the_state_is_kept(between: Between) -> None:
    own = between.own(a_record())
    own.pause()
    assert (between.now().state, between.now().label) == ("paused", PAUSING)


def test_a_job_that_was_taken_over_is_left_alone(between: Between) -> None:
    own = between.own(a_record())
    between.take_over()
    own.hear(report(9))
    assert own.is_lost
    with pytest.raises(JobElsewhere, match="4242"):
        own.end(report(9, done=True, stopped=True))
    kept = between.theirs.get(a_record().id)
    assert (kept.record.state, kept.record.updates) == ("running", 0)
    assert kept.lease is not None
    assert kept.lease.owner == SERVER


def test_a_job_that_was_deleted_leaves_no_folder(between: Between) -> None:
    own = between.own(a_record())
    between.stand_still()
    between.theirs.remove(a_record().id)
    own.hear(report(9))
    assert own.is_lost
    between.folder.save_checkpoint({"step": 9})
    with pytest.raises(JobNotFound):
        own.end(report(9, done=True, stopped=True))
    assert not between.folder.path.exists()
