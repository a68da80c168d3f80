"""Factors of a world: one named, measured cause of a picture, and the law it is drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.errors import InvalidFactor

_SQRT2 = 2.0**0.5
_SQRT3 = 3.0**0.5


def standard_normal_cdf(z: Tensor) -> Tensor:
    """Φ(z), elementwise, in (0, 1)."""
    return 0.5 * (1.0 + torch.erf(z / _SQRT2))


@dataclass(frozen=True)
class Normal:
    """Gaussian law truncated to the factor's range."""

    mean: float
    sd: float

    def __str__(self) -> str:
        return f"normal({self.mean:g}, sd {self.sd:g})"


@dataclass(frozen=True)
class Uniform:
    """Every value of the factor's range equally often."""

    def __str__(self) -> str:
        return "uniform"


@dataclass(frozen=True)
class Categorical:
    """Choice k with probability `weights[k]` (normalised)."""

    weights: tuple[float, ...]

    def __str__(self) -> str:
        total = sum(self.weights)
        return "choice(" + ", ".join(f"{w / total:.3g}" for w in self.weights) + ")"


Law = Normal | Uniform | Categorical


@dataclass(frozen=True)
class Factor:
    """One cause of a picture: its name, unit, range and default law.

    `choices` is empty for a continuous factor; a discrete one takes the values 0..len(choices)-1.
    """

    name: str
    unit: str
    low: float
    high: float
    law: Law
    help: str
    choices: tuple[str, ...] = ()

    @property
    def is_discrete(self) -> bool:
        return bool(self.choices)

    def with_law(self, law: Law) -> "Factor":
        """The same factor under another law.

        Raises: InvalidFactor when a choice law is given to a continuous factor, or the reverse, or
        the number of weights differs from the number of choices.
        """
        if isinstance(law, Categorical) != self.is_discrete:
            raise InvalidFactor(self.name, f"cannot follow {law}")
        if isinstance(law, Categorical) and len(law.weights) != len(self.choices):
            raise InvalidFactor(self.name, f"has {len(self.choices)} choices, not {len(law.weights)}")
        return Factor(self.name, self.unit, self.low, self.high, law, self.help, self.choices)

    def quantile(self, u: Tensor) -> Tensor:
        """Inverse distribution function: u in (0, 1), any shape, to values of this factor."""
        match self.law:
            case Uniform():
                return self.low + (self.high - self.low) * u
            case Normal(mean, sd):
                edges = torch.tensor([(self.low - mean) / sd, (self.high - mean) / sd], dtype=u.dtype)
                bottom, top = standard_normal_cdf(edges).tolist()
                z = _SQRT2 * torch.erfinv(2.0 * (bottom + (top - bottom) * u) - 1.0)
                return (mean + sd * z).clamp(self.low, self.high)
            case Categorical(weights):
                total = sum(weights)
                edges = torch.tensor([w / total for w in weights], dtype=u.dtype).cumsum(0)[:-1]
                return torch.bucketize(u.contiguous(), edges.to(u.device), right=True).to(u.dtype)

    def from_z(self, z: Tensor) -> Tensor:
        """Value of this factor for a standard normal coordinate z, any shape.

        Continuous factors are exactly linear in z, with the law's own mean and standard deviation and
        no clamping; a discrete factor is cut at the quantiles of its law, so z ~ N(0, 1) gives the
        right frequencies.
        """
        match self.law:
            case Uniform():
                return 0.5 * (self.low + self.high) + (self.high - self.low) / (2.0 * _SQRT3) * z
            case Normal(mean, sd):
                return mean + sd * z
            case Categorical():
                return self.quantile(standard_normal_cdf(z))


@dataclass(frozen=True)
class WorldConfig:
    """How often each cause occurs: laws that replace the defaults, and correlations between factors.

    `correlations` holds (factor, factor, rho) of a Gaussian copula: marginal laws stay as they are.
    """

    name: str = "default"
    laws: tuple[tuple[str, Law], ...] = ()
    correlations: tuple[tuple[str, str, float], ...] = ()

    def apply(self, factors: tuple[Factor, ...]) -> tuple[Factor, ...]:
        """The factors under this configuration's laws. Raises: InvalidFactor for an unknown name."""
        replaced: Mapping[str, Law] = dict(self.laws)
        known = {factor.name for factor in factors}
        for name in replaced:
            if name not in known:
                raise InvalidFactor(name, "is not a factor of this world")
        return tuple(f.with_law(replaced[f.name]) if f.name in replaced else f for f in factors)
