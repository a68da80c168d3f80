"""Owner of jobs run by commands and notebooks: the same job, its record, and going on where it stopped."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.jobs.toy import TOYS
from wend.engine.request import WorkProgress
from wend.errors import InvalidParams, JobElsewhere, ModelNotFound, RecipeNotFound, WendError
from wend.jobs.clock import SystemClock
from wend.jobs.folder import JobFolder
from wend.jobs.interrupts import Interrupts
from wend.jobs.local import LocalRun, job_id, run_local
from wend.jobs.own import OwnJob
from wend.jobs.place import opened_jobs
from wend.jobs.record import JobRecord
from wend.settings import Settings


def settings_of(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", device="cpu", threads=1)


def run(
    tmp_path: Path,
    kind: str = "disc",
    should_stop: Callable[[], bool] | None = None,
    is_anew: bool = False,
    **params: float,
) -> LocalRun:
    return run_local(kind, params, settings_of(tmp_path), None, should_stop, is_anew, TOYS)


def record_of(tmp_path: Path, job: str) -> JobRecord:
    with opened_jobs(tmp_path / "data") as (store, _):
        entry = store.get(job)
        assert entry.lease is None
        return entry.record


def vector_of(run: LocalRun) -> list[float]:
    found: list[float] = json.loads(JobFolder(run.folder).artifact("vector.json").read_text())
    return found


def after(count: int) -> Callable[[], bool]:
    """Says stop when asked for the so many-th time."""
    left = [count]

    def should_stop() -> bool:
        left[0] -= 1
        return left[0] <= 0

    return should_stop


def test_a_job_is_run_and_recorded(tmp_path: Path) -> None:
    done = run(tmp_path, updates=12, seed=3)
    assert done.is_done
    assert done.outcome is not None
    assert done.outcome.walks == ("toy/0",)
    assert done.folder == tmp_path / "data" / "jobs" / done.id
    record = record_of(tmp_path, done.id)
    assert (record.state, record.updates, record.seed, record.fraction) == ("done", 12, 3, 1.0)
    assert record.params == done.params
    assert record.versions["generator"]
    assert record.walks == ("toy/0",)


def test_reports_are_those_of_the_work(tmp_path: Path) -> None:
    told: list[WorkProgress] = []
    run_local("toy", {"updates": 60, "slice_s": 0.01}, settings_of(tmp_path), told.append, recipes=TOYS)
    assert [report.done for report in told] == [False] * (len(told) - 1) + [True]
    assert [r.fraction for r in told] == sorted(r.fraction for r in told)
    assert any(r.losses for r in told)


def test_lease_and_checkpoints_are_those_of_the_settings(tmp_path: Path) -> None:
    settings = settings_of(tmp_path).model_copy(update={"job_lease_s": 3.0, "job_checkpoint_s": 0.1})
    seen: list[tuple[bool, float]] = []

    def look(report: WorkProgress) -> None:
        job = report.work.removeprefix("job:")
        if report.done:
            return
        with opened_jobs(settings.data_dir) as (store, root):
            lease = store.get(job).lease
            assert lease is not None
            seen.append((JobFolder(root / job).has_checkpoint(), lease.expires_at - time.time()))

    run_local("toy", {"updates": 60, "slice_s": 0.01}, settings, look, recipes=TOYS)
    assert any(is_kept for is_kept, _ in seen)
    assert all(left_s <= 3.0 for _, left_s in seen)


def test_the_same_command_goes_on(tmp_path: Path) -> None:
    stopped = run(tmp_path, should_stop=after(30), updates=40)
    assert not stopped.is_done
    assert stopped.report.stopped
    paused = record_of(tmp_path, stopped.id)
    assert (paused.state, paused.label) == ("paused", "Paused")
    done = run(tmp_path, updates=40)
    assert done.id == stopped.id
    assert record_of(tmp_path, done.id).state == "done"
    assert vector_of(done) == vector_of(run(tmp_path / "other", updates=40))


def test_begun_anew_it_forgets(tmp_path: Path) -> None:
    run(tmp_path, should_stop=after(30), updates=40)
    told: list[WorkProgress] = []
    params = {"updates": 40}
    done = run_local("disc", params, settings_of(tmp_path), told.append, None, is_anew=True, recipes=TOYS)
    assert done.is_done
    assert vector_of(done) == vector_of(run(tmp_path / "other", updates=40))
    again = run(tmp_path, updates=40)
    assert again.is_done
    assert record_of(tmp_path, again.id).updates == 40


def test_a_process_job_runs_here_too(tmp_path: Path) -> None:
    assert vector_of(run(tmp_path, "apart", updates=8)) == vector_of(run(tmp_path, "disc", updates=8))


def test_other_parameters_are_another_job(tmp_path: Path) -> None:
    assert run(tmp_path, updates=3).id != run(tmp_path, updates=4).id
    assert job_id("toy", {"a": 1, "b": 2}, "x") == job_id("toy", {"b": 2, "a": 1}, "x")
    assert job_id("toy", {}, "x") != job_id("toy", {}, "y")


def test_what_breaks_is_raised_and_recorded(tmp_path: Path) -> None:
    with pytest.raises(WendError, match="the toy broke"):
        run(tmp_path, updates=9, fail_at=4)
    with opened_jobs(tmp_path / "data") as (store, _):
        (entry,) = store.list()
    assert entry.record.state == "failed"
    assert entry.lease is None


def test_bad_input_leaves_no_job(tmp_path: Path) -> None:
    with pytest.raises(RecipeNotFound):
        run(tmp_path, "tea")
    with pytest.raises(InvalidParams):
        run(tmp_path, updates=0)
    with pytest.raises(ModelNotFound):
        run_local("toy", {"model": "nobody"}, settings_of(tmp_path), recipes=TOYS)
    with opened_jobs(tmp_path / "data") as (store, _):
        assert store.list() == ()


def test_a_job_that_another_process_runs_is_left_to_it(tmp_path: Path) -> None:
    done = run(tmp_path, updates=5)
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from wend.jobs.place import opened_jobs
        with opened_jobs(Path({str(tmp_path / "data")!r})) as (store, _):
            store.change({done.id!r}, lambda job: job.restart(0.0))
            store.claim({done.id!r}, 60.0, lambda job: job.begin({{}}, "elsewhere"), "")
            print("claimed", flush=True)
            input()
        """
    )
    other = subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert other.stdin is not None
    assert other.stdout is not None
    try:
        assert other.stdout.readline() == "claimed\n"
        with pytest.raises(JobElsewhere):
            run(tmp_path, updates=5)
    finally:
        other.communicate("\n")
    # It ended without giving the job back: whoever asks may have it.
    assert run(tmp_path, updates=5).is_done


def test_given_up_it_may_be_taken_up(tmp_path: Path) -> None:
    record = JobRecord("0123456789ab", "toy", "t", "analytic-disc", "device", "", {}, 0, 0.0)
    with opened_jobs(tmp_path) as (store, root):
        own = OwnJob(store, record, JobFolder(root / record.id), {}, "cpu", SystemClock())
        own.leave()
        entry = store.get(record.id)
    assert (entry.record.state, entry.lease) == ("paused", None)


def test_one_interrupt_is_a_wish_two_are_an_order() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupts() as interrupts:
        assert not interrupts.has_come()
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupts.has_come()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
