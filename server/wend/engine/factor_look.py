"""Factor look: what is seen of a model's factors in the picture on the stage, beside what they predict."""

import math
from collections.abc import Sequence
from dataclasses import replace

import torch
from torch import Tensor

from wend.library.walk_record import WalkRecord
from wend.measure.factor_sight import FactorSight
from wend.perception.network import FactorNetwork, Measurement
from wend.pictures.factors import FactorValue


def with_measured(
    factors: Sequence[FactorValue],
    records: Sequence[WalkRecord],
    image: Tensor,
    network: FactorNetwork | None,
    measured: Measurement | None,
) -> tuple[FactorValue, ...]:
    """The factors with what is seen of each in their picture, as closing the loop would see it.

    records: of the model's shelf; image: float32 [1, 3, H, W]; measured: what the network says of it.
    """
    of = {record.id: record for record in records}
    # The shelf is read twice: one that was taken off it in between is none any more.
    factors = tuple(factor for factor in factors if factor.walk in of)
    sight = FactorSight([of[factor.walk] for factor in factors], network)
    if not any(sight.seen):
        return factors
    near = torch.tensor([[factor.value for factor in factors]], dtype=torch.float64)
    found = sight.values(image, near, measured)[0].tolist()
    return tuple(
        replace(factor, measured=value if math.isfinite(value) else None)
        for factor, value in zip(factors, found, strict=True)
    )
