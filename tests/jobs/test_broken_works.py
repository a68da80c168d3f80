"""Whatever can break under a job: the disk, the device, its process, its model, its outcome."""

import shutil

import pytest

from tests.engine.library import publish_tiny
from tests.jobs.office import MODEL, Office, a_record
from wend.errors import (
    DiskFull,
    EngineRestarting,
    JobProcessDied,
    ModelNotFound,
    RecipeNotFound,
)
from wend.jobs.ending import MAX_DEATHS
from wend.jobs.record import MAX_REST_S
from wend.jobs.runner import MODEL_CHECK_S, POLL_S
from wend.optim.job import Outcome


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
        office.wait(MAX_REST_S, tick_s=MAX_REST_S / 4)
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


@pytest.mark.parametrize("updates", [0, 4])
def test_what_learned_from_a_model_that_is_deleted_is_not_lost(office: Office, updates: int) -> None:
    job = office.create("teach")
    office.report(job, 0.2, updates)
    shutil.rmtree(office.models_dir / MODEL)
    office.wait(4 * MODEL_CHECK_S)
    # Asked once to end with what it has; before its first update there is nothing to be had.
    assert office.files(job).is_enough == (updates > 0)
    assert office.events(job).count("It ends with what it has.") == (updates > 0)
    assert ("stop" in office.children[0].calls) == (updates == 0)
    if updates:
        office.end(job, Outcome({}, (), "mine"))
        assert (office.now(job).state, office.now(job).result_model) == ("done", "mine")


def test_what_could_not_be_asked_to_end_is_asked_again(office: Office) -> None:
    job = office.create("teach")
    office.report(job, 0.2, 4)
    shutil.rmtree(office.models_dir / MODEL)
    folder = office.files(job).path
    folder.rename(folder.with_name("away"))
    office.wait(3 * MODEL_CHECK_S)
    assert "It ends with what it has." not in office.events(job)
    folder.with_name("away").rename(folder)
    office.wait(2 * MODEL_CHECK_S)
    assert office.files(job).is_enough
    assert office.events(job).count("It ends with what it has.") == 1


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
