"""Owner of what is said of long work: when, and how long it still takes."""

from dataclasses import dataclass, field

import pytest

from wend.engine.pace import PROGRESS_S, WAITING, Pace
from wend.errors import EngineRestarting


class FakeClock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@dataclass
class At:
    """Work that is so far."""

    fraction: float
    label: str = "working"
    updates: int = 0
    losses: dict[str, float] = field(default_factory=dict)


def test_what_work_says_is_reported() -> None:
    pace = Pace("job:1", "tiny", FakeClock())
    pace.note(At(0.25, "learning", 7, {"total": 0.5, "norm": 2.0}))
    report = pace.report()
    assert report is not None
    assert (report.work, report.model, report.label, report.fraction) == ("job:1", "tiny", "learning", 0.25)
    assert (report.updates, report.losses) == (7, (("total", 0.5), ("norm", 2.0)))
    assert not report.done


def test_reports_are_not_more_often_than_an_eye_follows() -> None:
    clock = FakeClock()
    pace = Pace("job:1", "tiny", clock)
    reports = 0
    for _ in range(100):
        pace.note(At(0.1))
        reports += pace.report() is not None
        clock.now += PROGRESS_S / 10
    assert reports in (10, 11)


def test_a_fraction_outside_its_range_is_clamped() -> None:
    pace = Pace("job:1", "tiny", FakeClock())
    pace.note(At(1.5))
    assert pace.stopped().fraction == 1.0


def test_last_reports() -> None:
    pace = Pace("job:1", "tiny", FakeClock())
    assert pace.stopped().label == WAITING
    pace.note(At(0.5, "learning", 3))
    stopped = pace.stopped()
    assert (stopped.done, stopped.stopped, stopped.fraction, stopped.updates) == (True, True, 0.5, 3)
    done = pace.done()
    assert (done.done, done.stopped, done.fraction, done.seconds_left) == (True, False, 1.0, 0.0)
    broken = pace.broken(EngineRestarting())
    assert (broken.done, broken.code, broken.label) == (True, "engine_restarting", "learning")
    assert broken.failure == EngineRestarting().sentence


@pytest.mark.parametrize("begun_at", [0.0, 0.5])
@pytest.mark.parametrize("drag", [1.0, 3.0])
def test_time_left_is_within_a_factor_of_two_after_a_fifth(begun_at: float, drag: float) -> None:
    """A fresh run and a resumed one; a hand that drags makes every third stretch `drag` times as slow."""
    clock = FakeClock()
    pace = Pace("job:1", "tiny", clock)
    steps = 1000
    said: list[tuple[float, float | None]] = []
    clock.now += 8.0  # loading
    for step in range(steps):
        share = step / steps
        pace.note(At(begun_at + (1.0 - begun_at) * share))
        report = pace.report()
        if report is not None and 0.2 <= share < 0.98:
            said.append((clock.now, report.seconds_left))
        clock.now += 0.05 * (drag if (step // 30) % 3 == 0 else 1.0)
    assert len(said) > 100
    for now, left in said:
        assert left is not None
        assert 0.5 <= left / (clock.now - now) <= 2.0
