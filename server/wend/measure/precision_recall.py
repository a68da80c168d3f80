"""Precision and recall: how much of what a model draws is real, and how much of the real it draws."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput, InvalidShape
from wend.measure.export import Plain, to_dict
from wend.measure.moments import Vectors, as_float64
from wend.measure.slices import Sliced, finish

# Squared distances come from a matrix product and are off by about 1e-16 of the squared lengths; without
# this slack a copy of a point could lie outside the ball of radius zero around it.
_SLACK = 1e-12

CHUNK = 1024
"""Rows of a distance matrix that are held at a time."""


@dataclass(frozen=True)
class ManifoldScores:
    """All in 0..1 but density, which is 1 where two sets are alike and may exceed it.

    precision: share of fakes inside the real manifold; recall: share of reals inside the fake one;
    density: how often, per fake, real balls cover it, in units of k; coverage: share of reals whose own
    ball holds a fake.
    """

    precision: float
    recall: float
    density: float
    coverage: float
    k: int
    count_real: int
    count_fake: int

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def manifold_scores(real: Vectors, fake: Vectors, k: int = 3, chunk: int = CHUNK) -> ManifoldScores:
    """Scores of fakes [M, F] against reals [N, F].

    A set's manifold is the union of balls around its members, each reaching to its k-th nearest
    neighbour in the same set. `chunk` rows of the distance matrix are held at a time.
    Source: Kynkaanniemi et al., "Improved precision and recall metric for assessing generative models",
    2019, eq. 1 and 2; Naeem et al., "Reliable fidelity and diversity metrics", 2020.
    Raises: InvalidShape for different F; InvalidInput for a set of k or fewer.
    """
    return finish(score_manifolds(real, fake, k, chunk))


def slices_of_scores(count: int, chunk: int = CHUNK) -> int:
    """Slices of `score_manifolds` with `count` on both sides, before the one in which it ends."""
    return 3 * -(-count // chunk)


def score_manifolds(real: Vectors, fake: Vectors, k: int = 3, chunk: int = CHUNK) -> Sliced[ManifoldScores]:
    """The same; a slice is a chunk of a distance matrix. Raises: as `manifold_scores`, in the first slice."""
    reals, fakes = as_float64(real), as_float64(fake)
    if reals.shape[1] != fakes.shape[1]:
        raise InvalidShape("fake", f"[M, {reals.shape[1]}]", str(list(fakes.shape)))
    if k < 1 or min(len(reals), len(fakes)) <= k:
        raise InvalidInput(f"k = {k} needs more than {max(k, 1)} vectors on both sides.")
    centre = reals.mean(axis=0)  # distances between centred vectors lose fewer digits
    reals, fakes = reals - centre, fakes - centre
    slack = _SLACK * float(max((reals**2).sum(axis=1).max(), (fakes**2).sum(axis=1).max()))
    real_reach = (yield from _reach(reals, k, chunk)) + slack
    fake_reach = (yield from _reach(fakes, k, chunk)) + slack
    inside, balls = 0, 0
    nearest_excess = np.full(len(reals), np.inf)
    nearest = np.full(len(reals), np.inf)
    for start in range(0, len(fakes), chunk):
        squared = _squared_distances(fakes[start : start + chunk], reals)
        covers = squared <= real_reach
        inside += int(covers.any(axis=1).sum())
        balls += int(covers.sum())
        excess = (squared - fake_reach[start : start + chunk, None]).min(axis=0)
        nearest_excess = np.minimum(nearest_excess, excess)
        nearest = np.minimum(nearest, squared.min(axis=0))
        yield
    return ManifoldScores(
        precision=inside / len(fakes),
        recall=float((nearest_excess <= 0.0).mean()),
        density=balls / (k * len(fakes)),
        coverage=float((nearest <= real_reach).mean()),
        k=k,
        count_real=len(reals),
        count_fake=len(fakes),
    )


def _reach(vectors: NDArray[np.float64], k: int, chunk: int) -> Sliced[NDArray[np.float64]]:
    """Squared distance [N] of each vector to its k-th nearest neighbour other than itself."""
    reach = np.empty(len(vectors))
    for start in range(0, len(vectors), chunk):
        squared = _squared_distances(vectors[start : start + chunk], vectors)
        rows = np.arange(len(squared))
        squared[rows, start + rows] = np.inf
        reach[start : start + chunk] = np.partition(squared, k - 1, axis=1)[:, k - 1]
        yield
    return reach


def _squared_distances(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    squared = (a**2).sum(axis=1)[:, None] + (b**2).sum(axis=1)[None] - 2.0 * (a @ b.T)
    clipped: NDArray[np.float64] = np.clip(squared, 0.0, None)
    return clipped
