"""The runner: from the queue to the end, turns, what is told and what is kept."""

import pytest

from tests.jobs.office import DONE, MODEL, Office, OpenOffice
from wend.optim.job import Outcome
from wend.protocol.messages import JobChanged, ModelsChanged, WalksChanged


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
    office.runner.advance()
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
    office.runner.advance()
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


def test_the_label_follows_the_work(office: Office) -> None:
    job = office.create()
    office.clock.now += 1.0
    office.report(job, 0.1, 1, label="Measuring its reach")
    assert office.now(job).label == "Measuring its reach"
