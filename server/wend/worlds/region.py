"""Region: a part of a world's factors, and pictures that lie exactly in it."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidFactor
from wend.worlds.world import World, factor_named, sample_factors

_ROUND = 4096
"""Pictures whose factors are drawn at a time: drawing numbers is cheap, drawing pictures is not."""
_LEAST_SHARE = 1e-4
"""A region rarer than this in its world is refused: nobody could sketch what nobody sees."""


@dataclass(frozen=True)
class Region:
    """All pictures of a world whose factors lie in these bounds, ends included; others are free.

    ranges: factor -> (low, high) in its unit; options: factor -> names of the choices that belong to it.
    """

    name: str
    title: str
    ranges: Mapping[str, tuple[float, float]]
    options: Mapping[str, tuple[str, ...]]

    @property
    def factors(self) -> tuple[str, ...]:
        """Names of the factors that it binds, numbers first."""
        return (*self.ranges, *self.options)

    def holds(self, world: World, values: Mapping[str, Tensor]) -> Tensor:
        """Which pictures lie in it, bool [N], by their factors, float32 [N] each. Raises: InvalidFactor."""
        length = next(iter(values.values()))
        inside = torch.ones_like(length, dtype=torch.bool)
        for name, (low, high) in self.ranges.items():
            factor = factor_named(world, name)
            if factor.is_discrete or not low < high:
                raise InvalidFactor(name, f"has no range {low:g} to {high:g}")
            inside &= (values[name] >= low) & (values[name] <= high)
        for name, wanted in self.options.items():
            choices = factor_named(world, name).choices
            unknown = [option for option in wanted if option not in choices]
            if unknown or not wanted:
                raise InvalidFactor(name, f"has no choice {', '.join(unknown) or 'at all'}")
            belongs = torch.tensor([choice in wanted for choice in choices], device=length.device)
            inside &= belongs[values[name].round().long()]
        return inside

    def sample(self, world: World, count: int, seed: int) -> dict[str, Tensor]:
        """Factors of `count` pictures of the world that lie in it, by its laws there: name -> float32 [N].

        Drawn from the world and kept where they lie inside, so that all other factors follow the world's
        laws given these bounds; picture k depends on (seed, k) alone. Raises: InvalidFactor for bounds
        that fewer than 1 in 10,000 pictures keep.
        """
        parts: list[dict[str, Tensor]] = []
        found = drawn = 0
        rounds = 0
        while found < count:
            values = sample_factors(world, _ROUND, (seed * 1_000_003 + rounds) % 2**32)
            inside = self.holds(world, values)
            parts.append({name: value[inside] for name, value in values.items()})
            found += int(inside.sum())
            drawn += _ROUND
            rounds += 1
            if drawn * _LEAST_SHARE >= 10 and found < drawn * _LEAST_SHARE:
                raise InvalidFactor(", ".join(self.factors), "hardly ever lie in these bounds together")
        return {name: torch.cat([part[name] for part in parts])[:count] for name in parts[0]}

    def share(self, world: World, count: int = 100_000, seed: int = 0) -> float:
        """Of the world's pictures, how many lie in it, 0..1, by drawing the factors of `count`."""
        return float(self.holds(world, sample_factors(world, count, seed)).float().mean())
