"""Variability law: whether a generator follows a walk further where its world varies more, class by class."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.latents.walk import Walk
from wend.measure.attributes import AttributeColumn
from wend.measure.chart import Axis, ScatterChart
from wend.measure.classes import Correlation, pearson, world_of_classes
from wend.measure.export import Plain, Table, to_dict
from wend.measure.probe import Probe
from wend.measure.sample import BATCH
from wend.measure.slices import Sliced
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge, look_at, pixels_of
from wend.worlds.world import World, class_names, occurring_classes, sample_factors

_DRAWS = 4000
"""Values of a factor that its spread within a class is taken from; nothing is rendered for them."""


@dataclass(frozen=True)
class ClassReach:
    """One class. sigma: standard deviation of the attribute in the world; own_sigma: in the generator's
    pictures before the walk; reach: mean at +alpha less mean at -alpha; error: its standard error."""

    name: str
    sigma: float
    own_sigma: float
    reach: float
    error: float


@dataclass(frozen=True)
class VariabilityLaw:
    """One attribute over all classes, never pooled with another: units and steps differ.

    correlation: Pearson's r of reach with the world's sigma, and its interval; slope, p_value: of the line
    through the classes (two-sided t test). own: r with the generator's own sigma instead.
    """

    edit: str
    attribute: str
    unit: str
    alpha: float
    classes: tuple[ClassReach, ...]
    per_class: int
    correlation: Correlation
    slope: float
    p_value: float
    own: Correlation

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        """A row per class."""
        columns = ("class", "sigma", "own_sigma", "reach", "error")
        rows = ((c.name, c.sigma, c.own_sigma, c.reach, c.error) for c in self.classes)
        return Table(columns, tuple(rows))

    def chart(self) -> ScatterChart:
        """Reach against sigma, a point per class."""
        unit = self.unit
        return ScatterChart(
            f"{self.edit.replace('_', ' ')}: reach against spread in the world",
            Axis(f"standard deviation of {self.attribute.replace('_', ' ')} in the world", unit),
            Axis(f"mean at {self.alpha:+g} less mean at {-self.alpha:+g}", unit),
            tuple(c.name for c in self.classes),
            tuple(c.sigma for c in self.classes),
            tuple(c.reach for c in self.classes),
            f"slope {self.slope:.3g}, p {self.p_value:.2g}",
        )


def class_sigmas(world: World, aim: Aim, per_class: int, seed: int, size: int) -> Sliced[tuple[float, ...]]:
    """Standard deviation of the aim's attribute within each class that occurs, in the aim's unit.

    Of a factor: from its law, by many draws. Of what pixels tell: from `per_class` pictures of the world;
    a slice is a batch. Raises: InvalidInput for a world without classes, or an attribute it has not.
    """
    shown = occurring_classes(world)
    if len(shown) < 2:
        raise InvalidInput(f"{world.name} has no classes to compare.")
    if any(factor.name == aim.attribute for factor in world.factors):
        classes = torch.tensor(shown).repeat(_DRAWS)
        values = sample_factors(world, len(classes), seed, classes=classes)[aim.attribute]
        column = AttributeColumn(aim.attribute, "", values.double().numpy())
        yield
        return _spreads(aim.of(column).values, len(shown))
    parts: list[NDArray[np.float64]] = []
    for images in world_of_classes(world, per_class, seed, size):
        parts.append(pixels_of(images)[aim.attribute].values)
        yield
    column = AttributeColumn(aim.attribute, aim.unit, np.concatenate(parts))
    return _spreads(aim.of(column).values, len(shown))


def _spreads(values: NDArray[np.float64], classes: int) -> tuple[float, ...]:
    """Standard deviation class by class, of values that go round the classes."""
    return tuple(float(sd) for sd in values.reshape(-1, classes).std(axis=0, ddof=1))


def variability_law(
    edit: str,
    probe: Probe,
    walk: Walk,
    alpha: float,
    aim: Aim,
    judge: Judge,
    world: World,
    sigmas: tuple[float, ...],
) -> Sliced[VariabilityLaw]:
    """Reach of every class along one walk. probe: seeds that go round the classes that occur, as
    `class_seeds` makes them; sigmas: as `class_sigmas`. A slice is a batch at one strength.

    Source: Jahanian, Chai and Isola, "On the steerability of generative adversarial networks", 2020,
    section 4.3: the claim; a fixed strength for all classes.
    """
    from scipy import stats  # slow to import, and few processes measure

    names = [class_names(world)[k] for k in occurring_classes(world)]
    if len(sigmas) != len(names) or len(probe) % len(names):
        raise InvalidInput(f"There must be as many seeds and spreads for each of {len(names)} classes.")
    seen: dict[float, list[NDArray[np.float64]]] = {-alpha: [], 0.0: [], alpha: []}
    for first in range(0, len(probe), BATCH):
        part = slice(first, min(first + BATCH, len(probe)))
        for strength, parts in seen.items():
            with torch.no_grad():
                images = probe.render(part, walk if strength else None, strength)
                parts.append(aim.of(look_at(judge, images)[aim.attribute]).values)
            yield
    low, still, high = (np.concatenate(seen[a]).reshape(-1, len(names)) for a in (-alpha, 0.0, alpha))
    moved = high - low
    per_class = len(moved)
    found = np.isfinite(moved).sum(axis=0)
    reaches = np.nanmean(moved, axis=0)
    errors = np.nanstd(moved, axis=0, ddof=1) / np.sqrt(np.maximum(found, 1))
    own = np.nanstd(still, axis=0, ddof=1)
    line = stats.linregress(sigmas, reaches) if np.ptp(reaches) > 0.0 else None
    return VariabilityLaw(
        edit=edit,
        attribute=aim.attribute,
        unit=aim.unit,
        alpha=alpha,
        classes=tuple(
            ClassReach(name, sigmas[k], float(own[k]), float(reaches[k]), float(errors[k]))
            for k, name in enumerate(names)
        ),
        per_class=per_class,
        correlation=pearson(sigmas, reaches.tolist()),
        slope=float(line.slope) if line is not None else 0.0,
        p_value=float(line.pvalue) if line is not None else 1.0,
        own=pearson(own.tolist(), reaches.tolist()),
    )
