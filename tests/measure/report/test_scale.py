"""Scales: round ticks, ends that hold the data, numbers as people write them."""

import pytest

from wend.measure.chart import Axis
from wend.measure.report.scale import Scale, fit, round_step, written


@pytest.mark.parametrize(("extent", "step"), [(1.0, 0.2), (10.0, 2.0), (7.0, 1.0), (0.03, 0.005), (1e6, 2e5)])
def test_steps_are_round(extent: float, step: float) -> None:
    assert round_step(extent, 5) == pytest.approx(step)


def test_a_scale_maps_its_ends() -> None:
    scale = Scale(2.0, 4.0, 100.0, 0.0)
    assert (scale(2.0), scale(3.0), scale(4.0)) == (100.0, 50.0, 0.0)
    log = Scale(0.01, 100.0, 0.0, 400.0, is_log=True)
    assert log(1.0) == pytest.approx(200.0)
    assert log(0.0) == 0.0  # what is too small for the axis lies at its end


def test_ticks() -> None:
    assert Scale(0.0, 1.0, 0, 1).ticks() == [
        (0.0, "0.0"), (0.2, "0.2"), (0.4, "0.4"), (pytest.approx(0.6), "0.6"), (0.8, "0.8"), (1.0, "1.0"),
    ]  # fmt: skip
    assert [text for _, text in Scale(-10.0, 10.0, 0, 1).ticks(4)] == ["−10", "−5", "0", "5", "10"]
    assert [text for _, text in Scale(0.01, 100.0, 0, 1, is_log=True).ticks()] == [
        "0.01", "0.1", "1", "10", "100",
    ]  # fmt: skip


def test_axes_follow_the_data_unless_told() -> None:
    free = fit(Axis("x"), [0.13, 0.87], 0.0, 1.0)
    assert (free.low, free.high) == pytest.approx((0.1, 0.9))
    told = fit(Axis("x", low=0.0, high=1.0), [0.3, 5.0], 0.0, 1.0)
    assert (told.low, told.high) == (0.0, 1.0)
    log = fit(Axis("x", scale="log"), [0.0, 0.03, 20.0], 0.0, 1.0)
    assert (log.low, log.high) == pytest.approx((0.01, 100.0))
    for values in ([], [3.0, 3.0], [float("nan")]):
        scale = fit(Axis("x"), values, 0.0, 1.0)
        assert scale.high > scale.low


def test_numbers_as_text() -> None:
    assert [written(v) for v in (0.0, 0.1234, 12.3456, -3.0, 5000.0)] == [
        "0", "0.123", "12.3", "−3", "5\u202f000",
    ]  # fmt: skip
    assert [written(v) for v in (1e-5, 3.5e-5, -2e9)] == ["10⁻⁵", "3.5·10⁻⁵", "−2·10⁹"]
    assert written(float("nan")) == "–"
    assert written(0.5, 3) == "0.500"
