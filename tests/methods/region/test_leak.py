"""A leak told by hand: outside over inside, in absolute steps."""

import math

import pytest
import torch
from torch import Tensor

from wend.methods.region.leak import SLIGHT, EndLeak

STEP = 1.0 / 127.5


def picture(inside: float, outside: float) -> Tensor:
    """A grey picture of 2 x 2, its left half inside of the mask, changed by so many 8-bit steps."""
    return torch.tensor([[inside, outside], [inside, outside]]).mul(STEP).expand(1, 3, 2, 2).clone()


MASK = torch.tensor([[1.0, 0.0], [1.0, 0.0]])


def told(now: Tensor, before: Tensor, free: float = 0.0) -> float:
    return float(EndLeak(torch.zeros(1, 3, 2, 2), before, MASK, free)(now))


def test_it_is_the_logarithm_of_the_leakage() -> None:
    plain = picture(30.0, 6.0)
    near = math.log((math.hypot(6.0, SLIGHT) - SLIGHT + 0.05) / 30.0)
    assert told(plain, plain) == pytest.approx(near, abs=1e-4)


def test_half_as_much_everywhere_leaks_as_much() -> None:
    plain = picture(60.0, 40.0)
    assert told(picture(30.0, 20.0), plain) == pytest.approx(told(plain, plain), abs=0.02)


def test_many_slight_changes_count_as_one_that_is_as_large_in_all() -> None:
    plain = picture(30.0, 8.0)
    spread, one = picture(30.0, 8.0), picture(30.0, 16.0)
    one[..., 1, 1] = 0.0
    assert told(spread, plain) == pytest.approx(told(one, plain), abs=0.1)


def test_another_effect_of_the_same_size_costs() -> None:
    plain = picture(30.0, 6.0)
    # The other way inside: 60 steps from where it was, four times its own squared change.
    turned = told(picture(-30.0, 6.0), plain, free=0.2) - told(plain, plain, free=0.2)
    assert turned == pytest.approx(0.2 * 4.0, abs=1e-4)


def test_no_change_at_all_has_a_slope() -> None:
    now = picture(0.0, 0.0).requires_grad_()
    EndLeak(torch.zeros(1, 3, 2, 2), picture(30.0, 6.0), MASK, 0.2)(now).backward()
    assert now.grad is not None
    assert bool(torch.isfinite(now.grad).all())
