"""Commands while works run and stop, and what cannot be asked for."""

import pytest
from pydantic import JsonValue

from tests.jobs.office import DONE, Office, a_record
from wend.errors import (
    InvalidParams,
    JobNotFound,
    JobStateInvalid,
    ModelNotFound,
    QueueFull,
    RecipeNotFound,
)
from wend.jobs.commands import MAX_QUEUED
from wend.jobs.runner import POLL_S
from wend.protocol.messages import JobRemoved


def test_pause_stops_the_work_and_resume_goes_on(office: Office) -> None:
    job = office.create()
    office.clock.now += 10.0
    office.report(job, 0.5, 5)
    paused = office.commands.pause(job.id)
    assert (paused.state, paused.label) == ("paused", "Pausing: its state is being kept")
    assert office.engine.stopped == [job.work]
    waiting = office.create()
    assert office.now(waiting).state == "queued", "the device is free only when the work has stopped"
    office.end(job, stopped=True)
    assert (office.now(job).label, office.now(waiting).state) == ("Paused", "running")
    assert office.commands.resume(job.id).state == "queued"
    office.end(waiting, DONE)
    resumed = office.now(job)
    assert (resumed.state, resumed.fraction, resumed.seconds) == ("running", 0.5, 10.0)
    office.clock.now += 5.0
    office.end(job, DONE)
    assert office.now(job).seconds == 15.0
    assert "Stopped, after 5 updates." in office.events(job)
    assert "Goes on on fake, 1 thread" in office.events(job)


def test_a_resumed_work_that_has_not_read_its_checkpoint_does_not_fall_back(office: Office) -> None:
    job = office.create()
    office.clock.now += 1.0
    office.report(job, 0.5, 5)
    office.commands.pause(job.id)
    office.end(job, stopped=True)
    office.commands.resume(job.id)
    office.clock.now += 1.0
    office.report(job, 0.0, 0, losses=())
    assert (office.now(job).fraction, office.now(job).updates) == (0.5, 5)


def test_resumed_before_it_has_stopped_it_begins_again_when_it_has(office: Office) -> None:
    job = office.create()
    office.commands.pause(job.id)
    assert office.commands.resume(job.id).state == "queued"
    assert office.engine.added == [job.work]
    office.end(job, stopped=True)
    assert office.now(job).state == "running"
    assert office.engine.added == [job.work] * 2


def test_a_job_that_has_something_may_end_with_it(office: Office) -> None:
    job = office.create("train")
    with pytest.raises(JobStateInvalid, match="cannot be ended early"):
        office.commands.finish(job.id)
    office.report(job, 0.5, 5)
    assert office.commands.finish(job.id).state == "running"
    assert office.files(job).is_enough
    office.commands.pause(job.id)
    office.end(job, stopped=True)
    # What stands still goes on, to end.
    assert office.commands.finish(job.id).state in ("queued", "running")
    office.end(job, DONE)
    counting = office.create()
    office.report(counting, 0.5, 5)
    for other in (job, counting):
        with pytest.raises(JobStateInvalid, match="cannot be ended early"):
            office.commands.finish(other.id)


def test_cancelling_twice_is_refused(office: Office) -> None:
    job = office.create()
    assert office.commands.cancel(job.id).state == "cancelled"
    with pytest.raises(JobStateInvalid, match="cancelled already"):
        office.commands.cancel(job.id)
    office.end(job, stopped=True)
    assert office.now(job).state == "cancelled"
    with pytest.raises(JobStateInvalid, match="cannot be paused"):
        office.commands.pause(job.id)


def test_what_was_done_before_it_could_be_cancelled_is_done(office: Office) -> None:
    job = office.create()
    office.commands.cancel(job.id)
    office.end(job, DONE, stopped=True)
    assert (office.now(job).state, office.now(job).walks) == ("done", DONE.walks)
    assert "before it could be cancelled" in office.events(job)


def test_restart_begins_from_scratch(office: Office) -> None:
    job = office.create()
    office.files(job).save_checkpoint({"step": 3})
    office.end(job, DONE)
    again = office.commands.restart(job.id)
    assert (again.state, again.updates, again.walks) == ("running", 0, ())
    assert not office.files(job).has_checkpoint()
    assert office.files(job).outcome() is None


def test_restarted_before_it_has_stopped_nothing_of_the_old_run_counts(office: Office) -> None:
    job = office.create()
    office.commands.cancel(job.id)
    office.commands.restart(job.id)
    office.end(job, DONE)
    began_anew = office.now(job)
    assert (began_anew.state, began_anew.walks, began_anew.fraction) == ("running", (), 0.0)
    assert office.files(job).outcome() is None
    assert office.engine.added == [job.work] * 2


def test_a_running_job_is_deleted_when_it_has_stopped(office: Office) -> None:
    job = office.create()
    office.files(job).save_checkpoint({"step": 3})
    office.commands.remove(job.id)
    assert office.last_told(job) is None
    assert office.engine.stopped == [job.work]
    assert office.files(job).has_checkpoint()
    office.end(job, stopped=True)
    assert office.last_told(job) is None
    assert len(office.heard(JobRemoved)) == 1
    assert not office.files(job).path.exists()
    with pytest.raises(JobNotFound):
        office.now(job)


def test_a_job_that_waits_is_deleted_at_once(office: Office) -> None:
    running, waiting = office.create(), office.create()
    office.wait(POLL_S)
    office.commands.remove(waiting.id)
    office.wait(2 * POLL_S)
    assert [entry.record.id for entry in office.store.list()] == [running.id]
    assert office.heard(JobRemoved) == [JobRemoved(id=waiting.id)]


def test_processes_are_stopped_by_their_handle(office: Office) -> None:
    job = office.create("train")
    office.commands.pause(job.id)
    assert office.children[0].calls == ["start", "stop"]
    office.end(job, stopped=True)
    assert office.now(job).label == "Paused"


@pytest.mark.parametrize(
    ("kind", "params", "error"),
    [
        ("dance", {}, RecipeNotFound),
        ("count", {"steps": 0}, InvalidParams),
        ("count", {"stepz": 3}, InvalidParams),
        ("count", {"model": "none"}, ModelNotFound),
        ("count", {"model": "../tiny"}, ModelNotFound),
    ],
)
def test_what_cannot_be_started_leaves_no_record(
    office: Office, kind: str, params: dict[str, JsonValue], error: type[Exception]
) -> None:
    with pytest.raises(error):
        office.commands.create(kind, params, "", "a")
    assert office.store.list() == ()


def test_the_queue_has_an_end(office: Office) -> None:
    for number in range(MAX_QUEUED):
        office.store.add(a_record(f"{number:012x}"), "")
    with pytest.raises(QueueFull):
        office.create()
