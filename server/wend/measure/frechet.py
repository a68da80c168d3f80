"""Frechet distance between two sets of feature vectors, with what it reads where nothing differs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput, InvalidShape
from wend.measure.export import Plain, to_dict
from wend.measure.moments import Moments, Vectors, as_float64
from wend.measure.slices import Sliced, finish

REPEATS = 10
"""Splits of a noise floor."""


@dataclass(frozen=True)
class FrechetDistance:
    """total = mean_part + covariance_part, in squared units of the features; the counts it is of."""

    total: float
    mean_part: float
    covariance_part: float
    count_a: int
    count_b: int

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def frechet_distance(a: Moments, b: Moments) -> FrechetDistance:
    """|mu_a - mu_b|^2 + Tr(C_a + C_b - 2 (C_a C_b)^(1/2)) of two Gaussians with these moments.

    The trace of the root is the sum of the singular values of R_a^T R_b, where C = R R^T: no root of an
    asymmetric product, so singular covariances (fewer vectors than features) need no added diagonal and
    give no imaginary part.
    Source: Dowson and Landau, "The Frechet distance between multivariate normal distributions", 1982;
    Heusel et al., "GANs trained by a two time-scale update rule", 2017, eq. 6.
    Raises: InvalidShape for moments of different lengths.
    """
    if a.mean.shape != b.mean.shape:
        raise InvalidShape("b", f"[N, {len(a.mean)}]", f"[N, {len(b.mean)}]")
    difference = a.mean - b.mean
    mean_part = float(difference @ difference)
    from scipy import linalg  # slow to import, and few processes measure

    shared = linalg.svdvals(_root(a.covariance).T @ _root(b.covariance)).sum()
    spread = float(np.trace(a.covariance) + np.trace(b.covariance) - 2.0 * shared)
    covariance_part = max(spread, 0.0)  # below zero only by rounding
    return FrechetDistance(mean_part + covariance_part, mean_part, covariance_part, a.count, b.count)


def _root(covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """R [F, F] with R R^T = covariance, negative eigenvalues (rounding) taken as zero."""
    from scipy import linalg

    values, vectors = linalg.eigh(0.5 * (covariance + covariance.T))
    root: NDArray[np.float64] = vectors * np.sqrt(np.clip(values, 0.0, None))
    return root


@dataclass(frozen=True)
class NoiseFloor:
    """Frechet distances between two samples of `count` vectors each of one and the same source.

    mean and high: of `distances`; `high` is their largest. A distance at this count that lies below
    `high` tells no difference.
    """

    count: int
    mean: float
    high: float
    distances: tuple[float, ...]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def noise_floor(vectors: Vectors, count: int, repeats: int = REPEATS, seed: int = 0) -> NoiseFloor:
    """The distance of a source from itself: `vectors` [M, F] split at random into two of `count` each.

    The distance is biased upwards by about 1 / count, so a floor belongs to one count. M >= 2 count:
    the two samples of a split share nothing, those of different splits do.
    Source: Binkowski et al., "Demystifying MMD GANs", 2018, on the bias.
    Raises: InvalidInput when there are too few.
    """
    return finish(find_floor(vectors, count, repeats, seed))


def find_floor(vectors: Vectors, count: int, repeats: int = REPEATS, seed: int = 0) -> Sliced[NoiseFloor]:
    """The same; a slice is a split. Raises: as `noise_floor`, in the first slice."""
    array = as_float64(vectors)
    if count < 2 or len(array) < 2 * count:
        raise InvalidInput(f"A floor at {count} needs {2 * max(count, 2)} vectors; there are {len(array)}.")
    rng = np.random.default_rng(seed)
    distances: list[float] = []
    for _ in range(repeats):
        order = rng.permutation(len(array))
        left, right = array[order[:count]], array[order[count : 2 * count]]
        distances.append(frechet_distance(Moments.of(left), Moments.of(right)).total)
        yield
    return NoiseFloor(count, float(np.mean(distances)), max(distances), tuple(distances))


@dataclass(frozen=True)
class FrechetLimit:
    """The distance that infinitely many samples would have: `total`, from `distances` at `counts`.

    The line through them against 1 / count has the slope `slope`.
    """

    total: float
    slope: float
    counts: tuple[int, ...]
    distances: tuple[float, ...]

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


def frechet_limit(a: Vectors, b: Vectors, counts: Sequence[int], seed: int = 0) -> FrechetLimit:
    """Extrapolate to infinite samples of both sides: distances at several counts, a line in 1 / count.

    Source: Chong and Forsyth, "Effectively unbiased FID and Inception score and where to find them",
    2020 (there with one side fixed; here both shrink, since both are sampled).
    Raises: InvalidInput for fewer than two counts, or more than there are vectors.
    """
    return finish(find_limit(a, b, counts, seed))


def find_limit(a: Vectors, b: Vectors, counts: Sequence[int], seed: int = 0) -> Sliced[FrechetLimit]:
    """The same; a slice is a count. Raises: as `frechet_limit`, in the first slice."""
    left, right = as_float64(a), as_float64(b)
    if len(set(counts)) < 2 or min(counts) < 2 or max(counts) > min(len(left), len(right)):
        raise InvalidInput(f"Counts must be two or more numbers from 2 to {min(len(left), len(right))}.")
    rng = np.random.default_rng(seed)
    distances: list[float] = []
    for count in counts:
        some = left[rng.permutation(len(left))[:count]], right[rng.permutation(len(right))[:count]]
        distances.append(frechet_distance(Moments.of(some[0]), Moments.of(some[1])).total)
        yield
    slope, total = np.polyfit([1.0 / count for count in counts], distances, 1)
    return FrechetLimit(float(total), float(slope), tuple(counts), tuple(distances))
