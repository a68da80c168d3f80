"""The runner: turns, commands while works stop, and whatever can die meanwhile."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.engine.library import publish_tiny
from tests.jobs.office import LEASE_S, MODEL, FakeClock, Office, a_record
from tests.jobs.test_store import ended_process
from wend.database.database import Database
from wend.errors import (
    DiskFull,
    EngineRestarting,
    InvalidParams,
    JobElsewhere,
    JobNotFound,
    JobProcessDied,
    JobStateInvalid,
    ModelNotFound,
    QueueFull,
    RecipeNotFound,
)
from wend.jobs.commands import MAX_QUEUED
from wend.jobs.ending import MAX_DEATHS
from wend.jobs.lease import Owner
from wend.jobs.runner import MODEL_CHECK_S, POLL_S
from wend.optim.job import Outcome
from wend.protocol.messages import JobChanged, JobRemoved, ModelsChanged, WalksChanged

DONE = Outcome({"cos": "0.99"}, ("steer-shift/x",), None)
STRANGER = Owner("elsewhere/1/2", 4242, "77", "x")
OpenOffice = Callable[..., Office]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def open_office(tmp_path: Path, clock: FakeClock) -> Iterator[OpenOffice]:
    """Servers on one data folder."""
    offices: list[Office] = []

    def open_one(at_once: int = 1, owner: Owner | None = None) -> Office:
        offices.append(Office(tmp_path, clock, at_once, owner))
        return offices[-1]

    yield open_one
    for office in offices:
        office.close()


@pytest.fixture
def office(open_office: OpenOffice) -> Office:
    return open_office()


# -- from the queue to the end --------------------------------------------------------------------


def test_a_job_runs_from_the_queue_to_its_outcome(office: Office) -> None:
    job = office.create(steps=10, seed=7)
    assert (job.state, job.title, job.seed, job.model) == ("running", "Count to 10", 7, MODEL)
    assert office.engine.added == [job.work]
    office.clock.now += 30.0
    office.report(job, 0.5, 5)
    office.end(job, DONE)
    ended = office.now(job)
    assert (ended.state, ended.fraction, ended.facts, ended.walks) == ("done", 1.0, DONE.facts, DONE.walks)
    assert (ended.seconds, ended.ended_at) == (30.0, office.clock.now)
    assert set(ended.versions) == {"wend", "torch", "generator"}
    assert ended.device == "fake, 1 thread, float32"
    assert office.heard(WalksChanged) == [WalksChanged(model=MODEL)]
    assert office.heard(ModelsChanged) == []
    assert office.entry(job).lease is None
    assert office.runner.is_idle
    assert [line.split()[0] for line in office.events(job).splitlines()] == ["Queued.", "Begun", "Done."]


def test_a_model_that_was_published_is_told(office: Office) -> None:
    job = office.create("train")
    office.end(job, Outcome({}, (), "mine"))
    assert office.now(job).result_model == "mine"
    assert office.heard(ModelsChanged) == [ModelsChanged()]
    assert office.heard(WalksChanged) == []


def test_one_job_of_the_device_and_one_process_run_together(office: Office) -> None:
    first, second, train, later = (office.create(kind) for kind in ("count", "count", "train", "train"))
    states = [office.now(job).state for job in (first, second, train, later)]
    assert states == ["running", "queued", "running", "queued"]
    assert [child.spec.id for child in office.children] == [train.id]
    told = office.last_told(second)
    assert told is not None
    assert told.place == 0
    office.end(first, DONE)
    assert office.now(second).state == "running"
    assert office.now(later).state == "queued"


def test_the_setting_lets_more_run_together(open_office: OpenOffice) -> None:
    office = open_office(at_once=2)
    states = [office.now(office.create()).state for _ in range(3)]
    assert states == ["running", "running", "queued"]


def test_a_browser_that_has_used_little_goes_first(office: Office) -> None:
    running = office.create(browser="busy")
    waiting = office.create(browser="busy")
    newcomer = office.create(browser="new")
    told = office.last_told(waiting)
    assert told is not None
    office.wait(60.0)
    office.end(running, DONE)
    assert office.now(newcomer).state == "running"
    assert office.now(waiting).state == "queued"


# -- what is told and kept ------------------------------------------------------------------------


def test_progress_is_told_at_once_and_written_once_a_second(office: Office) -> None:
    job = office.create()
    for tick in range(1, 21):
        office.clock.now += 0.25
        office.report(job, tick / 100, tick)
    told = [m.job for m in office.heard(JobChanged) if m.job.state == "running" and m.job.updates]
    assert [summary.updates for summary in told] == list(range(1, 21))
    kept = office.now(job)
    assert kept.updates == 17  # at 0.25 s, and then at every whole second after it
    assert kept.losses == {"total": pytest.approx(1.0 / 18.0)}
    assert kept.seconds_left == 12.0


def test_a_flood_of_reports_is_thinned(office: Office) -> None:
    job = office.create()
    before = len(office.told)
    for tick in range(100):
        office.clock.now += 0.01
        office.report(job, tick / 100, tick)
    assert len(office.told) - before <= 6


def test_a_loss_that_is_not_finite_is_kept_as_none(office: Office) -> None:
    job = office.create()
    office.clock.now += 1.0
    office.report(job, 0.5, 5, losses=(("total", float("nan")), ("pixels", 0.5)), seconds_left=float("inf"))
    assert office.now(job).losses == {"total": None, "pixels": 0.5}
    assert office.now(job).seconds_left is None


def test_a_new_preview_is_counted(office: Office) -> None:
    job = office.create()
    office.files(job).save_preview(b"jpeg")
    office.clock.now += 1.0
    office.report(job, 0.1, 1)
    told = office.last_told(job)
    assert told is not None
    assert told.preview == office.now(job).preview == 1


def test_title_and_notes_change_while_it_runs_and_stay(office: Office) -> None:
    job = office.create()
    office.commands.rename(job.id, "A better name", None)
    office.clock.now += 1.0
    office.report(job, 0.5, 5)
    office.commands.rename(job.id, None, "for the talk")
    office.end(job, DONE)
    ended = office.now(job)
    assert (ended.title, ended.notes, ended.state) == ("A better name", "for the talk", "done")


# -- commands -------------------------------------------------------------------------------------


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
    assert office.now(job).state == "cancelled"
    assert office.engine.stopped == [job.work]
    office.end(job, stopped=True)
    assert office.last_told(job) is None
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


# -- what breaks ----------------------------------------------------------------------------------


def test_a_failed_job_keeps_its_checkpoint_and_can_go_on(office: Office) -> None:
    job = office.create()
    office.files(job).save_checkpoint({"step": 3})
    office.end(job, failure="The loss diverged.", code="wend_error")
    failed = office.now(job)
    assert (failed.state, failed.failure, failed.updates) == ("failed", "The loss diverged.", 5)
    told = office.last_told(job)
    assert told is not None
    assert told.hint
    office.commands.resume(job.id)
    assert office.files(job).has_checkpoint()
    assert (office.now(job).state, office.now(job).failure) == ("running", None)


def test_a_full_disk_pauses_it(office: Office) -> None:
    job = office.create()
    error = DiskFull("checkpoint.safetensors", "no space left on device")
    office.end(job, failure=error.sentence, code=error.code)
    paused = office.now(job)
    assert (paused.state, paused.label, paused.failure) == ("paused", error.sentence, None)
    assert "last checkpoint" in office.events(job)
    assert office.commands.resume(job.id).state == "running"


@pytest.mark.parametrize("error", [EngineRestarting(), JobProcessDied("was ended by signal 9")])
def test_a_lost_device_or_process_brings_it_back_into_the_queue(
    office: Office, error: EngineRestarting | JobProcessDied
) -> None:
    job = office.create()
    office.end(job, failure=error.sentence, code=error.code)
    assert (office.now(job).state, office.now(job).failure) == ("running", None)
    assert office.engine.added == [job.work] * 2
    assert error.sentence in office.events(job)


def test_a_work_that_always_dies_fails_in_the_end(office: Office) -> None:
    error = EngineRestarting()
    job = office.create()
    for _ in range(MAX_DEATHS):
        assert office.now(job).state == "running"
        office.report(job, 0.0, 0, done=True, failure=error.sentence, code=error.code)
    assert (office.now(job).state, office.now(job).failure) == ("failed", error.sentence)


def test_deleting_the_model_of_a_running_job_fails_it(office: Office) -> None:
    job = office.create()
    shutil.rmtree(office.models_dir / MODEL)
    office.wait(2 * MODEL_CHECK_S + 1.0)
    assert office.engine.stopped == [job.work]
    office.end(job, stopped=True)
    failed = office.now(job)
    assert (failed.state, failed.failure_code) == ("failed", ModelNotFound.code)
    assert failed.failure == "There is no model called 'tiny'."


def test_a_model_that_is_published_anew_is_away_for_an_instant(office: Office) -> None:
    job = office.create()
    office.wait(MODEL_CHECK_S - 1.0)
    (office.models_dir / MODEL).rename(office.models_dir / ".away")
    office.wait(2.0)
    (office.models_dir / ".away").rename(office.models_dir / MODEL)
    office.wait(3 * MODEL_CHECK_S)
    assert office.engine.stopped == []
    assert office.now(job).state == "running"


def test_other_weights_under_a_paused_job_are_refused(office: Office) -> None:
    job = office.create()
    office.commands.pause(job.id)
    office.end(job, stopped=True)
    shutil.rmtree(office.models_dir / MODEL)
    publish_tiny(office.models_dir, MODEL, 2)
    office.commands.resume(job.id)
    office.runner.advance()
    failed = office.now(job)
    assert failed.state == "failed"
    assert failed.failure is not None
    assert "have changed" in failed.failure
    assert office.engine.added == [job.work]
    office.commands.restart(job.id)
    assert (office.now(job).state, office.engine.added) == ("running", [job.work] * 2)


def test_a_recipe_that_is_no_longer_there_fails_the_job(office: Office) -> None:
    office.store.add(a_record(kind="dance"), "Queued.")
    office.wait(POLL_S)
    office.runner.advance()
    assert office.store.get(a_record().id).record.failure_code == RecipeNotFound.code


def test_a_damaged_outcome_fails_the_job(office: Office) -> None:
    job = office.create()
    (office.files(job).path / "outcome.json").write_text("{")
    office.end(job)
    assert office.now(job).failure_code == "checkpoint_invalid"


def test_an_end_without_an_outcome_is_a_failure(office: Office) -> None:
    job = office.create()
    office.end(job)
    assert office.now(job).failure == "The job ended and left no outcome."


# -- several servers, and the death of one --------------------------------------------------------


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
    office.store.add(a_record(state="running", deaths=5, is_fresh=False), "")
    office.runner.advance()
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


def test_the_label_follows_the_work(office: Office) -> None:
    job = office.create()
    office.clock.now += 1.0
    office.report(job, 0.1, 1, label="Measuring its reach")
    assert office.now(job).label == "Measuring its reach"
