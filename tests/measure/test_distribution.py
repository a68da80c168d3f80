"""Histograms, densities and their overlap, where the laws are known."""

import numpy as np
import pytest

from wend.errors import InvalidInput
from wend.measure.distribution import densities, histogram, intersection, kolmogorov_smirnov, kuiper

RNG = np.random.default_rng(0)
NORMAL = RNG.normal(size=2000)


def test_a_histogram_shares_its_bins() -> None:
    found = histogram({"a": np.array([0.0, 1.0, 1.0, 4.0]), "b": np.array([3.0, np.nan])}, bins=4)
    assert found.edges == (0.0, 1.0, 2.0, 3.0, 4.0)
    assert found.shares == {"a": (0.25, 0.5, 0.0, 0.25), "b": (0.0, 0.0, 0.0, 1.0)}
    assert found.table().columns == ("from", "to", "a", "b")
    assert found.table().rows[0] == (0.0, 1.0, 0.25, 0.0)


def test_a_histogram_of_one_value_and_of_none() -> None:
    found = histogram({"a": np.array([2.0, 2.0])}, bins=3)
    assert found.edges[0] < 2.0 < found.edges[-1]
    assert sum(found.shares["a"]) == 1.0
    with pytest.raises(InvalidInput, match="sample b"):
        histogram({"a": np.array([1.0]), "b": np.array([np.nan])})


def test_a_density_is_the_law_it_was_drawn_from() -> None:
    found = densities({"a": NORMAL})
    x, y = np.array(found.x), np.array(found.y["a"])
    assert np.trapezoid(y, x) == pytest.approx(1.0, abs=0.002)
    # Kernel estimates are normal too, wider by their bandwidth of n^(-1/5) standard deviations.
    width = 1.0 + 2000.0**-0.4
    np.testing.assert_allclose(y, np.exp(-x * x / (2 * width)) / np.sqrt(2 * np.pi * width), atol=0.03)


def test_a_density_of_hues_comes_round() -> None:
    hues = np.mod(RNG.normal(0.0, 10.0, 1000), 360.0)
    found = densities({"a": hues}, period=360.0)
    y = np.array(found.y["a"])
    assert (found.x[0], found.x[-1]) == (0.0, 360.0)
    assert y[0] == pytest.approx(y[-1])
    # A normal of 10 degrees, wider by its bandwidth of n^(-1/5) of that; not of the sd of 0 and 359.
    peak = 1.0 / (10.0 * np.sqrt(2.0 * np.pi * (1.0 + 1000.0**-0.4)))
    assert y[0] == pytest.approx(peak, rel=0.1)
    assert y.max() == pytest.approx(peak, rel=0.1)
    assert np.trapezoid(y, found.x) == pytest.approx(1.0, abs=0.01)


def test_intersections_at_both_ends_and_between() -> None:
    assert intersection(NORMAL, NORMAL) == pytest.approx(1.0, abs=1e-6)
    assert intersection(NORMAL[:1000], NORMAL[1000:]) > 0.93
    assert intersection(NORMAL, NORMAL + 100.0) == pytest.approx(0.0, abs=1e-6)
    # Two unit normals d apart share 2 Phi(-d / 2): 0.3173 for d = 2, a little more through the kernels.
    assert intersection(NORMAL, NORMAL + 2.0) == pytest.approx(0.3173, abs=0.04)
    assert intersection(NORMAL, NORMAL + 2.0) == pytest.approx(intersection(NORMAL + 2.0, NORMAL))


def test_intersections_of_samples_without_spread() -> None:
    one = np.full(10, 3.0)
    assert intersection(one, one) == pytest.approx(1.0, abs=0.02)
    assert intersection(one, one + 1.0) == pytest.approx(0.0, abs=0.02)


def test_intersections_of_hues_come_round() -> None:
    hues = RNG.normal(0.0, 5.0, 500)
    assert intersection(hues, hues + 360.0, period=360.0) == pytest.approx(1.0, abs=1e-6)
    assert intersection(hues, hues + 180.0, period=360.0) == pytest.approx(0.0, abs=1e-3)


@pytest.mark.parametrize("turn", [0.0, 0.3, 90.0, 180.0, 271.5])
def test_where_on_the_circle_hues_lie_changes_nothing(turn: float) -> None:
    rng = np.random.default_rng(5)
    a, b = rng.normal(180.0, 12.0, 400), rng.normal(200.0, 25.0, 300)
    turned = np.mod(a + turn, 360.0), np.mod(b + turn, 360.0)
    assert intersection(*turned, period=360.0) == pytest.approx(intersection(a, b, 360.0), abs=0.003)
    assert max(densities({"a": turned[0]}, 360.0).y["a"]) == pytest.approx(
        max(densities({"a": a}, 360.0).y["a"]), rel=0.01
    )
    assert kuiper(*turned, 360.0) == pytest.approx(kuiper(a, b, 360.0))


def test_kuiper_by_hand() -> None:
    # Apart by a whole turn: the same; opposite: all of one lies before any of the other.
    a = np.array([10.0, 20.0, 30.0])
    assert kuiper(a, a + 360.0, 360.0) == pytest.approx(0.0)
    assert kuiper(a, a + 180.0, 360.0) == pytest.approx(1.0)
    # 350 and 10 against 0 and 20: in turn order a b a b, so never more than half apart.
    assert kuiper(np.array([350.0, 10.0]), np.array([0.0, np.nan, 20.0]), 360.0) == pytest.approx(0.5)
    # a a b b in order, wherever the circle is cut, also between the two of a.
    assert kuiper(np.array([350.0, 10.0]), np.array([20.0, 30.0]), 360.0) == pytest.approx(1.0)
    with pytest.raises(InvalidInput, match="sample b"):
        kuiper(a, np.array([np.nan]), 360.0)


def test_kolmogorov_smirnov() -> None:
    found = kolmogorov_smirnov(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 4.0, 5.0, np.nan]))
    # Below 3: half of the first, none of the second; at 4: all against two thirds.
    assert found.statistic == pytest.approx(0.5)
    assert 0.5 < found.p_value < 1.0
    assert kolmogorov_smirnov(NORMAL, NORMAL + 1.0).p_value < 1e-6
