"""World: a procedural image distribution; one call gives pictures and everything that is true of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidFactor
from wend.worlds.factor import Factor, WorldConfig, standard_normal_cdf


@dataclass(frozen=True)
class Scene:
    """Pictures and their whole truth.

    images: float32 [N, C, H, W] in [-1, 1]; factors: name -> float32 [N] in the factor's unit;
    labels: uint8 [N, H, W], index into the world's label names; lines: float32 [N, 1, H, W], 0 paper
    to 1 ink.
    """

    images: Tensor
    factors: dict[str, Tensor]
    labels: Tensor
    lines: Tensor


class World(Protocol):
    """Anything that draws pictures from named factors."""

    @property
    def name(self) -> str: ...

    @property
    def config(self) -> WorldConfig: ...

    @property
    def factors(self) -> tuple[Factor, ...]: ...

    @property
    def labels(self) -> tuple[str, ...]: ...

    @property
    def default_size(self) -> int: ...

    @property
    def class_factor(self) -> str | None:
        """The discrete factor that class-conditional generators of this world are told, or None."""
        ...

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw pictures of size x size pixels from factor values, each float32 [N]."""
        ...


def sample_factors(
    world: World, count: int, seed: int, device: torch.device | str = "cpu"
) -> dict[str, Tensor]:
    """Draw the factors of `count` pictures: name -> float32 [N].

    Item k depends on (seed, k) alone, never on `count`. Correlations of the configuration are those
    of a Gaussian copula (Source: Nelsen, An Introduction to Copulas, section 2.3).
    """
    names = [factor.name for factor in world.factors]
    z = torch.from_numpy(np.random.RandomState(seed).randn(count, len(names)))
    if world.config.correlations:
        matrix = torch.eye(len(names), dtype=z.dtype)
        for a, b, rho in world.config.correlations:
            if a not in names or b not in names:
                raise InvalidFactor(f"{a}, {b}", "are not both factors of this world")
            matrix[names.index(a), names.index(b)] = matrix[names.index(b), names.index(a)] = rho
        z = z @ torch.linalg.cholesky(matrix).T
    u = standard_normal_cdf(z).clamp(1e-9, 1.0 - 1e-9)
    return {f.name: f.quantile(u[:, i]).float().to(device) for i, f in enumerate(world.factors)}


def draw(
    world: World, count: int, seed: int, size: int, device: torch.device | str = "cpu", chunk: int = 256
) -> Scene:
    """Draw `count` pictures of a world by seed, with all that is true of them.

    Deterministic by (seed, index) on one device; `chunk` bounds the memory and changes nothing.
    """
    values = sample_factors(world, count, seed, device)
    parts = [
        world.render({k: v[i : i + chunk] for k, v in values.items()}, size) for i in range(0, count, chunk)
    ]
    return Scene(
        images=torch.cat([p.images for p in parts]),
        factors=values,
        labels=torch.cat([p.labels for p in parts]),
        lines=torch.cat([p.lines for p in parts]),
    )


def complete_values(world: World, values: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """All factors of a world, those not given at the middle of their law, as float32 [N].

    Raises: InvalidFactor for unknown names or lengths that differ.
    """
    known = {factor.name for factor in world.factors}
    for name in values:
        if name not in known:
            raise InvalidFactor(name, f"is not a factor of {world.name}")
    lengths = {int(v.shape[0]) for v in values.values()}
    if len(lengths) > 1:
        raise InvalidFactor(", ".join(values), f"have different lengths {sorted(lengths)}")
    like = next(iter(values.values())) if values else torch.zeros(1)
    middle = torch.full((1,), 0.5)
    return {
        f.name: values[f.name] if f.name in values else f.quantile(middle).to(like).expand(like.shape[0])
        for f in world.factors
    }
