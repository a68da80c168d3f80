"""Class areas: which classes of things a generator draws less of than there are, class by class."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.agreement import rank_correlation
from wend.measure.area_tally import AreaTally
from wend.measure.export import Plain, Table, to_dict
from wend.measure.frechet import FrechetDistance, frechet_distance

_Z95 = 1.959964
LEAST_PICTURES = 4
"""Of a side: two would do for a covariance, and a noise floor needs two in each half."""


@dataclass(frozen=True)
class ClassArea:
    """One class on the real and on the generated side.

    real, model: mean area in percent of the picture; relative: (model - real) / real, -1 where the class is
    gone, None where it is nowhere real; low, high: its 95 % interval, None where nothing tells it;
    frequencies: share of pictures it is in, 0..1; outlines: mean length in sides of the picture.
    """

    name: str
    real: float
    model: float
    relative: float | None
    low: float | None
    high: float | None
    real_frequency: float
    model_frequency: float
    real_outline: float
    model_outline: float

    @property
    def is_lost(self) -> bool:
        """Whether it is surely less: its whole interval lies below zero."""
        return self.high is not None and self.high < 0.0


@dataclass(frozen=True)
class RankCorrelations:
    """Spearman's, over the classes that are real, of relative loss with what a class is like; None below
    three.

    Loss is minus the relative difference, so a positive number says that classes of much of it are lost.
    area: mean area; frequency: share of pictures; outline: length; intricacy: outline per area where the
    class is at all.
    """

    classes: int
    area: float | None
    frequency: float | None
    outline: float | None
    intricacy: float | None


@dataclass(frozen=True)
class AreaComparison:
    """A generated side against a real one.

    fsd: Frechet segmentation distance in percent squared, with its two parts; classes: all, by real area, the
    largest first.
    """

    fsd: FrechetDistance
    classes: tuple[ClassArea, ...]
    correlations: RankCorrelations

    def ranked(self) -> tuple[ClassArea, ...]:
        """The classes that are real, the most lost first."""
        return tuple(sorted((c for c in self.classes if c.relative is not None), key=_loss))

    def table(self) -> Table:
        """A row per class."""
        columns = (
            "class", "real area (%)", "model area (%)", "relative difference", "95 % low", "95 % high",
            "real frequency", "model frequency", "real outline (sides)", "model outline (sides)",
        )  # fmt: skip
        rows = tuple(
            (c.name, c.real, c.model, c.relative, c.low, c.high,
             c.real_frequency, c.model_frequency, c.real_outline, c.model_outline)
            for c in self.classes
        )  # fmt: skip
        return Table(columns, rows)

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def _loss(row: ClassArea) -> float:
    return math.inf if row.relative is None else row.relative


def compare_areas(real: AreaTally, model: AreaTally) -> AreaComparison:
    """Raises: InvalidInput where a side has fewer than four pictures.

    Source: Bau et al., "Seeing what a GAN cannot generate", 2019, section 3.1 and figure 2.
    """
    for side, tally in (("real", real), ("generated", model)):
        if tally.count < LEAST_PICTURES:
            raise InvalidInput(
                f"There are {tally.count} {side} pictures, and a covariance needs {LEAST_PICTURES} at least."
            )
    a, b = real.moments(), model.moments()
    errors = [np.sqrt(np.diag(m.covariance).clip(0.0) / m.count) for m in (a, b)]
    rows: list[ClassArea] = []
    for k in np.argsort(-a.mean, kind="stable").tolist():
        relative, low, high = _relative(
            float(a.mean[k]), float(errors[0][k]), float(b.mean[k]), float(errors[1][k])
        )
        if relative == -1.0:
            low, high = _ends_of_none(b.count, float(real.frequency()[k]))
        rows.append(
            ClassArea(
                real.names[k],
                float(a.mean[k]),
                float(b.mean[k]),
                relative,
                low,
                high,
                float(real.frequency()[k]),
                float(model.frequency()[k]),
                float(real.outline()[k]),
                float(model.outline()[k]),
            )
        )
    return AreaComparison(frechet_distance(a, b), tuple(rows), _correlations(rows))


def _relative(
    real: float, real_error: float, model: float, model_error: float
) -> tuple[float | None, float | None, float | None]:
    """(model - real) / real and its 95 % interval, by the delta method for a ratio of two means.

    Source: Casella and Berger, Statistical Inference, 2002, section 5.5.4.
    """
    if real <= 0.0:
        return None, None, None
    ratio = model / real
    half = _Z95 * math.hypot(model_error, ratio * real_error) / real
    return ratio - 1.0, max(ratio - 1.0 - half, -1.0), ratio - 1.0 + half


def _ends_of_none(count: int, frequency: float) -> tuple[float | None, float | None]:
    """How little and how much of a class there may be after all, relative to the real, where none is in
    `count` pictures; None where it is on real pixels, but in no picture on enough of them to count.

    What is in none of n pictures is in 3 / n of all at most, with 95 % confidence; there it covers what it
    covers in the `frequency` of real pictures that have it. Source: Hanley and Lippman-Hand, "If nothing goes
    wrong, is everything all right?", 1983.
    """
    return (-1.0, -1.0 + 3.0 / (count * frequency)) if frequency > 0.0 else (None, None)


def _correlations(rows: Sequence[ClassArea]) -> RankCorrelations:
    found = [row for row in rows if row.relative is not None]
    loss = np.array([-_loss(row) for row in found])

    def against(values: Sequence[float]) -> float | None:
        column: NDArray[np.float64] = np.array(values)
        return rank_correlation(column, loss)

    return RankCorrelations(
        len(found),
        against([row.real for row in found]),
        against([row.real_frequency for row in found]),
        against([row.real_outline for row in found]),
        against([row.real_outline / row.real for row in found]),
    )
