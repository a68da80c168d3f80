"""Owner of jobs in a process of their own: reports, a stop, ways to die, and ten kills that cost no bit."""

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.jobs.toy import TOYS, ToyParams
from wend.engine.pace import PROGRESS_S
from wend.engine.request import WorkProgress
from wend.jobs.bench import open_process_bench, open_workbench
from wend.jobs.child import ChildProcess, Order
from wend.jobs.drive import drive
from wend.jobs.folder import JobFolder
from wend.jobs.lock import FolderLock
from wend.jobs.work import JobSpec, JobWork
from wend.settings import Settings

COMMAND = (sys.executable, "-m", "tests.jobs.toy_child")
PATIENCE_S = 60.0
SLICE_S = 0.002
AHEAD = 20  # updates a life may make beyond where it is killed at the earliest


def toy_spec(
    folder: Path, kind: str = "apart", checkpoint_s: float = 10.0, /, **params: float | str
) -> JobSpec:
    values = ToyParams.model_validate(params).model_dump(mode="json")
    return JobSpec("0123456789ab", kind, values, folder, "analytic-disc", 0, checkpoint_s)


def vector_of(folder: Path) -> list[float]:
    found: list[float] = json.loads(JobFolder(folder).artifact("vector.json").read_text())
    return found


class Reports:
    """What a child has said, and a wait for more."""

    def __init__(self) -> None:
        self.all: list[WorkProgress] = []
        self._changed = threading.Condition()

    def __call__(self, report: WorkProgress) -> None:
        with self._changed:
            self.all.append(report)
            self._changed.notify_all()

    def wait_for(self, updates: int) -> None:
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(r.updates >= updates or r.done for r in self.all), PATIENCE_S
            )

    @property
    def last(self) -> WorkProgress:
        assert self.all[-1].done
        assert sum(report.done for report in self.all) == 1
        return self.all[-1]


class Started:
    """A child on its way in a folder of the test."""

    def __init__(self, tmp_path: Path, **params: float | str) -> None:
        self.folder = tmp_path / "job"
        self.reports = Reports()
        settings = Settings(data_dir=tmp_path / "data", device="cpu", threads=1)
        self.process = ChildProcess(toy_spec(self.folder, **params), self.reports, settings, COMMAND)
        self.process.start()

    def end(self) -> WorkProgress:
        assert self.process.join(PATIENCE_S)
        return self.reports.last


@pytest.fixture
def started() -> Iterator[list[Started]]:
    """Children that do not outlive the test."""
    children: list[Started] = []
    yield children
    for child in children:
        child.process.kill()
        child.process.join(PATIENCE_S)


def test_stopped_resumed_and_done(tmp_path: Path, started: list[Started]) -> None:
    leash = tmp_path / "leash"
    leash.write_text("40")
    child = Started(tmp_path, updates=100, slice_s=0.005, leash=str(leash))
    started.append(child)
    child.reports.wait_for(5)
    child.process.stop()
    stopped = child.end()
    assert (stopped.stopped, stopped.failure) == (True, None)
    assert 0 < stopped.updates <= 40
    leash.unlink()
    again = Started(tmp_path, updates=100, slice_s=0.005, leash=str(leash))
    started.append(again)
    done = again.end()
    assert (done.stopped, done.failure, done.fraction) == (False, None, 1.0)
    seen = [report.updates for report in again.reports.all if report.updates]
    assert min(seen) >= stopped.updates
    assert dict(again.reports.all[-2].losses).keys() == {"total"}
    assert vector_of(child.folder) == unbroken(tmp_path, updates=100)


def test_one_that_is_still_being_prepared_stops_at_once(tmp_path: Path, started: list[Started]) -> None:
    """What prepares it may take minutes, and asks nobody whether to go on; not its server asks it to end, but
    the machine, which goes down."""
    preparing = tmp_path / "preparing"
    child = Started(tmp_path, updates=5, prepares=str(preparing))
    started.append(child)
    until = time.monotonic() + PATIENCE_S
    while not preparing.exists():
        assert time.monotonic() < until
        time.sleep(SLICE_S)
    assert child.process.pid is not None
    os.kill(child.process.pid, signal.SIGTERM)
    stopped = child.end()
    assert (stopped.stopped, stopped.failure, stopped.updates) == (True, None, 0)
    assert preparing.exists()
    # It is nobody's any more, and begins anew.
    preparing.unlink()
    again = Started(tmp_path, updates=5)
    started.append(again)
    assert again.end().fraction == 1.0


def test_a_death_is_reported_with_how_it_came(tmp_path: Path, started: list[Started]) -> None:
    child = Started(tmp_path, updates=50, crash_at=3)
    started.append(child)
    last = child.end()
    assert last.code == "job_process_died"
    assert last.failure is not None
    assert "signal 9" in last.failure
    assert not last.stopped


