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
from wend.engine.works import Works
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

    def add(self, name: str, slice_s: float) -> Slow:
        work = Slow(name, slice_s, self.clock)

        def build(_bench: Workbench) -> Slow:
            return work

        assert self.works.add(Running(name, "tiny", build, clock=self.clock))
        return work

    def run(self, seconds: float) -> None:
        until = self.clock.now + seconds
        while self.clock.now < until:
            self.worker.run(0.0)


@pytest.fixture
def office(library: Library) -> Office:
    store, shelf = library
    works, clock, told = Works(), FakeClock(), list[EngineEvent]()
    worker = Worker(
        works,
        threading.Condition(),
        lambda: True,
        Residency(store, torch.device("cpu"), 2**30),
        shelf,
        PerceptionStore([]),
        told.append,
        clock,
    )
    return Office(worker, works, clock, told)


def test_a_job_of_short_slices_has_half_the_device_beside_one_of_long_slices(office: Office) -> None:
    short, long = office.add("job:short", 0.002), office.add("discover:tiny", 0.1)
    office.run(10.0)
    assert short.had_s == pytest.approx(5.0, abs=0.2)
    assert long.had_s == pytest.approx(5.0, abs=0.2)


def test_at_the_end_all_are_stopped_and_told_of(office: Office) -> None:
    office.add("a", 0.002)
    office.add("b", 0.1)
    office.run(1.0)
    office.worker.end()
    reports = [event for event in office.told if isinstance(event, WorkProgress)]
    assert {report.work for report in reports if report.done and report.stopped} == {"a", "b"}
    assert len(office.works) == 0
