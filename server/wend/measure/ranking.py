"""Ranking: does a distance see that a large change of one factor is more than a small one of another?"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.imaging.pixels import to_images, to_uint8
from wend.measure.slices import Sliced
from wend.measure.visibility import find_visible, label_counts
from wend.perception.network import Distance
from wend.worlds.factor import Factor, Normal
from wend.worlds.world import World, sample_factors

SMALL_SD, LARGE_SD = 0.25, 1.0
_CHUNK = 64


@dataclass(frozen=True)
class Triples:
    """Pictures, each with a small change of one factor and a large one of another.

    base, small, large: uint8 [M, S, S, 3]; small_factor, large_factor: indices of the world's factors, [M].
    """

    base: Tensor
    small: Tensor
    large: Tensor
    small_factor: Tensor
    large_factor: Tensor

    def __len__(self) -> int:
        return len(self.base)


def standard_deviation(factor: Factor) -> float:
    """Of a continuous factor's law, in its unit (of the untruncated normal)."""
    return factor.law.sd if isinstance(factor.law, Normal) else (factor.high - factor.low) / 12.0**0.5


def slices(count: int) -> int:
    """Slices that drawing `count` triples takes, and judging them."""
    return -(-count // _CHUNK)


def draw_triples(world: World, count: int, seed: int, size: int) -> Sliced[Triples]:
    """Draw pictures by the world's laws and move, in each, one factor by 0.25 and another by 1 sd.

    Both factors are continuous, differ, are visible in the picture (see measure.visibility) and move
    towards the middle of their range if the other way would leave it.
    """
    values = sample_factors(world, count, seed)
    rng = torch.Generator().manual_seed(seed)
    chance = torch.rand(count, len(world.factors), generator=rng)
    signs = torch.rand(count, 2, generator=rng) < 0.5
    parts = []
    for start in range(0, count, _CHUNK):
        part = {name: value[start : start + _CHUNK] for name, value in values.items()}
        parts.append(_draw(world, part, size, chance[start : start + _CHUNK], signs[start : start + _CHUNK]))
        yield
    return Triples(*(torch.cat(tensors) for tensors in zip(*parts, strict=True)))


def _draw(
    world: World, values: dict[str, Tensor], size: int, chance: Tensor, signs: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    with torch.no_grad():
        scene = world.render(values, size)
        visible = find_visible(values, label_counts(scene.labels, len(world.labels)), world.labels, size)
        movable = torch.stack([visible[f.name] & (not f.is_discrete) for f in world.factors], dim=1)
        # The two visible factors with the highest chance numbers: a random pair without repetition.
        pair = (chance * movable).topk(2, dim=1).indices
        small = _move(world, values, pair[:, 0], signs[:, 0], SMALL_SD)
        large = _move(world, values, pair[:, 1], signs[:, 1], LARGE_SD)
        pictures = [to_uint8(world.render(v, size).images) for v in (small, large)]
    return to_uint8(scene.images), pictures[0], pictures[1], pair[:, 0], pair[:, 1]


def _move(
    world: World, values: dict[str, Tensor], which: Tensor, signs: Tensor, sds: float
) -> dict[str, Tensor]:
    moved: dict[str, Tensor] = {}
    for index, factor in enumerate(world.factors):
        value = values[factor.name]
        moved[factor.name] = value
        if factor.is_discrete:
            continue
        step = sds * standard_deviation(factor)
        up = torch.where(signs, value + step <= factor.high, value - step < factor.low)
        moved[factor.name] = torch.where(which == index, value + torch.where(up, step, -step), value)
    return moved


def ranking_accuracy(
    distance: Distance, triples: Triples, alter: Callable[[Tensor], Tensor] | None = None
) -> Sliced[float]:
    """Share of triples whose large change is farther from the base than the small one, 0..1.

    alter: what is done to the images first, each picture for itself (see measure.perception.alter).
    """
    right = 0
    for start in range(0, len(triples), _CHUNK):
        images = [to_images(t[start : start + _CHUNK]) for t in (triples.base, triples.small, triples.large)]
        if alter is not None:
            images = [alter(part) for part in images]
        base, small, large = images
        with torch.no_grad():
            right += int((distance.distance(base, large) > distance.distance(base, small)).sum())
        yield
    return right / len(triples)
