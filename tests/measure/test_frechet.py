"""Frechet distance against closed forms, its floor against theory, and on a world that shifts."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import linalg

from wend.errors import InvalidInput, InvalidShape
from wend.measure.frechet import frechet_distance, frechet_limit, noise_floor
from wend.measure.moments import Moments


def _moments(mean: list[float], covariance: NDArray[np.float64]) -> Moments:
    return Moments(100, np.array(mean), covariance)


def _spd(seed: int, rank: int, size: int = 6) -> NDArray[np.float64]:
    factor = np.random.default_rng(seed).normal(size=(size, rank))
    product: NDArray[np.float64] = factor @ factor.T
    return product


def test_diagonal_covariances_have_a_closed_form() -> None:
    # Independent axes: |3 - 0|^2 + (1 - 2)^2 + (3 - 1)^2, sd by sd.
    a, b = _moments([3.0, 1.0], np.diag([1.0, 9.0])), _moments([0.0, 1.0], np.diag([4.0, 1.0]))
    distance = frechet_distance(a, b)
    assert distance.mean_part == pytest.approx(9.0)
    assert distance.covariance_part == pytest.approx(1.0 + 4.0)
    assert distance.total == pytest.approx(14.0)
    assert (distance.count_a, distance.count_b) == (100, 100)


def test_full_covariances_agree_with_the_matrix_root() -> None:
    a, b = _spd(0, 6), _spd(1, 6)
    root = linalg.sqrtm(a @ b)
    expected = float(np.trace(a + b - 2.0 * root.real))
    distance = frechet_distance(_moments([0.0] * 6, a), _moments([0.0] * 6, b))
    assert distance.total == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("rank", [0, 1, 3, 6])
def test_the_distance_from_itself_is_zero_also_when_singular(rank: int) -> None:
    moments = _moments([5.0] * 6, _spd(2, rank))
    assert frechet_distance(moments, moments).total == pytest.approx(0.0, abs=1e-12)


def test_singular_and_orthogonal_supports() -> None:
    # Nothing is shared, so the root vanishes: the sum of both traces.
    a, b = _moments([0.0] * 2, np.diag([4.0, 0.0])), _moments([0.0] * 2, np.diag([0.0, 9.0]))
    assert frechet_distance(a, b).total == pytest.approx(13.0)


def test_symmetry() -> None:
    a, b = _moments([1.0] * 6, _spd(3, 4)), _moments([0.0] * 6, _spd(4, 2))
    assert frechet_distance(a, b).total == pytest.approx(frechet_distance(b, a).total, rel=1e-12)


def test_features_of_different_lengths_are_refused() -> None:
    with pytest.raises(InvalidShape):
        frechet_distance(_moments([0.0] * 2, np.eye(2)), _moments([0.0] * 3, np.eye(3)))


def test_the_floor_is_that_of_two_samples_of_this_size() -> None:
    # Of one feature of variance 1: E = 2 / n from the mean and about 1 / (2 n) x 2 / 2 from the spread.
    vectors = np.random.default_rng(5).normal(size=(4000, 1))
    floor = noise_floor(vectors, 200, repeats=60)
    assert floor.mean == pytest.approx(2.0 / 200 + 0.5 * 2.0 / 200 * 0.5 * 2.0, rel=0.35)
    assert floor.high == max(floor.distances) >= floor.mean
    assert len(floor.distances) == 60
    # Four times the pictures, a quarter of the floor.
    assert noise_floor(vectors, 800, repeats=60).mean == pytest.approx(floor.mean / 4.0, rel=0.5)


def test_the_floor_is_the_same_again_and_needs_enough() -> None:
    vectors = np.random.default_rng(6).normal(size=(40, 3))
    assert noise_floor(vectors, 20, seed=1) == noise_floor(vectors, 20, seed=1)
    with pytest.raises(InvalidInput, match="needs 42 vectors"):
        noise_floor(vectors, 21)


def test_the_limit_takes_the_bias_away() -> None:
    rng = np.random.default_rng(7)
    a, b = rng.normal(size=(4000, 20)), rng.normal(size=(4000, 20))
    b[:, 0] += 1.0
    counts = [200, 250, 333, 500, 1000, 2000, 4000]
    limit = frechet_limit(a, b, counts)
    # The truth is 1; at 200 the bias is about 20 x (2 + 0.5) / 200.
    assert limit.distances[0] > 1.15
    assert limit.total == pytest.approx(1.0, abs=0.08)
    assert limit.slope > 0.0
    with pytest.raises(InvalidInput):
        frechet_limit(a, b, [100])
    with pytest.raises(InvalidInput):
        frechet_limit(a, b, [100, 4001])
