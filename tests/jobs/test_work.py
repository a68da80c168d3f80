"""Owner of a job as work in slices: what it keeps and when, and that going on equals never having stopped."""

import io
import itertools
import json
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from tests.jobs.toy import ToyJob, ToyParams
from wend.errors import CheckpointInvalid, DiskFull
from wend.jobs.folder import JobFolder
from wend.jobs.lock import FolderLock
from wend.jobs.work import JobSpec, JobWork


class FakeClock:
    """Seconds that pass a fixed amount at every look."""

    def __init__(self, tick_s: float = 0.0) -> None:
        self.now, self.tick_s = 1000.0, tick_s

    def __call__(self) -> float:
        self.now += self.tick_s
        return self.now


def spec(folder: Path, checkpoint_s: float = 10.0, **params: float) -> JobSpec:
    values = ToyParams.model_validate(params).model_dump(mode="json")
    return JobSpec("0123456789ab", "toy", values, folder, "analytic-disc", 0, checkpoint_s)


class Bench:
    """One job folder, and the works and jobs that were made in it."""

    def __init__(self, folder: Path, checkpoint_s: float = 10.0, **params: float) -> None:
        self.folder = JobFolder(folder)
        self.spec = spec(folder, checkpoint_s, **params)
        self.jobs: list[ToyJob] = []

    def work(self, clock: Callable[[], float] | None = None) -> JobWork:
        return JobWork(self.spec, self._build, clock or FakeClock())

    def _build(self) -> ToyJob:
        self.jobs.append(ToyJob(ToyParams.model_validate(self.spec.params)))
        return self.jobs[-1]

    @property
    def vector(self) -> list[float]:
        found: list[float] = json.loads(self.folder.artifact("vector.json").read_text())
        return found


def run(work: JobWork, slices: int = 100_000) -> bool:
    """At most so many slices; whether it is over."""
    return any(work.run_slice() for _ in range(slices))


@pytest.fixture
def unbroken(tmp_path: Path) -> list[float]:
    """What a run of 40 updates ends with that nobody disturbs."""
    bench = Bench(tmp_path / "unbroken")
    assert run(bench.work())
    return bench.vector


