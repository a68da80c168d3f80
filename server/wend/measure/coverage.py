"""Coverage: how much of the range in which a world varies a model reaches too."""

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.export import Plain, Table, to_dict

CENTRAL = (0.05, 0.95)
"""Quantiles of the world between which a factor's range counts; beyond them its ends are rare."""

BINS = 18
"""Each holds one in twenty of the world's pictures."""

REACHED = 0.2
"""A bin is reached when the model fills it at least a fifth as often as the world does."""

LEAST_EXPECTED = 15
"""Pictures of an option below which its absence may be chance."""


@dataclass(frozen=True)
class FactorCoverage:
    """fraction: share of the world's central range, 0..1, that the model reaches; `judged` parts of it.

    world_range, model_range: central quantiles of either in the factor's unit, None for choices; missing:
    names of the parts that are not reached.
    """

    name: str
    fraction: float
    judged: int
    missing: tuple[str, ...]
    world_range: tuple[float, float] | None = None
    model_range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Coverage:
    """Of every factor, in the order they were measured."""

    factors: tuple[FactorCoverage, ...]

    @property
    def fractions(self) -> dict[str, float]:
        return {factor.name: factor.fraction for factor in self.factors}

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        rows = tuple((f.name, f.fraction, f.judged, "; ".join(f.missing)) for f in self.factors)
        return Table(("factor", "fraction", "judged", "missing"), rows)


def coverage(world: Attributes, model: Attributes) -> Coverage:
    """How much of the world's range a model's pictures reach, both measured by the same eye.

    The world's central 90 % of a continuous factor (all of a circular one) is cut into 18 bins that hold
    equally many of its pictures. A bin counts as reached when the model's share of pictures in it is at
    least a fifth of the world's: dropped ranges show, small shifts do not. A choice counts by its options
    in the same way; an option too rare to be judged by so many pictures (fewer than 15 expected) is left
    out. Measuring the world's pictures too, not taking its laws, keeps what the eye blurs out of the
    figure. Raises: InvalidInput when they were not measured alike.
    """
    if world.names != model.names or len(world.choices) != len(model.choices):
        raise InvalidInput("World and model were not measured by the same network.")
    continuous = [_continuous(a, model[a.name]) for a in world.columns]
    discrete = [_discrete(a, b) for a, b in zip(world.choices, model.choices, strict=True)]
    return Coverage(tuple(continuous + discrete))


def _continuous(world: AttributeColumn, model: AttributeColumn) -> FactorCoverage:
    real, drawn = (v[np.isfinite(v)] for v in (world.values, model.values))
    low, high = (0.0, 1.0) if world.is_circular else CENTRAL
    edges = np.quantile(real, np.linspace(low, high, BINS + 1))
    # A factor that piles up at an end of its range has several quantiles there: one bin for all of them.
    edges = np.unique(edges)
    if len(edges) < 2:
        raise InvalidInput(f"{world.name} never varies in this world.")
    if world.is_circular:
        drawn = np.mod(drawn - edges[0], world.period or 1.0) + edges[0]
        edges[-1] = edges[0] + (world.period or 1.0)
        real = np.mod(real - edges[0], world.period or 1.0) + edges[0]
    reached = _is_reached(_shares(real, edges), _shares(drawn, edges))
    names = [f"{a:.3g} to {b:.3g}" for a, b in itertools.pairwise(edges)]
    ends = np.quantile(drawn, CENTRAL)
    return FactorCoverage(
        world.name,
        float(reached.mean()),
        len(reached),
        tuple(name for name, is_reached in zip(names, reached, strict=True) if not is_reached),
        (float(edges[0]), float(edges[-1])),
        (float(ends[0]), float(ends[1])),
    )


def _discrete(world: ChoiceColumn, model: ChoiceColumn) -> FactorCoverage:
    real = np.bincount(world.chosen, minlength=len(world.options)) / len(world.chosen)
    drawn = np.bincount(model.chosen, minlength=len(model.options)) / len(model.chosen)
    # Of few pictures perhaps none is frequent enough; the most frequent is judged all the same.
    judged = (real * min(len(world.chosen), len(model.chosen)) >= LEAST_EXPECTED) | (real == real.max())
    reached = _is_reached(real[judged], drawn[judged])
    names = [name for name, is_judged in zip(world.options, judged, strict=True) if is_judged]
    missing = tuple(name for name, is_reached in zip(names, reached, strict=True) if not is_reached)
    return FactorCoverage(world.name, float(reached.mean()), len(reached), missing)


def _shares(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    shares: NDArray[np.float64] = np.histogram(values, edges)[0] / max(len(values), 1)
    return shares


def _is_reached(world: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.bool_]:
    reached: NDArray[np.bool_] = (model >= REACHED * world) & (model > 0.0)
    return reached
