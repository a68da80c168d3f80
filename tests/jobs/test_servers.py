"""Several servers on one data folder, and the death of one."""

import sqlite3
from pathlib import Path

import pytest

from tests.jobs.office import DONE, LEASE_S, MODEL, STRANGER, FakeClock, Office, OpenOffice, a_record
from tests.jobs.test_store import ended_process
from wend.database.database import Database
from wend.errors import (
    JobElsewhere,
)
from wend.jobs.ending import MAX_DEATHS
from wend.jobs.runner import POLL_S
from wend.protocol.messages import WalksChanged


def test_after_a_kill_the_next_server_shows_it_and_goes_on(open_office: OpenOffice) -> None:
    dead = open_office(owner=ended_process())
    job = dead.create()
    dead.clock.now += 20.0
    dead.report(job, 0.5, 5)
    dead.files(job).save_checkpoint({"step": 5})
    office = open_office()
    office.runner.advance()
    running = office.now(job)
    assert (running.state, running.fraction, running.seconds) == ("running", 0.5, 20.0)
    assert office.files(job).has_checkpoint()
    assert f"Process {dead.store.owner.pid} on" in office.events(job)
    assert "after 5 updates. It goes on from its last checkpoint." in office.events(job)
    office.end(job, DONE)
    assert office.now(job).state == "done"


def test_killed_while_it_was_pausing_it_stands_still(open_office: OpenOffice) -> None:
    dead = open_office(owner=ended_process())
    job = dead.create()
    dead.commands.pause(job.id)
    office = open_office()
    office.runner.advance()
    assert (office.now(job).state, office.now(job).label) == ("paused", "Paused")
    assert office.entry(job).lease is None
    assert "Resumed, it goes on from the beginning." in office.events(job)
    count = len(office.store.events(job.id))
    office.wait(10.0)
    assert len(office.store.events(job.id)) == count


def test_what_died_before_its_first_checkpoint_begins_anew(open_office: OpenOffice) -> None:
    dead = open_office(owner=ended_process())
    job = dead.create()
    office = open_office()
    office.runner.advance()
    assert office.now(job).state == "running"
    assert "It goes on from the beginning." in office.events(job)


def test_a_job_that_always_ends_its_server_stands_still_in_the_end(open_office: OpenOffice) -> None:
    office = open_office()
    office.store.add(a_record(state="running", deaths=MAX_DEATHS - 1, is_fresh=False), "")
    office.runner.advance()
    stands = office.store.get(a_record().id).record
    assert (stands.state, stands.deaths) == ("paused", 0)
    assert "times in a row" in stands.label


def test_an_update_made_is_no_death_in_a_row(office: Office) -> None:
    office.store.add(a_record(state="running", deaths=5), "")
    office.runner.advance()
    office.wait(20.0)
    record = office.store.get(a_record().id).record
    assert (record.state, record.deaths) == ("running", 6)
    office.clock.now += 1.0
    office.report(record, 0.1, 1)
    assert office.now(record).deaths == 0


def test_two_servers_share_a_queue_and_leave_each_other_alone(open_office: OpenOffice) -> None:
    first, second = open_office(), open_office()
    one = first.create()
    two = first.create()
    assert first.now(two).state == "queued"
    second.wait(POLL_S)
    second.runner.advance()
    assert second.engine.added == [two.work]
    for _ in range(5):
        first.wait(LEASE_S / 2)
        second.wait(LEASE_S / 2)
    assert (first.engine.added, second.engine.added) == ([one.work], [two.work])
    with pytest.raises(JobElsewhere):
        second.commands.cancel(one.id)
    assert second.commands.rename(one.id, None, "seen").notes == "seen"
    told = second.last_told(one)
    assert told is not None
    assert not told.is_here
    first.end(one, DONE)
    second.end(two, DONE)
    assert [second.now(job).state for job in (one, two)] == ["done", "done"]


def test_of_what_another_server_runs_nothing_is_asked(open_office: OpenOffice) -> None:
    first, second = open_office(), open_office()
    job = first.create("train")
    first.clock.now += 5.0
    first.report(job, 0.5, 5)
    with pytest.raises(JobElsewhere):
        second.commands.finish(job.id)
    assert not first.files(job).is_enough
    assert first.commands.finish(job.id).state == "running"
    assert first.files(job).is_enough


def test_what_another_server_does_is_told_to_the_browsers_of_this_one(open_office: OpenOffice) -> None:
    first, second = open_office(), open_office()
    second.wait(POLL_S)
    job = first.create()
    first.clock.now += 5.0
    first.report(job, 0.5, 5)
    second.runner.advance()
    told = second.last_told(job)
    assert told is not None
    assert (told.state, told.updates, told.is_here) == ("running", 5, False)
    first.end(job, DONE)
    second.wait(POLL_S)
    told = second.last_told(job)
    assert told is not None
    assert (told.state, told.is_here) == ("done", True)
    assert second.heard(WalksChanged) == [WalksChanged(model=MODEL)]
    count = len(second.told)
    second.wait(10.0)
    assert len(second.told) == count
    first.commands.remove(job.id)
    second.wait(POLL_S)
    assert second.last_told(job) is None


def test_of_a_server_elsewhere_a_job_is_adopted_when_its_lease_has_expired(open_office: OpenOffice) -> None:
    gone = open_office(owner=STRANGER)
    job = gone.create()
    office = open_office()
    office.wait(LEASE_S - 1.0)
    assert office.engine.added == []
    office.wait(3.0)
    assert office.engine.added == [job.work]
    # It was only asleep: when it wakes it stops, and writes nothing.
    gone.report(job, 0.9, 9)
    gone.runner.advance()
    assert gone.engine.stopped == [job.work]
    gone.end(job, DONE, stopped=True)
    assert (office.now(job).state, office.now(job).fraction) == ("running", 0.0)
    assert gone.runner.is_idle


def test_a_server_that_ends_lets_works_keep_their_state(open_office: OpenOffice) -> None:
    office = open_office()
    job = office.create()
    office.clock.now += 1.0
    waiting, train = office.create(), office.create("train")
    office.runner.end()
    assert office.engine.stopped == [job.work]
    assert office.children[0].calls == ["start", "stop"]
    office.end(job, stopped=True)
    assert not office.runner.is_idle
    office.end(train, stopped=True)
    assert office.runner.is_idle
    assert [office.now(record).state for record in (job, waiting, train)] == ["queued"] * 3
    assert "The server ended, after 5 updates." in office.events(job)
    again = open_office()
    again.runner.advance()
    assert again.now(job).state == "running"
    assert again.now(job).deaths == 0


def test_what_does_not_stop_in_time_is_left_to_the_next_server(office: Office) -> None:
    job = office.create("train")
    office.runner.end()
    office.runner.kill()
    assert office.children[0].calls == ["start", "stop", "kill"]
    assert office.now(job).state == "running"


def test_an_end_that_cannot_be_written_is_tried_again(tmp_path: Path, clock: FakeClock) -> None:
    path = tmp_path / "wend.db"
    office = Office(tmp_path, clock, database=Database(path, timeout_s=0.05).open())
    job = office.create()
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    office.end(job, DONE)
    assert office.now(job).state == "running"
    other.execute("ROLLBACK")
    other.close()
    office.wait(2.0)
    assert office.now(job).state == "done"
    office.close()