def test_a_job_runs_to_its_outcome(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    assert (work.name, work.model, work.label, work.fraction) == (
        "job:0123456789ab", "analytic-disc", "Preparing", 0.0,
    )  # fmt: skip
    assert run(work)
    assert (work.fraction, work.updates) == (1.0, 40)
    assert work.losses.keys() == {"total"}
    outcome = bench.folder.outcome()
    assert outcome is not None
    assert outcome.walks == ("toy/0",)
    assert bench.jobs[0].finishes == 1


def test_the_fraction_is_whole_only_when_the_outcome_is_on_disk(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    while not work.run_slice():
        if work.updates == 40 and bench.folder.outcome() is None:
            assert work.fraction <= 1.0
    assert work.fraction == 1.0


def test_who_watches_may_say_that_it_is_enough(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    while work.updates < 5:
        work.run_slice()
    bench.folder.say_enough()
    assert run(work)
    outcome = bench.folder.outcome()
    assert outcome is not None
    assert (work.fraction, work.updates, bench.jobs[0].finishes) == (1.0, 5, 1)
    # Said before there is anything, it ends when there is.
    early = Bench(tmp_path / "early")
    early.folder.create()
    early.folder.say_enough()
    at_once = early.work()
    assert run(at_once)
    assert at_once.updates == 1
    # Begun anew it runs to its own end.
    bench.folder.begin_anew()
    again = bench.work()
    assert run(again)
    assert again.updates == 40


def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path, unbroken: list[float]) -> None:
    bench = Bench(tmp_path / "resumed")
    work = bench.work()
    assert not run(work, 17)
    work.stop()
    assert run(work)
    assert 0.0 < work.fraction < 1.0
    assert bench.folder.has_checkpoint()
    assert bench.folder.outcome() is None
    again = bench.work()
    assert run(again)
    assert bench.vector == unbroken
    outcome = bench.folder.outcome()
    assert outcome is not None
    assert "threads" not in outcome.facts


def test_threads_that_change_are_told(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    assert not run(work, 17)
    work.stop()
    assert run(work)
    state = bench.folder.load_checkpoint()
    assert state is not None
    bench.folder.save_checkpoint(state | {"threads": 97})
    assert run(bench.work())
    outcome = bench.folder.outcome()
    assert outcome is not None
    assert outcome.facts["threads"] == f"97, then {torch.get_num_threads()}"


@pytest.mark.parametrize("seed", range(5))
def test_a_run_dropped_at_random_moments_equals_an_unbroken_one(
    tmp_path: Path, unbroken: list[float], seed: int
) -> None:
    """Dropped without a word, as a killed process drops it; checkpoints at random times before."""
    rng = random.Random(seed)
    bench = Bench(tmp_path / "dropped")
    for _ in range(12):
        work = bench.work(FakeClock(tick_s=rng.choice((0.1, 1.0, 4.0))))
        if run(work, rng.randrange(1, 40)):
            break
        if rng.random() < 0.3:
            work.stop()
            run(work, rng.randrange(1, 6))
        work.close()
    else:
        assert run(bench.work())
    assert bench.vector == unbroken


def test_checkpoints_come_on_the_clock_and_between_updates(tmp_path: Path) -> None:
    bench = Bench(tmp_path, checkpoint_s=5.0, updates=1000)
    clock = FakeClock()
    work = bench.work(clock)
    run(work, 4)
    assert not bench.folder.has_checkpoint()
    clock.now += 6.0
    run(work, 8)
    work.close()
    state = bench.folder.load_checkpoint()
    assert state is not None
    assert state["seconds"] == 6.0
    assert state["params"] == bench.spec.params
    assert state["kind"] == "toy"


class Counted(ToyJob):
    """Counts how often its state was asked for."""

    asked = 0

    def state_dict(self) -> dict[str, object]:
        self.asked += 1
        return super().state_dict()


def test_large_checkpoints_come_more_seldom(tmp_path: Path) -> None:
    # Of its state's few kilobytes so few may be written a second.
    told = replace(spec(tmp_path, checkpoint_s=5.0, updates=100_000), checkpoint_rate=50.0)
    job, clock = Counted(ToyParams(updates=100_000)), FakeClock()
    work = JobWork(told, lambda: job, clock)
    run(work, 4)
    for seconds in (6.0, 6.0, 20.0):
        clock.now += seconds
        run(work, 8)
        assert job.asked == 1
    clock.now += 1000.0
    while job.asked == 1:  # once the disk has the first
        assert not run(work, 8), "none came any more"
    work.close()


def test_seconds_add_up_over_sessions(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    for session in (1, 2):
        clock = FakeClock()
        work = bench.work(clock)
        run(work, 12)
        clock.now += 3.0
        assert work.seconds == 3.0 * session
        work.stop()
        assert run(work)


def test_history_and_previews_are_bounded_by_time(tmp_path: Path) -> None:
    bench = Bench(tmp_path, updates=300)
    clock = FakeClock()
    work = bench.work(clock)
    while not work.run_slice():
        clock.now += 0.05
    rows = bench.folder.history()
    assert 10 <= len(rows) <= 45
    assert rows[-1].updates == 300
    assert all(b.seconds - a.seconds >= 0.99 for a, b in itertools.pairwise(rows[:-1]))
    assert 5 <= bench.folder.preview_count() <= 20


def test_the_preview_is_a_sheet_and_changes_nothing(tmp_path: Path, unbroken: list[float]) -> None:
    bench = Bench(tmp_path / "watched")
    work = bench.work(FakeClock(tick_s=5.0))
    assert run(work)
    assert bench.vector == unbroken
    assert bench.jobs[0].previews > 10
    sheet = Image.open(io.BytesIO(bench.folder.artifact("preview.jpg").read_bytes()))
    assert sheet.size[0] == 4 * (4 + 2) + 2


def test_what_is_done_is_done_at_once(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    assert run(bench.work())
    work = bench.work()
    assert run(work, 3)
    assert work.fraction == 1.0
    assert len(bench.jobs) == 1


def test_a_run_killed_in_its_last_slice_finishes_again(tmp_path: Path, unbroken: list[float]) -> None:
    bench = Bench(tmp_path / "last")
    assert run(bench.work())
    (bench.folder.path / "outcome.json").unlink()
    assert run(bench.work())
    assert bench.vector == unbroken
    assert bench.jobs[1].updates == 40
    assert bench.jobs[1].finishes == 1


def test_work_stopped_before_it_began_is_over(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    work.stop()
    assert run(work, 1)
    assert bench.jobs == []


def test_a_stop_keeps_no_half_update(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    while bench.jobs == [] or bench.jobs[0].is_at_rest:
        work.run_slice()
    updates = bench.jobs[0].updates
    work.stop()
    assert run(work)
    assert work.updates == updates + 1


def test_a_checkpoint_of_other_settings_is_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    work = bench.work()
    run(work, 12)
    work.stop()
    assert run(work)
    other = Bench(tmp_path, updates=41)
    with pytest.raises(CheckpointInvalid, match="other settings"):
        run(other.work())


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.folder.create()
    (bench.folder.path / "checkpoint.safetensors").write_bytes(b"no checkpoint")
    with pytest.raises(CheckpointInvalid):
        run(bench.work())
    # The lock is free again: who restarts the job may have it.
    lock = FolderLock.take(tmp_path)
    assert lock is not None


def test_a_write_that_fails_breaks_the_work(tmp_path: Path) -> None:
    bench = Bench(tmp_path, updates=1000)
    work = bench.work(FakeClock(tick_s=0.1))
    while not bench.jobs:
        work.run_slice()
    (tmp_path / "history.jsonl").symlink_to("/dev/full")
    with pytest.raises(DiskFull):
        run(work)
    assert FolderLock.take(tmp_path) is not None


def test_a_folder_that_another_holds_is_waited_for(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.folder.create()
    lock = FolderLock.take(tmp_path)
    assert lock is not None
    clock = FakeClock()
    work = bench.work(clock)
    assert not run(work, 3)
    clock.now += 600.0
    assert not run(work, 3)
    assert bench.jobs == []
    assert f"process {os.getpid()} on" in work.label
    # Begun anew while another still holds it: what that one writes is dropped, and not before.
    bench.folder.begin_anew()
    bench.folder.save_checkpoint({"of": "the other"})
    assert not run(work, 3)
    lock.free()
    assert run(work)
    assert bench.folder.outcome() is not None
    lock = FolderLock.take(tmp_path)
    assert lock is not None
    stopped = bench.work(clock)
    assert not run(stopped, 2)
    stopped.stop()
    assert run(stopped, 1)
