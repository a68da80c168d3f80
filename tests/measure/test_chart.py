"""Charts as data: tables, correlations, and what JSON sees of them."""

import numpy as np
import pytest

from wend.measure.chart import Axis, BarChart, ScatterChart, curve_chart, density_chart
from wend.measure.curve import curve
from wend.measure.distribution import densities
from wend.measure.export import to_json

BARS = BarChart("t", Axis("area", "%"), ("a", "b"), {"world": (1.0, 2.0), "model": (3.0, 4.0)})


def test_bars_are_a_table() -> None:
    assert BARS.table().columns == ("name", "world area (%)", "model area (%)")
    assert BARS.table().rows == (("a", 1.0, 3.0), ("b", 2.0, 4.0))
    assert BARS.as_dict()["kind"] == "bars"


def test_a_scatter_knows_its_correlation() -> None:
    xs = (1.0, 2.0, 3.0, 4.0)
    chart = ScatterChart("t", Axis("x"), Axis("y"), tuple("abcd"), xs, (2.0, 4.0, 6.0, 8.0))
    assert chart.correlation == pytest.approx(1.0)
    crossed = ScatterChart("t", Axis("x"), Axis("y"), tuple("abcd"), xs, (1.0, -1.0, -1.0, 1.0))
    assert crossed.correlation == pytest.approx(0.0)
    flat = ScatterChart("t", Axis("x"), Axis("y"), tuple("abcd"), xs, (1.0, 1.0, 1.0, 1.0))
    assert flat.correlation is None
    assert '"correlation": null' in to_json(flat)


def test_curves_and_densities_become_lines() -> None:
    found = curve(np.array([0.0, 1.0]), np.array([[0.0, 2.0], [1.0, 4.0], [2.0, 6.0]]))
    chart = curve_chart("t", Axis("asked", "px"), Axis("measured", "px"), {"x": found})
    assert chart.lines[0].y == (1.0, 4.0)
    assert [band.name for band in chart.lines[0].bands] == ["quartiles", "95 % interval of the median"]
    assert chart.table().rows == (("x", 0.0, 1.0), ("x", 1.0, 4.0))
    laid = density_chart("t", Axis("x"), densities({"a": np.arange(5.0), "b": np.arange(3.0)}))
    assert [line.name for line in laid.lines] == ["a", "b"]
    assert laid.is_filled
