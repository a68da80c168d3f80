"""Reach: whether factors can be put at values, alone and together."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from wend.errors import FactorOutOfReach, FactorsConflict, WalkNotFactor
from wend.latents.factor import FactorWalk
from wend.library.factor_record import Factor
from wend.library.walk_record import WalkRecord

SHARED = 0.5
"""Cosine of two lines above which it is said that they share much."""
_SAME = 0.95  # two lines 18 degrees apart: to hold one while the other moves takes three times the way
_ROUNDING = 1e-6


def factor_of(record: WalkRecord) -> Factor:
    """The factor of a record. Raises: WalkNotFactor."""
    if record.factor is None:
        raise WalkNotFactor(record.id)
    return record.factor


def check_values(record: WalkRecord, low: float, high: float) -> None:
    """Whether a factor reaches from low to high, over the middle 99.7 % of pictures.

    Raises: WalkNotFactor, FactorOutOfReach.
    """
    factor = factor_of(record)
    slack = _ROUNDING * (factor.high - factor.low)
    for value in (low, high):
        if not factor.low - slack <= value <= factor.high + slack:
            raise FactorOutOfReach(value, factor.low, factor.high, record.unit)


def slopes_of(records: Sequence[WalkRecord]) -> Tensor:
    """What alpha 1 is likely to move of each factor, float64 [k]: by how much what was read of fresh pictures
    rose with what was predicted of them, when it was found; 1 where nothing was read."""
    told = [record.settings.get("read_slope") for record in records]
    return torch.tensor(
        [slope if isinstance(slope, float) and math.isfinite(slope) else 1.0 for slope in told],
        dtype=torch.float64,
    )


def shared(records: Sequence[WalkRecord]) -> list[tuple[int, int, float]]:
    """Pairs of factors whose lines share much, with their cosine. Raises: FactorsConflict, WalkNotFactor.

    Those of different spaces are not compared: a line in z is none in w.
    """
    found = []
    for i, one in enumerate(records):
        for j in range(i + 1, len(records)):
            other = records[j]
            if one.space != other.space:
                continue
            cosine = _shared(factor_of(one).walk, factor_of(other).walk)
            if abs(cosine) > _SAME:
                raise FactorsConflict(
                    one.title, other.title, f"they are all but one line (their cosine is {cosine:.2f})"
                )
            if abs(cosine) > SHARED:
                found.append((i, j, cosine))
    return found


def _shared(one: FactorWalk, other: FactorWalk) -> float:
    """Cosine of two lines of one space over all the style rows that either moves."""
    cosine = one.cosine(other)
    if one.space == "z":
        return cosine
    sizes = [walk.layers[1] - walk.layers[0] for walk in (one, other)]
    common = min(one.layers[1], other.layers[1]) - max(one.layers[0], other.layers[0])
    return float(cosine * max(0, common) / (sizes[0] * sizes[1]) ** 0.5)
