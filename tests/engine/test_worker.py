"""Owner of the device thread's side of long work: what each piece of work has of the time."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
import torch

from tests.engine.conftest import Library
from wend.engine.request import EngineEvent, WorkProgress
from wend.engine.residency import Residency
from wend.engine.running import Running
from wend.engine.worker import Worker
from wend.engine.works import MAX_DUE_S, SHARE, Works
from wend.library.perception import PerceptionStore
from wend.methods.workbench import Workbench


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Slow:
    """Work without an end, whose slices take so long by the clock."""

    def __init__(self, name: str, slice_s: float, clock: FakeClock) -> None:
        self.name, self.model, self.label = name, "tiny", "working"
        self.fraction, self.updates = 0.0, 0
        self.losses: Mapping[str, float] = {}
        self.had_s = 0.0
        self._slice_s, self._clock = slice_s, clock
        self._is_stopping = False

    def stop(self) -> None:
        self._is_stopping = True

    def run_slice(self) -> bool:
        self._clock.now += self._slice_s
        self.had_s += self._slice_s
        return self._is_stopping


@dataclass
class Office:
    """A worker, its works, and what it told."""

    worker: Worker
    works: Works
    clock: FakeClock
    told: list[EngineEvent]
    waiting: list[str]  # renders

    def add(self, name: str, slice_s: float) -> Slow:
        work = Slow(name, slice_s, self.clock)

        def build(_bench: Workbench) -> Slow:
            return work

        assert self.works.add(Running(name, "tiny", build, clock=self.clock))
        return work

    def serve(self, snapshot_s: float, count: int) -> float:
        """So many snapshots of renders that never cease; seconds they took."""
        self.waiting.append("a render")
        for _ in range(count):
            self.clock.now += snapshot_s
            self.worker.run(snapshot_s)
        return snapshot_s * count

    def run(self, seconds: float) -> None:
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.worker.run(0.0)


@pytest.fixture
def office(library: Library) -> Office:
    store, shelf = library
    works, clock, told, waiting = Works(), FakeClock(), list[EngineEvent](), list[str]()
    worker = Worker(
        works,
        threading.Condition(),
        lambda: not waiting,
        Residency(store, torch.device("cpu"), 2**30),
        shelf,
        PerceptionStore([]),
        told.append,
        clock,
    )
    return Office(worker, works, clock, told, waiting)


def test_a_job_of_short_slices_has_half_the_device_beside_one_of_long_slices(office: Office) -> None:
    short, long = office.add("job:short", 0.002), office.add("discover:tiny", 0.1)
    office.run(10.0)
    assert short.had_s == pytest.approx(5.0, abs=0.2)
    assert long.had_s == pytest.approx(5.0, abs=0.2)


@pytest.mark.parametrize("slice_s", [0.001, 0.03, 0.2])
@pytest.mark.parametrize("snapshot_s", [0.004, 0.04, 0.3, 1.0])
def test_slices_have_their_share_while_renders_never_cease(
    office: Office, slice_s: float, snapshot_s: float
) -> None:
    work = office.add("a", slice_s)
    rendered = office.serve(snapshot_s, min(1000, round(40.0 / snapshot_s)))
    assert 0.2 <= work.had_s / (work.had_s + rendered) <= SHARE + 0.05


def test_snapshots_that_take_longest_leave_what_may_be_due(office: Office) -> None:
    work = office.add("a", 0.01)
    office.serve(600.0, 10)
    assert work.had_s == pytest.approx(10 * MAX_DUE_S, abs=0.11)


def test_at_the_end_all_are_stopped_and_told_of(office: Office) -> None:
    office.add("a", 0.002)
    office.add("b", 0.1)
    office.run(1.0)
    office.worker.end()
    reports = [event for event in office.told if isinstance(event, WorkProgress)]
    assert {report.work for report in reports if report.done and report.stopped} == {"a", "b"}
    assert len(office.works) == 0
