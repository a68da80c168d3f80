"""Owner of jobs that a command runs beside a server on the same data folder: nobody gets in between."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import Connection

from tests.jobs.office import FakeClock, a_record
from wend.database.database import Database
from wend.errors import JobElsewhere
from wend.jobs.folder import JobFolder
from wend.jobs.lease import Owner, this_process
from wend.jobs.own import LEASE_S, OwnJob
from wend.jobs.record import JobRecord, JobState
from wend.jobs.store import JobStore

T = TypeVar("T")
SERVER = Owner("elsewhere/1/2", 4242, "77", "x")


class PolledDatabase(Database):
    """A server on the same file begins whatever waits, after each of this process's transactions."""

    poll: Callable[[], None] | None = None

    def write(self, work: Callable[[Connection], T]) -> T:
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
        self.theirs = JobStore(self._theirs, SERVER, self.clock.wall)
        self.taken: list[str] = []

    def watch(self) -> None:
        self._mine.poll = self._begin_all

    def _begin_all(self) -> None:
        for entry in self.theirs.list(("queued",)):
            self.taken.append(entry.record.id)
            self.theirs.claim(entry.record.id, LEASE_S, lambda kept: kept.begin({}, "gpu"), "Begun.")

    def own(self, record: JobRecord, is_anew: bool = False) -> OwnJob:
        return OwnJob(self.mine, record, self.folder, {"wend": "1"}, "cpu", self.clock, is_anew)

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
