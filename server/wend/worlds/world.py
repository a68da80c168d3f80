"""World: a procedural image distribution; one call gives pictures and everything that is true of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidFactor
from wend.worlds.factor import Categorical, Factor, WorldConfig, standard_normal_cdf


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
    world: World,
    count: int,
    seed: int,
    device: torch.device | str = "cpu",
    classes: Tensor | None = None,
) -> dict[str, Tensor]:
    """Draw the factors of `count` pictures: name -> float32 [N].

    Where the world has classes, the class is drawn first and every other factor by its law there;
    `classes`, integers [N], are taken instead of drawn ones (a world without classes has no use for them).
    Item k depends on (seed, k) alone, never on `count`. Correlations of the configuration are those
    of a Gaussian copula (Source: Nelsen, An Introduction to Copulas, section 2.3).
    """
    return factors_of(world, sample_numbers(world, count, seed), device, classes)


def sample_numbers(world: World, count: int, seed: int) -> Tensor:
    """What `sample_factors` draws from: independent standard normal numbers, float64 [count, F]."""
    return torch.from_numpy(np.random.RandomState(seed).randn(count, len(world.factors)))


def factors_of(
    world: World, numbers: Tensor, device: torch.device | str = "cpu", classes: Tensor | None = None
) -> dict[str, Tensor]:
    """Standard normal numbers float64 [N, F] as factors by their laws: name -> float32 [N], as
    `sample_factors`. Raises: InvalidFactor for correlations that there cannot be."""
    names, z = [factor.name for factor in world.factors], numbers
    if world.config.correlations:
        matrix = torch.eye(len(names), dtype=z.dtype)
        for a, b, rho in world.config.correlations:
            if a not in names or b not in names:
                raise InvalidFactor(f"{a}, {b}", "are not both factors of this world")
            matrix[names.index(a), names.index(b)] = matrix[names.index(b), names.index(a)] = rho
        root, failed = torch.linalg.cholesky_ex(matrix)
        if int(failed):
            pairs = ", ".join(f"{a}~{b}" for a, b, _ in world.config.correlations)
            raise InvalidFactor(pairs, "cannot all be correlated like this at once")
        z = z @ root.T
    u = standard_normal_cdf(z).clamp(1e-9, 1.0 - 1e-9)
    by_name = {f.name: u[:, i] for i, f in enumerate(world.factors)}
    if world.class_factor is None:
        values = {f.name: f.quantile(by_name[f.name]) for f in world.factors}
    else:
        drawn = factor_named(world, world.class_factor).quantile(by_name[world.class_factor])
        own = drawn if classes is None else classes.to(drawn)
        values = {f.name: _quantile(f, by_name[f.name], own) for f in world.factors}
        values[world.class_factor] = own
    return {name: value.float().to(device) for name, value in values.items()}


def factor_named(world: World, name: str) -> Factor:
    """A factor of a world. Raises: InvalidFactor."""
    for factor in world.factors:
        if factor.name == name:
            return factor
    raise InvalidFactor(name, f"is not a factor of {world.name}")


def class_names(world: World) -> tuple[str, ...]:
    """The classes of a world, in the order of its class factor's values; none where it has no classes."""
    return () if world.class_factor is None else factor_named(world, world.class_factor).choices


def occurring_classes(world: World) -> tuple[int, ...]:
    """Indices of the classes that are drawn at all: a variant may leave some out."""
    if world.class_factor is None:
        return ()
    law = factor_named(world, world.class_factor).law
    assert isinstance(law, Categorical)
    return tuple(index for index, weight in enumerate(law.weights) if weight > 0.0)


def _quantile(factor: Factor, u: Tensor, classes: Tensor | None) -> Tensor:
    """Values of a factor at u [N] in (0, 1), each by the law of its class [N] where classes differ."""
    if classes is None or not factor.class_laws:
        return factor.quantile(u)
    out = torch.empty_like(u)
    for index in classes.round().unique().tolist():
        of_class = classes.round() == index
        out[of_class] = factor.given(int(index)).quantile(u[of_class])
    return out


def draw(
    world: World,
    count: int,
    seed: int,
    size: int,
    device: torch.device | str = "cpu",
    chunk: int = 256,
    classes: Tensor | None = None,
) -> Scene:
    """Draw `count` pictures of a world by seed, with all that is true of them; `classes` as above.

    Deterministic by (seed, index) on one device; `chunk` bounds the memory and changes nothing.
    """
    values = sample_factors(world, count, seed, device, classes)
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

    Where the world has classes, that is the law of each picture's class; without a class it is the
    middle one. Raises: InvalidFactor for unknown names or lengths that differ.
    """
    known = {factor.name for factor in world.factors}
    for name in values:
        if name not in known:
            raise InvalidFactor(name, f"is not a factor of {world.name}")
    lengths = {int(v.shape[0]) for v in values.values()}
    if len(lengths) > 1:
        raise InvalidFactor(", ".join(values), f"have different lengths {sorted(lengths)}")
    like = next(iter(values.values())) if values else torch.zeros(1)
    middle = torch.full((like.shape[0],), 0.5)
    classes = None
    if world.class_factor is not None:
        given = values.get(world.class_factor)
        own = factor_named(world, world.class_factor).quantile(middle)
        classes = own if given is None else given.detach().to(own)
    return {
        f.name: values[f.name] if f.name in values else _quantile(f, middle, classes).to(like)
        for f in world.factors
    }
