"""Quasi-Newton steps: the least of a known function, never upwards, within what they may evaluate."""

import torch
from torch import Tensor

from wend.measure.slices import Sliced, finish
from wend.methods.descent import Descent


class Valley:
    """Rosenbrock's function of two numbers, least (0) at `(place, place^2)`; keeps the values it gave."""

    def __init__(self, place: float = 1.0) -> None:
        self.place = place
        self.values: list[float] = []

    def __call__(self, x: Tensor) -> Sliced[tuple[float, Tensor]]:
        yield
        a, b = float(x[0]), float(x[1])
        value = (self.place - a) ** 2 + 10.0 * (b - a * a) ** 2
        self.values.append(value)
        slope = [-2.0 * (self.place - a) - 40.0 * a * (b - a * a), 20.0 * (b - a * a)]
        return value, torch.tensor(slope, dtype=torch.float64)


def start() -> Tensor:
    return torch.tensor([-1.2, 1.0], dtype=torch.float64)


def test_the_least_of_a_bent_valley_is_found() -> None:
    descent = Descent(Valley(), start())
    finish(descent.run(60))
    torch.testing.assert_close(descent.x, torch.ones(2, dtype=torch.float64), atol=1e-5, rtol=0.0)


def test_no_point_that_is_kept_is_worse_than_the_one_before() -> None:
    valley = Valley()
    descent = Descent(valley, start())
    kept: list[float] = []
    for _ in range(15):
        finish(descent.run(2))
        kept.append(descent.value)
    assert kept == sorted(kept, reverse=True)
    assert kept[-1] < 0.1 * valley.values[0]


def test_no_more_is_evaluated_than_allowed() -> None:
    valley = Valley()
    finish(Descent(valley, start()).run(7))
    assert len(valley.values) <= 7


def test_a_target_that_moved_is_reached_with_what_is_known() -> None:
    descent = Descent(Valley(), start())
    finish(descent.run(60))
    moved = Valley(1.1)
    descent.aim(moved, descent.x)
    finish(descent.run(12))
    assert descent.value < 0.02 * moved.values[0]


def test_where_nothing_goes_down_it_ends() -> None:
    valley = Valley()
    finish(Descent(valley, torch.ones(2, dtype=torch.float64)).run(50))
    assert len(valley.values) < 50
