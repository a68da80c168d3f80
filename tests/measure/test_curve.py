"""Curves with bands: medians and quartiles by hand, intervals that hold what they promise."""

import numpy as np
import pytest

from wend.errors import InvalidInput, InvalidShape
from wend.measure.curve import curve

X = np.array([0.0, 1.0])


def test_known_values() -> None:
    values = np.array([[0.0, 10.0], [1.0, 10.0], [2.0, 10.0], [3.0, 10.0], [4.0, 10.0]])
    found = curve(X, values)
    assert found.median == (2.0, 10.0)
    assert found.quartile_low == (1.0, 10.0)
    assert found.quartile_high == (3.0, 10.0)
    assert found.interval_low[0] <= 1.0 <= 3.0 <= found.interval_high[0]
    assert (found.interval_low[1], found.interval_high[1]) == (10.0, 10.0)
    assert (found.count, found.missing, found.confidence) == (5, 0, 0.95)
    assert found.table().rows[0][:3] == (0.0, 2.0, 1.0)


def test_what_was_not_found_is_left_out() -> None:
    values = np.array([[1.0, np.nan], [3.0, 5.0], [5.0, 7.0]])
    found = curve(X, values)
    assert found.median == (3.0, 6.0)
    assert found.missing == 1
    with pytest.raises(InvalidInput, match="no value"):
        curve(X, np.array([[1.0, np.nan]]))
    with pytest.raises(InvalidShape):
        curve(X, np.zeros((4, 3)))


def test_the_interval_holds_the_median_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(0)
    hits = 0
    for seed in range(120):
        found = curve(np.zeros(1), rng.normal(size=(40, 1)), 0.9, resamples=200, seed=seed)
        hits += found.interval_low[0] <= 0.0 <= found.interval_high[0]
    assert 96 <= hits <= 118  # 108 expected, three standard deviations of 3.3


def test_the_same_seed_gives_the_same_band() -> None:
    values = np.random.default_rng(1).normal(size=(20, 2))
    assert curve(X, values, seed=4) == curve(X, values, seed=4)
    assert curve(X, values, seed=4) != curve(X, values, seed=5)
