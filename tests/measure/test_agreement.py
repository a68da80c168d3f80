"""Agreement measures, by hand."""

import numpy as np
import pytest

from wend.measure.agreement import concordance, mean_auc, r_squared, roc_auc


def test_r_squared_of_a_perfect_and_of_a_mean_guess() -> None:
    truth = np.array([1.0, 2.0, 3.0, 6.0])
    assert r_squared(truth, truth) == 1.0
    assert r_squared(truth, np.full(4, 3.0)) == pytest.approx(0.0)


def test_r_squared_by_hand() -> None:
    # Variance of 0, 2, 4 around 2 sums to 8; errors 1, 0, 1 sum to 2.
    assert r_squared(np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])) == pytest.approx(0.75)


def test_a_hue_just_across_zero_is_near() -> None:
    truth = np.array([10.0, 350.0, 20.0, 340.0])
    guess = np.array([350.0, 10.0, 20.0, 340.0])
    # Mean direction 0; squares 100, 100, 400, 400 of 1000; two errors of 20 degrees, the shorter way.
    assert r_squared(truth, guess, 360.0) == pytest.approx(1.0 - 800.0 / 1000.0)


def test_r_squared_of_nothing_that_varies_is_none() -> None:
    assert r_squared(np.array([2.0, 2.0]), np.array([1.0, 3.0])) is None
    assert r_squared(np.array([2.0]), np.array([2.0])) is None


def test_concordance_by_hand() -> None:
    a, b = np.array([0.0, 2.0]), np.array([1.0, 3.0])
    # Variances 1 and 1, covariance 1, means one apart: 2 / (1 + 1 + 1).
    assert concordance(a, b) == pytest.approx(2.0 / 3.0)
    assert concordance(a, a) == pytest.approx(1.0)
    assert concordance(a, -a + 2.0) == pytest.approx(-1.0)


def test_concordance_of_hues_goes_round() -> None:
    a = np.array([350.0, 10.0, 0.0])
    assert concordance(a, np.array([352.0, 12.0, 2.0]), 360.0) == pytest.approx(
        2.0 * (200.0 / 3.0) / (400.0 / 3.0 + 4.0)
    )


def test_concordance_of_hues_all_round_needs_no_mean() -> None:
    hues = np.arange(0.0, 360.0, 30.0)
    assert concordance(hues, (hues + 1.0) % 360.0, 360.0) == pytest.approx(1.0, abs=1e-3)
    assert concordance(hues, (hues + 180.0) % 360.0, 360.0) == pytest.approx(-2.0, abs=0.1)


def test_auc_is_the_share_of_pairs_in_order() -> None:
    positive = np.array([True, True, False, False])
    assert roc_auc(positive, np.array([0.9, 0.4, 0.5, 0.1])) == pytest.approx(3.0 / 4.0)
    assert roc_auc(positive, np.array([0.5, 0.5, 0.5, 0.5])) == pytest.approx(0.5)
    assert roc_auc(positive, np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx(3.5 / 4.0)
    assert roc_auc(np.array([True, True]), np.array([0.1, 0.2])) is None


def test_mean_auc_of_two_options_is_that_of_the_second() -> None:
    chances = np.array([[0.1, 0.9], [0.6, 0.4], [0.5, 0.5], [0.9, 0.1]])
    assert mean_auc(np.array([1, 1, 0, 0]), chances) == pytest.approx(0.75)


def test_mean_auc_leaves_out_what_never_occurs() -> None:
    chances = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]])
    assert mean_auc(np.array([0, 1]), chances) == 1.0
    assert mean_auc(np.array([0, 0]), chances) is None
