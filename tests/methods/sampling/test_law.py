"""Laws: what is drawn from them is spread as they say, gaps, jumps and cut ends included."""

import numpy as np
import pytest

from wend.methods.sampling.law import Law, bumps, distance, histogram, like_sample, uniform

SHARES = (np.arange(10_000) + 0.5) / 10_000


@pytest.mark.parametrize(
    "law",
    [
        uniform(-0.3, 0.3),
        bumps((-0.2, 0.2), (0.03, 0.06), (1.0, 2.0)),
        histogram(-1.0, 1.0, (0.0, 3.0, 0.0, 0.0, 1.0, 9.0, 0.0)),
        like_sample(np.random.default_rng(1).normal(size=300)),
    ],
)
def test_what_is_drawn_follows_the_law(law: Law) -> None:
    drawn = law.quantile(SHARES)
    assert distance(drawn, law) < 2e-4
    assert law.low <= drawn.min() < drawn.max() <= law.high
    assert (np.diff(drawn) >= 0.0).all(), "ranks are kept"
    for low, high in law.gaps:
        assert not ((drawn > low) & (drawn < high)).any()


def test_two_bumps_have_their_shares_and_widths() -> None:
    drawn = bumps((-0.2, 0.2), (0.03, 0.06), (1.0, 2.0)).quantile(SHARES)
    left = drawn[drawn < 0.0]
    assert len(left) == pytest.approx(3333, abs=10)
    assert (left.mean(), left.std()) == (pytest.approx(-0.2, abs=1e-3), pytest.approx(0.03, abs=1e-3))


def test_a_drawing_may_have_gaps_and_empty_ends() -> None:
    law = histogram(0.0, 4.0, (0.0, 1.0, 0.0, 1.0))
    assert (law.low, law.high, law.gaps) == (1.0, 4.0, ((2.0, 3.0),))


def test_what_lies_beyond_is_cut_and_counted() -> None:
    law = uniform(0.0, 1.0)
    assert law.outside(0.25, 2.0) == pytest.approx(0.25)
    assert law.within(0.25, 2.0).quantile(np.array([0.0, 0.5, 1.0])) == pytest.approx([0.25, 0.625, 1.0])
    with pytest.raises(ValueError, match="holds nothing"):
        law.within(2.0, 3.0)


def test_the_distance_is_kolmogorovs() -> None:
    law = uniform(0.0, 1.0)
    assert distance(np.array([0.5]), law) == pytest.approx(0.5)
    assert distance(np.array([0.9, 0.95, float("nan")]), law) == pytest.approx(0.9)
    assert distance(np.array([float("nan")]), law) == 1.0


@pytest.mark.parametrize(
    "make",
    [
        lambda: uniform(1.0, 1.0),
        lambda: bumps((0.0,), (0.0,), (1.0,)),
        lambda: bumps((0.0, 1.0), (0.1,), (1.0,)),
        lambda: histogram(0.0, 1.0, (0.0, 0.0)),
        lambda: histogram(0.0, 1.0, (1.0, -1.0)),
        lambda: like_sample(np.array([2.0, 2.0, float("nan")])),
    ],
)
def test_a_law_of_nothing_is_none(make: object) -> None:
    with pytest.raises(ValueError, match=r"holds|needs|has|is"):
        make()  # type: ignore[operator]  # one of the above
