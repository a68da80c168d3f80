"""Charts as SVG: well-formed, told in words, every mark where its value says."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from wend.measure.chart import (
    Axis,
    BarChart,
    Chart,
    ClassChart,
    Line,
    LineChart,
    MatrixChart,
    ScatterChart,
    curve_chart,
    density_chart,
)
from wend.measure.curve import curve
from wend.measure.distribution import densities
from wend.measure.report.draw import NARROW, WIDE, describe, draw_chart

HOSTILE = "<script>&\"'"
BARS = BarChart("areas", Axis("area"), ("a", HOSTILE), {"world": (1.0, 2.0), "model": (4.0, float("nan"))})
SCATTER = ScatterChart(
    "points", Axis("x"), Axis("y"), ("a", "b", "c"), (0, 1, 2), (0, 2, 1), has_diagonal=True
)
CURVE = curve_chart(
    "curve",
    Axis("x"),
    Axis("y"),
    {HOSTILE: curve(np.arange(4.0), np.random.default_rng(0).normal(size=(9, 4)))},
)
DENSITY = density_chart(
    "density", Axis("hue", "degrees"), densities({"a": np.arange(50.0), "b": np.full(5, 3.0)})
)

MATRIX = MatrixChart(
    "cosines",
    ("a", HOSTILE, "c"),
    ((1.0, -0.5, float("nan")), (-0.5, 1.0, 0.0), (float("nan"), 0.0, 1.0)),
    ("one", "one", "two"),
)
CLASSES = ClassChart(
    "classes", ("sky", HOSTILE), (60.0, 1.0), {HOSTILE: (59.0, 0.0), "b": (70.0, 9.0)},
    {HOSTILE: (-0.02, -1.0), "b": (0.16, 8.0)}, {HOSTILE: (0.1, 0.0), "b": (0.1, 0.5)},
)  # fmt: skip


def _parse(chart: Chart, width: float = WIDE) -> ET.Element:
    return ET.fromstring(draw_chart(chart, width))  # noqa: S314 - our own text


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("chart", [BARS, SCATTER, CURVE, DENSITY, MATRIX, CLASSES])
def test_every_chart_is_well_formed_and_tells_what_it_shows(chart: Chart, width: float) -> None:
    root = _parse(chart, width)
    assert root.attrib["role"] == "img"
    assert root.find("title") is not None
    assert root.findtext("title") == chart.title
    assert root.findtext("desc") == describe(chart)
    assert root.attrib["viewBox"].split()[2] == f"{width:g}"
    numbers = [
        float(value)
        for node in root.iter()
        for name, value in node.attrib.items()
        if name in ("x", "y", "cx", "cy", "x1", "x2", "y1", "y2", "width", "height")
    ]
    assert all(np.isfinite(numbers))
    assert "nan" not in draw_chart(chart, width)


def test_bars_are_as_long_as_their_values() -> None:
    rects = [r for r in _parse(BARS).iter("rect") if r.find("title") is not None]
    lengths = {r.findtext("title"): float(r.attrib["width"]) for r in rects}
    assert lengths["a, model: 4"] == pytest.approx(4.0 * lengths["a, world: 1"], abs=0.02)
    assert lengths[f"{HOSTILE}, world: 2"] == pytest.approx(2.0 * lengths["a, world: 1"], abs=0.02)
    assert len(rects) == 3
    assert any(t.text == "not measured" for t in _parse(BARS).iter("text"))


def test_points_lie_at_their_values() -> None:
    circles = list(_parse(SCATTER).iter("circle"))
    x = [float(c.attrib["cx"]) for c in circles]
    y = [float(c.attrib["cy"]) for c in circles]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.02)
    assert y[0] - y[1] == pytest.approx(2.0 * (y[0] - y[2]), abs=0.02)
    assert any(t.text == "r = 0.500" for t in _parse(SCATTER).iter("text"))


def test_a_gap_in_a_line_is_left_out() -> None:
    line = Line("a", (0.0, 1.0, 2.0), (0.0, float("nan"), 1.0), has_points=True)
    root = _parse(LineChart("t", Axis("x"), Axis("y"), (line,)))
    assert len(list(root.iter("circle"))) == 2


def test_a_matrix_is_as_deep_as_its_values() -> None:
    root = _parse(MATRIX)
    cells = [node for node in root.iter() if node.tag == "rect"]
    assert [float(node.attrib["fill-opacity"]) for node in cells] == [1.0, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0]
    assert [node.attrib["class"] for node in cells[:2]] == ["fill s1", "fill s2"]
    # One line either way between the two groups.
    assert sum(node.tag == "line" for node in root.iter()) == 2
    assert "with a \u22120.5" in describe(MATRIX)
    assert MATRIX.table().columns == ("name", "a", HOSTILE, "c")
