"""Walk zones by hand: where an attribute stops following, and where pictures stop changing."""

import numpy as np
import pytest

from wend.measure.walk_zones import find_zones

ALPHAS = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0])
TRAINED = (-2.0, 2.0)
EVEN = np.ones(6)


def test_a_straight_walk_reaches_all_it_was_looked_at() -> None:
    found = find_zones(ALPHAS, 2.0 * ALPHAS, EVEN, TRAINED)
    assert found.trained == TRAINED
    assert found.reachable == (-3.0, 3.0)
    assert found.reached == (-6.0, 6.0)
    assert found.saturated is None


def test_the_attribute_stops_on_one_side() -> None:
    medians = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 1.2, 1.3])
    found = find_zones(ALPHAS, medians, EVEN, TRAINED)
    # The line through the five inner ones has slope (2*2 + 1 + 1 + 2*1.2) / 10 = 0.84, a quarter 0.21.
    assert found.reachable == (-3.0, 1.0)
    assert found.reached == (-3.0, 1.0)
    assert found.saturated is None


def test_a_walk_the_other_way_and_one_that_turns_back() -> None:
    assert find_zones(ALPHAS, -ALPHAS, EVEN, TRAINED).reached == (3.0, -3.0)
    back = np.array([-1.0, -2.0, -1.0, 0.0, 1.0, 2.0, 1.0])
    assert find_zones(ALPHAS, back, EVEN, TRAINED).reachable == (-2.0, 2.0)


def test_one_odd_step_ends_nothing() -> None:
    medians = np.array([-3.0, -2.0, -1.0, 0.0, 1.0, 1.0, 2.0])
    assert find_zones(ALPHAS, medians, EVEN, TRAINED).reachable == (-3.0, 3.0)


def test_pictures_stop_changing() -> None:
    lengths = np.array([0.1, 0.2, 1.0, 1.0, 0.9, 0.3])
    assert find_zones(ALPHAS, ALPHAS, lengths, TRAINED).saturated == (-1.0, 3.0)
    # Steps of unequal alpha count by their length per alpha.
    alphas = np.array([-1.0, 0.0, 1.0, 5.0])
    found = find_zones(alphas, alphas, np.array([1.0, 1.0, 0.9]), (-1.0, 1.0))
    assert found.saturated == (-1.0, 1.0)


@pytest.mark.parametrize("medians", [np.zeros(7), np.full(7, 3.0)])
def test_nothing_moves(medians: np.ndarray) -> None:
    found = find_zones(ALPHAS, medians, np.zeros(6), TRAINED)
    assert found.reachable == (0.0, 0.0)
    assert found.saturated == (0.0, 0.0)


def test_a_walk_to_one_side_alone() -> None:
    alphas = np.array([0.0, 1.0, 2.0])
    found = find_zones(alphas, alphas, np.ones(2), (0.0, 2.0))
    assert found.reachable == (0.0, 2.0)
    assert found.saturated is None
