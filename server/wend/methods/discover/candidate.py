"""Candidates: the walks that need no training, before anyone has looked at them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import torch
from torch import Tensor

from wend.generators.analytic import AnalyticGenerator
from wend.generators.biggan import BigGANGenerator
from wend.generators.generator import Generator
from wend.generators.plain import PlainGenerator
from wend.latents.walk import Direction
from wend.methods.discover.ganspace import WSample, feature_axes, principal_axes
from wend.methods.discover.sefa import closed_form_axes
from wend.worlds.factor import Categorical, Factor, Normal, Uniform

THIRDS = ("coarse", "middle", "fine")
FAMILIES: tuple[str, ...] = (
    "factors",
    "pca-w",
    *(f"pca-w-{third}" for third in THIRDS),
    "sefa-all",
    *(f"sefa-{third}" for third in THIRDS),
)
_PCA_COUNT = 12
_PCA_THIRD_COUNT = 6
_SEFA_COUNT = 5
_MOST_COORDINATES = 32
# Discrete factors have no ends; 99.8 % of a normal coordinate lies within.
_DISCRETE_SD = 3.1


@dataclass(frozen=True)
class Candidate:
    """A direction, named; `known` is its usable range where the truth is known. In w, or in z where the
    generator has no w."""

    family: str
    key: str
    title: str
    method: str
    direction: Direction
    known: tuple[float, float] | None = None
    settings: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.family}/{self.key}"


def layer_range(family: str, num_ws: int) -> tuple[int, int]:
    """Style rows [start, end) that a family moves: all, or a third of them (empty for very few rows)."""
    third = family.rpartition("-")[2]
    if third not in THIRDS:
        return (0, num_ws)
    index = THIRDS.index(third)
    return (index * num_ws // 3, (index + 1) * num_ws // 3)


def candidates(family: str, generator: Generator, sample: WSample) -> Iterator[Candidate]:
    """The candidates of one family; none where the family does not apply to this generator.

    An analytic generator has its factors and nothing else: its coordinates are independent and of
    equal variance, so principal components would be arbitrary, and it has no style matrices.
    """
    if isinstance(generator, AnalyticGenerator):
        if family == "factors":
            yield from _factors(generator)
        return
    layers = layer_range(family, generator.spec.num_ws)
    third = family.rpartition("-")[2]
    if family == "factors":
        yield from _coordinates(generator)
    # What goes in as z alone moves all layers or none: its thirds would be one slider under three names.
    is_again_the_whole = third in THIRDS and _space(generator) == "z"
    if family == "factors" or layers[0] == layers[1] or is_again_the_whole:
        return
    where = f" ({third})" if third in THIRDS else ""
    found = _pca(family, generator, sample) if family.startswith("pca") else _sefa(generator, layers, sample)
    for index, (vector, sd, settings) in enumerate(found):
        name = "Component" if family.startswith("pca") else "Style"
        yield Candidate(
            family,
            str(index + 1),
            f"{name} {index + 1}{where}",
            family.partition("-")[0],
            Direction(vector.float().to(generator.device), sd, _space(generator), layers),
            settings={"samples": sample.count, "seed": sample.seed, **settings},
        )


_Found = Iterator[tuple[Tensor, float, dict[str, str | int | float]]]


def _pca(family: str, generator: Generator, sample: WSample) -> _Found:
    count = _PCA_COUNT if family == "pca-w" else _PCA_THIRD_COUNT
    if isinstance(generator, BigGANGenerator | PlainGenerator):
        # w is z itself and has the same variance all ways; its first layer tells what is large.
        axes = feature_axes(sample.covariance, generator.style_matrices()[0], count)
    else:
        axes = principal_axes(sample.covariance, count)
    for axis in axes:
        yield axis.vector, axis.sd, {"variance_share": axis.share}


def _sefa(generator: Generator, layers: tuple[int, int], sample: WSample) -> _Found:
    matrices = generator.style_matrices()[layers[0] : layers[1]]
    if matrices:
        for vector in closed_form_axes(matrices, _SEFA_COUNT):
            yield vector, sample.sd_along(vector), {}


def _space(generator: Generator) -> Literal["z", "w"]:
    return "w" if "w" in generator.spec.spaces else "z"


def _coordinates(generator: Generator) -> Iterator[Candidate]:
    """The coordinates of a z so short that each was learned to mean something, as a VAE's are.

    Source: Higgins et al., "beta-VAE", ICLR 2017, section 4: latent traversals, one coordinate at a time.
    """
    count = generator.spec.z_dim
    if not isinstance(generator, PlainGenerator) or count > _MOST_COORDINATES:
        return
    axes = torch.eye(count, device=generator.device)
    for index in range(count):
        yield Candidate(
            "factors",
            f"z{index + 1}",
            f"Coordinate {index + 1}",
            "coordinate",
            Direction(axes[index], 1.0, "z", (0, 1)),
        )


def _factors(generator: AnalyticGenerator) -> Iterator[Candidate]:
    axes = torch.eye(generator.spec.w_dim, device=generator.device)
    for index, factor in enumerate(generator.coordinates):
        yield Candidate(
            "factors",
            factor.name,
            factor.name.replace("_", " "),
            "factor",
            Direction(axes[index], 1.0, "w", (0, 1)),
            known=_known_range(factor),
            settings={"factor": factor.name, "factor_unit": factor.unit, "per_sd": _per_sd(factor)},
        )


def _per_sd(factor: Factor) -> float:
    """How far one standard deviation moves a continuous factor, in its unit; 0 for a discrete one."""
    if factor.is_discrete:
        return 0.0
    ends = factor.from_z(torch.tensor([0.0, 1.0], dtype=torch.float64))
    return float(ends[1] - ends[0])


def _known_range(factor: Factor) -> tuple[float, float]:
    """A factor's own range, in standard deviations from its mean."""
    match factor.law:
        case Categorical():
            return (-_DISCRETE_SD, _DISCRETE_SD)
        case Normal() | Uniform():
            middle = float(factor.from_z(torch.zeros(1, dtype=torch.float64)))
            return ((factor.low - middle) / _per_sd(factor), (factor.high - middle) / _per_sd(factor))
