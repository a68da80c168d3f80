"""Targets: the law that a factor's values are to follow, made of what was asked for, within its reach."""

from dataclasses import dataclass
from typing import assert_never

import numpy as np
import torch
from numpy.typing import NDArray

from wend.errors import DistributionInvalid, FactorOutOfReach
from wend.imaging.pixels import to_images, to_uint8
from wend.library.images import ImageStore
from wend.library.walk_record import WalkRecord
from wend.measure.factor_sight import FactorSight, is_seen
from wend.measure.sample import world_pictures
from wend.measure.seeds import WORLD_SEED
from wend.measure.slices import Sliced
from wend.methods.sampling.law import Law, bumps, histogram, like_sample, uniform
from wend.methods.sampling.params import Bumps, Distribution, HandDrawn, Like, Uniform
from wend.methods.setting.reach import factor_of
from wend.perception.network import FactorNetwork
from wend.worlds.registry import open_world
from wend.worlds.world import sample_factors

LIKE_COUNT = 2000
"""Pictures of a world that tell how a factor is spread there."""
MOST_CUT = 0.05
"""Share of bumps that may lie beyond the factor's reach; it is left out, and said."""
MOST_UNLIKE = 0.5
"""Share of other pictures that may lie there."""
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Wanted:
    """The law of one factor. cut: share of what was asked for that lies beyond the factor's reach and was
    left out; gaps: stretches where nothing was asked for."""

    law: Law
    cut: float
    gaps: tuple[tuple[float, float], ...]


def wanted_of(
    distribution: Distribution,
    record: WalkRecord,
    network: FactorNetwork | None,
    images: ImageStore | None,
    size: int,
    device: torch.device,
) -> Sliced[Wanted]:
    """What is wanted of a factor; slices where other pictures are looked at, as large as the model's (size).

    Raises: WalkNotFactor, FactorOutOfReach, DistributionInvalid; ImageNotFound, WorldNotFound,
    InvalidVariant, InvalidFactor for others' pictures.
    """
    factor = factor_of(record)
    try:
        match distribution:
            case Uniform(low=low, high=high):
                law = uniform(low, high)
            case Bumps(centers=centers, sds=sds, weights=weights):
                law = bumps(centers, sds, weights or (1.0,) * len(sds))
            case HandDrawn(low=low, high=high, heights=heights):
                law = histogram(low, high, heights)
            case Like():
                values = yield from _values_like(distribution, record, network, images, size, device)
                law = like_sample(values)
            case _:
                assert_never(distribution)
        return _within(law, distribution, record, factor.low, factor.high)
    except ValueError as error:
        raise DistributionInvalid(record.title, str(error)) from error


def _within(law: Law, distribution: Distribution, record: WalkRecord, low: float, high: float) -> Wanted:
    slack = _ROUNDING * (high - low)
    if isinstance(distribution, Uniform | HandDrawn):
        for end in (law.low, law.high):
            if not low - slack <= end <= high + slack:
                raise FactorOutOfReach(end, low, high, record.unit)
        return Wanted(law.within(low, high), 0.0, law.gaps)
    cut = law.outside(low, high)
    if cut > (MOST_UNLIKE if isinstance(distribution, Like) else MOST_CUT):
        raise DistributionInvalid(
            record.title,
            f"lies to {cut:.0%} beyond what the factor reaches, {low:.3g} to {high:.3g} {record.unit}",
        )
    kept = law.within(low, high)
    return Wanted(kept, cut, kept.gaps)


def _values_like(
    like: Like,
    record: WalkRecord,
    network: FactorNetwork | None,
    images: ImageStore | None,
    size: int,
    device: torch.device,
) -> Sliced[NDArray[np.float64]]:
    """The factor in other pictures, [N]: of a world's own the truth, where the world has it."""
    attribute = factor_of(record).attribute
    if like.world is not None:
        world = open_world(like.world)
        truth = sample_factors(world, LIKE_COUNT, WORLD_SEED)
        if attribute in truth:
            return truth[attribute].double().numpy()
    if not is_seen(record, network):
        raise DistributionInvalid(record.title, "is like pictures in which nothing here measures this factor")
    sight = FactorSight([record], network)
    middle = torch.tensor([[0.5 * (factor_of(record).low + factor_of(record).high)]])
    found: list[NDArray[np.float64]] = []
    if like.world is not None:
        for batch in world_pictures(open_world(like.world), LIKE_COUNT // 4, WORLD_SEED, size, device):
            found.append(sight.values(batch, middle.expand(len(batch), 1))[:, 0].numpy())
            yield
        return np.concatenate(found)
    if images is None:
        raise DistributionInvalid(record.title, "is like pictures, but none are kept here")
    for name in like.images:
        found.append(sight.values(_fitted(images.photo(name), size).to(device), middle)[:, 0].numpy())
        yield
    return np.concatenate(found)


def _fitted(photo: torch.Tensor, size: int) -> torch.Tensor:
    """The middle square of a photo [1, 3, H, W] at a side of `size` px, as the model's pictures are."""
    height, width = photo.shape[2:]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = photo[:, :, top : top + side, left : left + side]
    small = torch.nn.functional.interpolate(square, size=(size, size), mode="bilinear", antialias=True)
    return to_images(to_uint8(small))
