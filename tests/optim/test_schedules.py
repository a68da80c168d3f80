"""Owner of learning-rate schedules: warm-up, shape and floor."""

import pytest

from wend.optim.schedules import Schedule


def test_constant_is_one_throughout() -> None:
    assert {Schedule().factor(update, 50) for update in range(50)} == {1.0}


def test_cosine_and_linear_fall_to_the_floor() -> None:
    for shape in ("cosine", "linear"):
        schedule = Schedule(shape, floor=0.1)
        factors = [schedule.factor(update, 1000) for update in range(1000)]
        assert factors == sorted(factors, reverse=True)
        assert factors[0] == pytest.approx(1.0, abs=1e-3)
        assert factors[-1] == pytest.approx(0.1, abs=1e-3)
    assert Schedule("cosine").factor(249, 1000) == pytest.approx(0.8539, abs=2e-3)
    assert Schedule("linear").factor(249, 1000) == pytest.approx(0.75, abs=2e-3)


def test_warmup_rises_from_next_to_nothing() -> None:
    schedule = Schedule("cosine", warmup=0.2)
    factors = [schedule.factor(update, 100) for update in range(100)]
    assert 0.0 < factors[0] < 0.05
    assert factors[:20] == sorted(factors[:20])
    assert factors[20] == pytest.approx(1.0, abs=1e-2)
    assert factors[99] > 0.0


def test_it_halves_at_its_drops() -> None:
    # Layer-wise inversion as published: halved at 800, 1200 and 1800 of 3000.
    schedule = Schedule(drops=(800 / 3000, 1200 / 3000, 1800 / 3000))
    assert [schedule.factor(u, 3000) for u in (0, 799, 800, 1199, 1200, 1799, 1800, 2999)] == [
        1.0, 1.0, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125,
    ]  # fmt: skip
