"""Owner of the time left that is told of a steering run: right within a factor of two from a fifth on."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from tests.methods.steer_bench import bench_of
from wend.engine.pace import Pace
from wend.methods.steer.job import SteerJob
from wend.methods.steer.params import SteerParams
from wend.optim.job import SliceReport

# Seconds of each kind of slice on one CPU core, as measured on a bundled model of 64 px.
PLAIN = {"target": 0.016, "moved": 0.033, "held out": 0.028, "measuring": 0.023}
# A machine where pictures drawn together cost hardly more than one, and one where gradients are dear.
BATCHES = {"target": 0.004, "moved": 0.009, "held out": 0.008, "measuring": 0.004}
DEAR = {"target": 0.016, "moved": 0.055, "held out": 0.03, "measuring": 0.023}


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Told:
    """A time, what was told to be left then, and how far the run was."""

    at: float
    left: float | None
    fraction: float
    is_learning: bool


def run(job: SteerJob, costs: dict[str, float]) -> list[Told]:
    clock = FakeClock()
    pace = Pace("job:1", "small", clock)
    told: list[Told] = []
    report = SliceReport(0.0, "")
    while not report.is_done:
        optimization = job.optimization
        is_learning = not optimization.is_done
        if not is_learning:
            kind = "measuring"
        elif optimization.is_checking:
            kind = "held out"
        else:
            kind = "target" if optimization.chunk < job.task.objective.chunks else "moved"
        report = job.step()
        clock.now += costs[kind]
        pace.note(report)
        stopped = pace.stopped()
        told.append(Told(clock.now, _left(pace), stopped.fraction, is_learning))
    return told


def _left(pace: Pace) -> float | None:
    report = pace.report()
    return None if report is None else report.seconds_left


def job_of(tmp_path: Path, **params: object) -> SteerJob:
    bench = bench_of("small", tmp_path)
    values = {"model": "small", "edit": "zoom", "layers": (0, 6)} | params
    return SteerJob(SteerParams.model_validate(values), bench)


def ratios(told: list[Told], start: float = 0.2, end: float = 0.95) -> list[float]:
    """Told over true, of every report in that part of the run's time."""
    began, ended = 100.0, told[-1].at
    return [
        t.left / (ended - t.at)
        for t in told
        if t.left is not None and start <= (t.at - began) / (ended - began) <= end
    ]


@pytest.mark.parametrize(("samples", "costs"), [(24, PLAIN), (80, DEAR), (240, PLAIN), (240, BATCHES)])
def test_time_left_is_within_a_factor_of_two_after_a_fifth(
    samples: int, costs: dict[str, float], tmp_path: Path
) -> None:
    told = run(job_of(tmp_path, samples=samples, patience=None), costs)
    found = ratios(told)
    assert len(found) >= 8
    assert all(0.5 <= ratio <= 2.0 for ratio in found), (min(found), max(found))


@pytest.mark.parametrize(
    "params",
    [
        {"edit": "color", "samples": 64},
        {"walk": "steps", "samples": 64, "place": "w"},
        {"method": "lbfgs", "rounds": 3, "samples": 80, "batch": 5},
        {"check_every": 0, "samples": 120},
        {"check_every": 2, "held_out": 16, "samples": 64},
    ],
)
def test_whatever_the_run_is_made_of(params: dict[str, object], tmp_path: Path) -> None:
    told = run(job_of(tmp_path, patience=None, **params), PLAIN)
    found = ratios(told)
    assert all(0.5 <= ratio <= 2.0 for ratio in found), (min(found), max(found))
    fractions = [t.fraction for t in told]
    assert all(a <= b for a, b in pairwise(fractions))


def test_an_early_end_jumps_forward_to_the_truth(tmp_path: Path) -> None:
    job = job_of(tmp_path, samples=4000, check_every=3, patience=2, least_gain=0.5)
    told = run(job, PLAIN)
    assert job.optimization.updates < job.optimization.settings.updates / 4
    fractions = [t.fraction for t in told]
    assert all(a <= b for a, b in pairwise(fractions))
    last = max(i for i, t in enumerate(told) if t.is_learning)
    share = (told[last].at - 100.0) / (told[-1].at - 100.0)
    assert fractions[last] > fractions[last - 1] + 0.1
    assert fractions[last] == pytest.approx(share, abs=0.1)
    found = ratios(told, start=share)
    assert found
    assert all(0.5 <= ratio <= 2.0 for ratio in found)
