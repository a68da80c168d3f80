"""Focus: how many times more a slider moves what its region is about, by hand."""

import pytest

from wend.measure.effect import Effect
from wend.methods.region.name import focus_of


def effect(size: float) -> Effect:
    return Effect("smile", "", size, size, 1.0)


def test_it_is_a_ratio_of_root_mean_squares() -> None:
    own, others = [effect(3.0), effect(4.0)], [effect(1.0), effect(0.0)]
    assert focus_of(own, others) == pytest.approx(5.0)


def test_it_is_unknown_where_nothing_is_held_against_it() -> None:
    assert focus_of([effect(3.0)], []) is None
    assert focus_of([], [effect(3.0)]) is None