def test_what_breaks_is_said_in_words(tmp_path: Path, started: list[Started]) -> None:
    child = Started(tmp_path, updates=50, fail_at=2)
    started.append(child)
    last = child.end()
    assert last.failure is not None
    assert "the toy broke" in last.failure
    assert "Traceback" in (child.folder / "child.log").read_text()


def test_a_child_whose_server_was_killed_keeps_its_state_and_ends(tmp_path: Path) -> None:
    """Both pipes end at once, and every slice is long enough to be reported."""
    settings = Settings(data_dir=tmp_path / "data", device="cpu", threads=1)
    folder = tmp_path / "job"
    folder.mkdir()
    process = subprocess.Popen(
        [*COMMAND, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    order = Order.of(toy_spec(folder, updates=100_000, slice_s=PROGRESS_S + 0.05), settings)
    process.stdin.write(order.model_dump_json().encode() + b"\n")
    process.stdin.flush()
    while json.loads(process.stdout.readline())["updates"] < 1:
        continue
    process.stdout.close()
    process.stdin.close()
    assert process.wait(PATIENCE_S) == 0
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()
    assert JobFolder(folder).has_checkpoint()
    assert FolderLock.take(folder) is not None


def test_an_unknown_order_is_reported(tmp_path: Path, started: list[Started]) -> None:
    reports = Reports()
    spec = JobSpec("0123456789ab", "tea", {}, tmp_path / "job", None, 0)
    process = ChildProcess(spec, reports, Settings(data_dir=tmp_path), COMMAND)
    process.start()
    assert process.join(PATIENCE_S)
    assert reports.last.code == "recipe_not_found"


def test_an_order_carries_no_secret(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, token="a-secret-token", host="0.0.0.0")
    order = Order.of(toy_spec(tmp_path, updates=7), settings)
    assert "a-secret-token" not in order.model_dump_json()
    assert Order.model_validate_json(order.model_dump_json()).spec(tmp_path) == toy_spec(tmp_path, updates=7)


# -- killed with -9, ten times ------------------------------------------------------------------------


def run_disc(folder: Path, data: Path, updates: int, leash: Path) -> None:
    """The job of a child, in a process that was forked with everything imported."""
    bench = open_process_bench(Settings(data_dir=data, device="cpu", threads=1))
    spec = toy_spec(folder, "disc", 0.02, updates=updates, slice_s=SLICE_S, leash=str(leash))
    params = ToyParams.model_validate(spec.params)
    build = TOYS["disc"].build
    work = JobWork(spec, lambda: build(params, open_workbench(bench, params.model)))
    drive(work, lambda report: None, lambda: False)


def unbroken(tmp_path: Path, **params: float) -> list[float]:
    """What the same job ends with that nobody disturbs, here."""
    bench = open_process_bench(Settings(data_dir=tmp_path / "data", device="cpu", threads=1))
    spec = toy_spec(tmp_path / "unbroken", **(params | {"slice_s": 0.0}))
    values = ToyParams.model_validate(spec.params)
    work = JobWork(spec, lambda: TOYS["disc"].build(values, open_workbench(bench, values.model)))
    assert drive(work, lambda report: None, lambda: False).error is None
    return vector_of(spec.folder)


def test_ten_kills_at_random_moments_cost_no_bit(tmp_path: Path) -> None:
    context = multiprocessing.get_context("forkserver")
    # The first optimizer of a process imports torch's compiler, which takes far longer than a life here.
    context.set_forkserver_preload([__name__, "torch._dynamo"])
    folder, leash, rng = tmp_path / "killed", tmp_path / "leash", random.Random(5)
    updates = 10 * (20 + AHEAD) + 50
    job = (folder, tmp_path / "data", updates, leash)
    reached: list[int] = []
    for _ in range(10):
        after = (reached[-1] if reached else -1) + rng.randrange(20)
        leash.write_text(str(after + AHEAD))
        child = context.Process(target=run_disc, args=job, daemon=True)
        child.start()
        _wait_for_update(folder, after)
        child.kill()
        child.join(PATIENCE_S)
        assert child.exitcode == -signal.SIGKILL
        state = JobFolder(folder).load_checkpoint()
        assert state is not None
        report = state["report"]
        assert isinstance(report, dict)
        reached.append(report["updates"])
    leash.unlink()
    last = context.Process(target=run_disc, args=job, daemon=True)
    last.start()
    last.join(PATIENCE_S)
    assert reached == sorted(reached)
    assert vector_of(folder) == unbroken(tmp_path, updates=updates)


def _wait_for_update(folder: Path, after: int) -> None:
    """Until the child has kept a state that is newer."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        state = JobFolder(folder).load_checkpoint()
        report = None if state is None else state["report"]
        if isinstance(report, dict) and report["updates"] > after:
            return
        time.sleep(0.01)
    raise AssertionError("the child kept nothing")
