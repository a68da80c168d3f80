"""Coverage: a model that reaches a known part of a known range."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.attributes import AttributeColumn, Attributes, ChoiceColumn
from wend.measure.coverage import BINS, coverage

UNIFORM = (np.arange(2000) + 0.5) / 2000


def _column(values: NDArray[np.float64], period: float | None = None) -> Attributes:
    return Attributes((AttributeColumn("x", "of width", values, period),))


def _fraction(world: Attributes, model: Attributes) -> float:
    return coverage(world, model).fractions["x"]


def test_all_of_it_and_the_same_of_a_wider_model() -> None:
    assert _fraction(_column(UNIFORM), _column(UNIFORM)) == 1.0
    assert _fraction(_column(UNIFORM), _column(1.4 * UNIFORM - 0.2)) == 1.0


def test_half_of_it() -> None:
    found = coverage(_column(UNIFORM), _column(0.5 * UNIFORM)).factors[0]
    assert found.fraction == pytest.approx(0.5, abs=1.0 / BINS)
    assert found.judged == BINS
    assert len(found.missing) == 9
    assert found.missing[-1].endswith("to 0.95")
    assert found.world_range == pytest.approx((0.05, 0.95), abs=0.001)
    assert found.model_range == pytest.approx((0.025, 0.475), abs=0.001)


def test_one_value_is_one_bin() -> None:
    assert _fraction(_column(UNIFORM), _column(np.full(50, 0.52))) == pytest.approx(1.0 / BINS)


def test_a_fifth_is_enough_and_less_is_not() -> None:
    # A tenth part of the pictures lies evenly in the upper half, or a hundredth.
    def mostly_low(upper: float) -> Attributes:
        count = round(2000 * upper)
        low = 0.5 * (np.arange(2000 - count) + 0.5) / (2000 - count)
        return _column(np.concatenate([low, 0.5 + 0.5 * (np.arange(count) + 0.5) / count]))

    assert _fraction(_column(UNIFORM), mostly_low(0.15)) == 1.0
    assert _fraction(_column(UNIFORM), mostly_low(0.05)) == pytest.approx(0.5, abs=1.0 / BINS)


def test_a_world_that_piles_up_at_an_end() -> None:
    piled = np.concatenate([np.zeros(1000), UNIFORM[::2]])
    found = coverage(_column(piled), _column(piled)).factors[0]
    assert found.fraction == 1.0
    assert found.judged < BINS


def test_hues_have_no_ends() -> None:
    hues = 360.0 * UNIFORM
    assert _fraction(_column(hues, 360.0), _column(np.mod(hues + 123.0, 360.0), 360.0)) == 1.0
    # A quarter turn, across zero.
    quarter = np.mod(0.25 * hues - 45.0, 360.0)
    assert _fraction(_column(hues, 360.0), _column(quarter, 360.0)) == pytest.approx(0.25, abs=1.5 / BINS)


def _choice(*counts: int) -> Attributes:
    chosen = np.repeat(np.arange(len(counts)), counts)
    names = tuple("abc"[: len(counts)])
    return Attributes(choices=(ChoiceColumn("x", names, np.eye(len(counts))[chosen]),))


def test_choices() -> None:
    found = coverage(_choice(600, 300, 100), _choice(990, 10, 0)).factors[0]
    assert found.fraction == pytest.approx(1.0 / 3.0)
    assert found.missing == ("b", "c")
    assert _fraction(_choice(600, 300, 100), _choice(800, 80, 120)) == 1.0


def test_choices_too_rare_to_tell_are_left_out() -> None:
    found = coverage(_choice(900, 90, 10), _choice(1000, 0, 0)).factors[0]
    assert found.judged == 2
    assert found.fraction == 0.5
    assert found.missing == ("b",)


def test_of_few_pictures_the_most_frequent_option_is_judged() -> None:
    found = coverage(_choice(4, 3, 3), _choice(5, 5, 0)).factors[0]
    assert (found.judged, found.fraction) == (1, 1.0)


def test_what_was_not_found_and_what_was_measured_otherwise() -> None:
    lost = np.concatenate([UNIFORM, np.full(100, np.nan)])
    assert _fraction(_column(lost), _column(lost)) == 1.0
    with pytest.raises(InvalidInput, match="same network"):
        coverage(_column(UNIFORM), Attributes())
    with pytest.raises(InvalidInput, match="never varies"):
        coverage(_column(np.ones(10)), _column(np.ones(10)))
