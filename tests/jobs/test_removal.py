"""A job that is deleted while its work still stops: nobody finds it, and it is gone in the end."""

import pytest

from tests.jobs.office import DONE, Office, OpenOffice
from tests.jobs.test_store import ended_process
from wend.errors import JobNotFound
from wend.jobs.runner import POLL_S
from wend.protocol.messages import JobRemoved, WalksChanged


def test_between_the_asking_and_the_stop_nobody_finds_it(office: Office) -> None:
    job = office.create()
    office.commands.remove(job.id)
    for ask in (
        lambda: office.commands.restart(job.id),
        lambda: office.commands.resume(job.id),
        lambda: office.commands.rename(job.id, "x", None),
        lambda: office.commands.remove(job.id),
        lambda: office.store.get(job.id),
    ):
        with pytest.raises(JobNotFound):
            ask()
    assert office.store.list() == ()
    office.wait(2 * POLL_S)
    assert office.files(job).path.exists(), "its work still writes there"
    office.end(job, stopped=True)
    assert not office.files(job).path.exists()
    assert office.store.removed() == ()


def test_what_was_done_before_it_stopped_is_told_of_and_the_next_begins(office: Office) -> None:
    job, waiting = office.create(), office.create()
    office.commands.remove(job.id)
    office.end(job, DONE)
    assert office.heard(WalksChanged)
    assert office.now(waiting).state == "running"
    assert office.heard(JobRemoved) == [JobRemoved(id=job.id)]
    assert office.last_told(job) is None
    assert not office.files(job).path.exists()


def test_a_server_that_ends_before_leaves_it_to_the_next(open_office: OpenOffice) -> None:
    dead = open_office(owner=ended_process())
    job = dead.create()
    dead.commands.remove(job.id)
    office = open_office()
    office.runner.advance()
    assert office.store.removed() == ()
    assert not office.files(job).path.exists()
    assert office.engine.added == []


def test_a_restarted_job_is_deleted_too_while_its_old_work_stops(office: Office) -> None:
    job = office.create()
    office.commands.cancel(job.id)
    office.commands.restart(job.id)
    office.commands.remove(job.id)
    office.end(job, stopped=True)
    assert office.store.removed() == ()
    assert office.engine.added == [job.work]
