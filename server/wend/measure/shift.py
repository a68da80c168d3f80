"""Shift: how a distance between sets of pictures answers when one cause of them is moved."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from wend.errors import InvalidFactor, InvalidInput
from wend.measure.chart import Axis, Line, LineChart
from wend.measure.circle import centre, difference
from wend.measure.export import Plain, Table, to_dict
from wend.measure.frechet import NoiseFloor, frechet_distance, noise_floor
from wend.measure.moments import Moments
from wend.measure.sample import Sample
from wend.worlds.factor import Factor
from wend.worlds.world import World, factor_named


@dataclass(frozen=True)
class ShiftStep:
    """A world with one factor moved: by `sd` of its standard deviations, which is `amount` in its unit.

    measured: by how much the eye sees the factor's mean moved, in its unit, or None if it is not told.
    """

    sd: float
    amount: float
    frechet: float
    measured: float | None


@dataclass(frozen=True)
class ShiftResponse:
    """Frechet distances of n pictures of a world from n others of it, moved step by step; their floor.

    is_monotone: whether they grow with every step; clear_from: the least step, in sd, from which on all
    lie above the floor's highest value, or None.
    """

    factor: str
    unit: str
    count: int
    floor: NoiseFloor
    steps: tuple[ShiftStep, ...]
    is_monotone: bool
    clear_from: float | None

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        rows = tuple((s.sd, s.amount, s.frechet, s.measured) for s in self.steps)
        return Table(("sd", f"amount ({self.unit})", "frechet", "measured"), rows)

    def chart(self) -> LineChart:
        """Distance against shift, with the floor as a line."""
        x = tuple(step.sd for step in self.steps)
        flat = (self.floor.high,) * len(x)
        return LineChart(
            f"Fréchet distance when {self.factor} is shifted",
            Axis("shift", "standard deviations"),
            Axis("Fréchet distance", low=0.0),
            (
                Line("highest of the noise floor", x, flat),
                Line(self.factor, x, tuple(step.frechet for step in self.steps), has_points=True),
            ),
        )


def shiftable(world: World, name: str) -> tuple[Factor, float]:
    """A continuous factor and its standard deviation. Raises: InvalidFactor for any other."""
    factor = factor_named(world, name)
    if factor.is_discrete:
        raise InvalidFactor(name, "is a choice and cannot be shifted by a number")
    return factor, factor.moments()[1]


def shift_response(
    world: World, name: str, reference: Sample, moved: Mapping[float, Sample], seed: int = 0
) -> ShiftResponse:
    """What the distance says of samples of n pictures each, moved by so many standard deviations.

    reference: 2 n pictures of the world as it is, by another seed than the moved ones. 0 among the steps
    is the world itself drawn anew. Raises: InvalidFactor; InvalidInput for other numbers of pictures.
    """
    factor, sd = shiftable(world, name)
    count = len(reference) // 2
    if not moved or any(len(sample) != count for sample in moved.values()):
        raise InvalidInput(f"Every step needs {count} pictures, half as many as the reference.")
    floor = noise_floor(reference.vectors, count, seed=seed)
    still = Moments.of(reference.vectors[:count])
    steps = tuple(
        ShiftStep(
            step,
            step * sd,
            frechet_distance(still, Moments.of(moved[step].vectors)).total,
            _measured(name, reference, moved[step]),
        )
        for step in sorted(moved)
    )
    distances = [step.frechet for step in steps]
    clear = [s.sd for i, s in enumerate(steps) if min(distances[i:]) > floor.high]
    return ShiftResponse(
        factor=name,
        unit=factor.unit,
        count=count,
        floor=floor,
        steps=steps,
        is_monotone=all(a < b for a, b in pairwise(distances)),
        clear_from=min(clear) if clear else None,
    )


def _measured(name: str, reference: Sample, moved: Sample) -> float | None:
    if name not in reference.factors.names:
        return None
    before, after = reference.factors[name], moved.factors[name]
    after_at, before_at = (np.array([centre(c.values, c.period)]) for c in (after, before))
    return float(difference(after_at, before_at, before.period)[0])
