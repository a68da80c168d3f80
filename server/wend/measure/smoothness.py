"""Smoothness: how evenly pictures change along a path, by a perceptual distance."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.export import Plain, Table, to_dict
from wend.measure.slices import Sliced
from wend.perception.network import Distance

Draw = Callable[[Tensor], Tensor]
"""Latents [N, ...] to images float32 [N, 3, H, W] in [-1, 1]."""


@dataclass(frozen=True)
class StepLengths:
    """Perceptual lengths of consecutive steps of a path: lengths [T - 1], averaged over paths.

    unevenness: standard deviation over mean of the lengths of one path, averaged over paths: 0 for steps
    of one size, 1 and more where a path stands still and then jumps. longest: the largest share that one
    step has of its whole path, averaged over paths; 1 / (T - 1) when all are alike.
    """

    lengths: tuple[float, ...]
    spreads: tuple[float, ...]
    unevenness: float
    longest: float
    paths: int

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        """Steps counted from 1, as the figure counts them."""
        rows = ((i, *pair) for i, pair in enumerate(zip(self.lengths, self.spreads, strict=True), start=1))
        return Table(("step", "length", "sd"), tuple(rows))


def step_lengths(paths: Tensor, distance: Distance) -> StepLengths:
    """Of paths float32 [P, T, 3, H, W] in [-1, 1], T >= 3 pictures each.

    Source: the consecutive-step distance of Jahanian, Chai and Isola, 2020 (released code).
    Raises: InvalidInput for shorter paths, or one on which nothing changes.
    """
    if paths.ndim != 5 or paths.shape[1] < 3:
        raise InvalidInput("A path needs three pictures or more.")
    with torch.no_grad():
        return of_lengths(torch.stack([distance.distance(p[:-1], p[1:]) for p in paths]))


def of_lengths(lengths: Tensor) -> StepLengths:
    """Of lengths [P, T - 1] already measured. Raises: InvalidInput where a path is of length 0."""
    lengths = lengths.double()
    total = lengths.sum(dim=1)
    if not bool((total > 0.0).all()):
        raise InvalidInput("Nothing changes along one of the paths.")
    mean = lengths.mean(dim=1)
    return StepLengths(
        lengths=tuple(lengths.mean(dim=0).tolist()),
        spreads=tuple(lengths.std(dim=0, correction=0).tolist()),
        unevenness=float((lengths.std(dim=1, correction=0) / mean).mean()),
        longest=float((lengths.max(dim=1).values / total).mean()),
        paths=len(lengths),
    )


@dataclass(frozen=True)
class PathLength:
    """Perceptual path length over `count` short steps of size `epsilon`: mean, and its standard error.

    Steps below the 1st and above the 99th percentile are left out of `mean`, as the published figures do.
    """

    mean: float
    standard_error: float
    untrimmed_mean: float
    count: int
    epsilon: float

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def path_length(
    draw: Draw,
    starts: Tensor,
    ends: Tensor,
    distance: Distance,
    space: Literal["z", "w"],
    seed: int = 0,
    epsilon: float = 1e-4,
    chunk: int = 8,
) -> Sliced[PathLength]:
    """E[d(G(p(t)), G(p(t + epsilon))) / epsilon^2] over pairs [N, D] of latents, t uniform in 0..1.

    space z: p goes along the great circle (slerp); w: along the straight line. `draw` maps latents to
    images. The distance must grow with the square of a small change, as perceptual ones on squared
    feature differences do.
    Source: Karras et al., "A Style-Based Generator Architecture", 2019, eq. 2 and 3.
    Raises: InvalidInput for fewer than two pairs.
    """
    if starts.shape != ends.shape or len(starts) < 2:
        raise InvalidInput("Path length needs two pairs of latents or more, of one shape.")
    rng = torch.Generator(device="cpu").manual_seed(seed)
    t = torch.rand(len(starts), 1, generator=rng, dtype=torch.float64).to(starts)
    between = slerp if space == "z" else torch.lerp
    lengths: list[Tensor] = []
    for i in range(0, len(starts), chunk):
        part = slice(i, i + chunk)
        with torch.no_grad():
            here = draw(between(starts[part], ends[part], t[part]))
            there = draw(between(starts[part], ends[part], t[part] + epsilon))
            lengths.append(distance.distance(here, there).double().cpu() / epsilon**2)
        yield
    values = torch.cat(lengths)
    low, high = torch.quantile(values, 0.01), torch.quantile(values, 0.99)
    kept = values[(values >= low) & (values <= high)]
    error = float(kept.std(correction=0)) / len(kept) ** 0.5
    return PathLength(float(kept.mean()), error, float(values.mean()), len(values), epsilon)


def slerp(a: Tensor, b: Tensor, t: Tensor) -> Tensor:
    """Along the great circle between the directions of a and b [N, D], at t [N, 1]; length 1.

    Where a and b point the same way it stays there. Source: Shoemake, "Animating rotation with
    quaternion curves", 1985.
    """
    a, b = (v / v.norm(dim=1, keepdim=True) for v in (a, b))
    angle = torch.acos((a * b).sum(dim=1, keepdim=True).clamp(-1.0, 1.0))
    towards = b - (a * b).sum(dim=1, keepdim=True) * a
    towards = towards / towards.norm(dim=1, keepdim=True).clamp_min(1e-12)
    between: Tensor = torch.cos(angle * t) * a + torch.sin(angle * t) * towards
    return between
