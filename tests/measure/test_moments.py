"""Moments of a stream are those of the whole, also far from zero."""

import numpy as np
import pytest
import torch

from wend.errors import InvalidShape
from wend.measure.moments import Moments, RunningMoments


def test_known_values() -> None:
    moments = Moments.of(np.array([[0.0, 0.0], [2.0, 4.0]]))
    assert moments.count == 2
    assert moments.mean.tolist() == [1.0, 2.0]
    assert moments.covariance.tolist() == [[2.0, 4.0], [4.0, 8.0]]


@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_a_stream_gives_what_the_whole_gives(offset: float) -> None:
    vectors = np.random.default_rng(0).normal(size=(101, 5)) @ np.diag([1.0, 2, 3, 4, 5]) + offset
    running = RunningMoments()
    for start, stop in ((0, 1), (1, 40), (40, 40), (40, 101)):
        running.add(vectors[start:stop])
    result = running.result()
    assert result.count == 101
    np.testing.assert_allclose(result.mean, vectors.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(result.covariance, np.cov(vectors.T), rtol=1e-8)


def test_tensors_are_taken_in_double() -> None:
    moments = Moments.of(torch.tensor([[1.0], [2.0], [4.0]]))
    assert moments.covariance.dtype == np.float64
    assert moments.covariance[0, 0] == pytest.approx(7.0 / 3.0)


def test_what_cannot_be_gathered() -> None:
    running = RunningMoments()
    running.add(np.zeros((1, 3)))
    with pytest.raises(InvalidShape, match="2 or more"):
        running.result()
    with pytest.raises(InvalidShape, match=r"\[N, 3\]"):
        running.add(np.zeros((1, 4)))
    with pytest.raises(InvalidShape):
        running.add(np.zeros(3))


def test_two_streams_merge_into_one() -> None:
    vectors = np.random.default_rng(1).normal(size=(30, 4)) + 50.0
    left, right = RunningMoments(), RunningMoments()
    left.add(vectors[:11])
    right.merge(RunningMoments())
    right.add(vectors[11:])
    left.merge(right)
    np.testing.assert_allclose(left.result().covariance, np.cov(vectors.T), rtol=1e-10)
    empty = RunningMoments()
    empty.merge(left)
    np.testing.assert_allclose(empty.result().mean, vectors.mean(axis=0), rtol=1e-12)
    with pytest.raises(InvalidShape, match=r"\[N, 4\]"):
        left.merge(_of(np.zeros((2, 3))))


def test_a_state_goes_on() -> None:
    vectors = np.random.default_rng(2).normal(size=(20, 3))
    running = _of(vectors[:9])
    again = RunningMoments()
    again.load_state_dict(running.state_dict())
    for each in (running, again):
        each.add(vectors[9:])
    assert np.array_equal(running.result().covariance, again.result().covariance)


def _of(vectors: np.ndarray) -> RunningMoments:
    running = RunningMoments()
    running.add(vectors)
    return running
