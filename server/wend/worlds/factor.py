"""Factors of a world: one named, measured cause of a picture, and the law it is drawn from."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

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
    """Every value of the factor's range equally often, or only `steps` evenly spaced ones, ends included."""

    steps: int | None = None

    def __str__(self) -> str:
        return "uniform" if self.steps is None else f"uniform over {self.steps} even steps"


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
    `class_laws`, where the world has classes that differ in this factor, holds the exact law of each
    class; `law` then is that of all pictures together: exact for choices, for numbers the normal law
    of the same mean and variance.
    """

    name: str
    unit: str
    low: float
    high: float
    law: Law
    help: str
    choices: tuple[str, ...] = ()
    class_laws: tuple[Law, ...] = ()

    @property
    def is_discrete(self) -> bool:
        return bool(self.choices)

    def with_law(self, law: Law) -> "Factor":
        """The same factor under another law, in every class.

        Raises: InvalidFactor for a law that it cannot follow: of choices for a number or the reverse,
        of another number of choices, or with a spread or weights that are no law.
        """
        self._check(law)
        return replace(self, law=law, class_laws=())

    def with_class_laws(self, laws: Sequence[Law], weights: Sequence[float]) -> "Factor":
        """The same factor under one law per class, classes occurring in proportion to `weights`.

        Raises: InvalidFactor as `with_law`.
        """
        for law in laws:
            self._check(law)
        total = sum(weights)
        shares = [weight / total for weight in weights]
        if self.is_discrete:
            tables = [_shares(law) for law in laws]
            mixed = [
                sum(s * t[i] for s, t in zip(shares, tables, strict=True)) for i in range(len(self.choices))
            ]
            return replace(self, law=Categorical(tuple(mixed)), class_laws=tuple(laws))
        moments = [replace(self, law=law, class_laws=()).moments() for law in laws]
        mean = sum(s * m for s, (m, _) in zip(shares, moments, strict=True))
        square = sum(s * (sd * sd + m * m) for s, (m, sd) in zip(shares, moments, strict=True))
        return replace(
            self, law=Normal(mean, max(math.sqrt(square - mean * mean), 1e-6)), class_laws=tuple(laws)
        )

    def given(self, class_index: int) -> "Factor":
        """This factor within one class of the world."""
        return replace(self, law=self.class_laws[class_index], class_laws=()) if self.class_laws else self

    def moments(self) -> tuple[float, float]:
        """Exact mean and standard deviation under `law`, truncation included; of the index for choices.

        Source: Johnson, Kotz and Balakrishnan, Continuous Univariate Distributions 1, section 13.10.1.
        """
        match self.law:
            case Uniform(steps):
                middle, width = 0.5 * (self.low + self.high), self.high - self.low
                # n even steps have n + 1 over n - 1 times the variance of the whole range.
                widening = 1.0 if steps is None else math.sqrt((steps + 1) / (steps - 1))
                return middle, width / (2.0 * _SQRT3) * widening
            case Normal(mean, sd):
                a, b = (self.low - mean) / sd, (self.high - mean) / sd
                mass = 0.5 * (math.erf(b / _SQRT2) - math.erf(a / _SQRT2))
                at_a, at_b = (math.exp(-0.5 * e * e) / math.sqrt(2.0 * math.pi) for e in (a, b))
                shift = (at_a - at_b) / mass
                variance = 1.0 + (a * at_a - b * at_b) / mass - shift * shift
                return mean + sd * shift, sd * math.sqrt(max(variance, 0.0))
            case Categorical():
                shares = _shares(self.law)
                mean = sum(i * s for i, s in enumerate(shares))
                return mean, math.sqrt(sum(s * (i - mean) ** 2 for i, s in enumerate(shares)))

    def _check(self, law: Law) -> None:
        if isinstance(law, Categorical) != self.is_discrete:
            raise InvalidFactor(self.name, f"cannot follow {law}")
        match law:
            case Categorical(weights):
                if len(weights) != len(self.choices):
                    raise InvalidFactor(self.name, f"has {len(self.choices)} choices, not {len(weights)}")
                if not (all(math.isfinite(w) and w >= 0.0 for w in weights) and sum(weights) > 0.0):
                    raise InvalidFactor(self.name, "needs weights of 0 or more, not all of them 0")
            case Normal(mean, sd):
                if not (math.isfinite(mean) and math.isfinite(sd) and sd > 0.0):
                    raise InvalidFactor(self.name, f"cannot follow {law}: the spread must be above 0")
                if not self.low <= mean <= self.high:
                    raise InvalidFactor(
                        self.name, f"cannot lie around {mean:g}: it goes from {self.low:g} to {self.high:g}"
                    )
            case Uniform(steps):
                if steps is not None and steps < 2:
                    raise InvalidFactor(self.name, "needs at least two steps")

    def quantile(self, u: Tensor) -> Tensor:
        """Inverse distribution function: u in (0, 1), any shape, to values of this factor."""
        match self.law:
            case Uniform(steps):
                if steps is not None:
                    u = (u * steps).floor().clamp(max=steps - 1) / (steps - 1)
                return self.low + (self.high - self.low) * u
            case Normal(mean, sd):
                edges = torch.tensor([(self.low - mean) / sd, (self.high - mean) / sd], dtype=u.dtype)
                bottom, top = standard_normal_cdf(edges).tolist()
                z = _SQRT2 * torch.erfinv(2.0 * (bottom + (top - bottom) * u) - 1.0)
                return (mean + sd * z).clamp(self.low, self.high)
            case Categorical(weights):
                total = sum(weights)
                edges = torch.tensor([w / total for w in weights], dtype=u.dtype).cumsum(0)[:-1]
                index = torch.bucketize(u.contiguous(), edges.to(u.device), right=True)
                # u may have been rounded to 1: a choice that never occurs is not drawn even there.
                return index.clamp(max=max(i for i, w in enumerate(weights) if w > 0.0)).to(u.dtype)

    def from_z(self, z: Tensor) -> Tensor:
        """Value of this factor for a standard normal coordinate z, any shape.

        Continuous factors are exactly linear in z, with the law's own mean and standard deviation, no
        clamping and no steps; a discrete factor is cut at the quantiles of its law, so z ~ N(0, 1)
        gives the right frequencies.
        """
        match self.law:
            case Uniform():
                mean, sd = self.moments()
                return mean + sd * z
            case Normal(mean, sd):
                return mean + sd * z
            case Categorical():
                return self.quantile(standard_normal_cdf(z))


@dataclass(frozen=True)
class WorldConfig:
    """How often each cause occurs: laws that replace the defaults, and correlations between factors.

    `laws` holds (factor, law), or (factor, one law per class of the world); `correlations` holds
    (factor, factor, rho) of a Gaussian copula: marginal laws stay as they are.
    """

    name: str = "default"
    laws: tuple[tuple[str, Law | tuple[Law, ...]], ...] = ()
    correlations: tuple[tuple[str, str, float], ...] = ()

    def apply(self, factors: tuple[Factor, ...], class_factor: str | None = None) -> tuple[Factor, ...]:
        """The factors under this configuration's laws.

        class_factor: the factor whose choices are the world's classes, if it has any.
        Raises: InvalidFactor for an unknown name or a law that does not fit.
        """
        replaced: Mapping[str, Law | tuple[Law, ...]] = dict(self.laws)
        known = {factor.name for factor in factors}
        for name in replaced:
            if name not in known:
                raise InvalidFactor(name, "is not a factor of this world")
        plain = {name: law for name, law in replaced.items() if not isinstance(law, tuple)}
        out = [f.with_law(plain[f.name]) if f.name in plain else f for f in factors]
        classes = next((f for f in out if f.name == class_factor), None)
        for index, factor in enumerate(out):
            laws = replaced.get(factor.name, factor.class_laws)
            if not isinstance(laws, tuple) or not laws:
                continue
            if classes is None or len(laws) != len(classes.choices) or factor is classes:
                raise InvalidFactor(factor.name, f"cannot follow {len(laws)} laws, one per class")
            # Anew even where they are the default ones: the classes may occur in other proportions.
            out[index] = factor.with_class_laws(laws, _shares(classes.law))
        return tuple(out)


def _shares(law: Law) -> list[float]:
    """How often each choice occurs, summing to 1."""
    assert isinstance(law, Categorical)
    total = sum(law.weights)
    return [weight / total for weight in law.weights]
