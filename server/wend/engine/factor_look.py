"""Factor look: what is measured of the picture on the stage, and seen of its factors beside predictions."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from wend.library.walk_record import WalkRecord
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, Measurement
from wend.perception.panel import Panel
from wend.perception.placements import SideBySide
from wend.pictures.factors import FactorValue


def measured_in_slices(
    network: FactorNetwork, image: Tensor, clock: Callable[[], float]
) -> Sliced[tuple[Measurement, float]]:
    """What is measured of an image float32 [1, 3, H, W], a network of several a slice; and the seconds that
    went by between slices."""
    image, waited = image.clamp(-1.0, 1.0), 0.0
    told: list[Measurement] = []
    if isinstance(network, SideBySide):
        for one in network.networks:
            found, passed = yield from measured_in_slices(one, image, clock)
            told.append(found)
            waited += passed
        return network.join(told), waited
    for one in network.networks if isinstance(network, Panel) else (network,):
        told.append(one.measure(image))
        began = clock()
        yield
        waited += clock() - began
    return network.agree(told) if isinstance(network, Panel) else told[0], waited


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
