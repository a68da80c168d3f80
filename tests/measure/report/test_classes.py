"""The two panels of classes: bars where their values say, numbers for what leaves the axis."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from wend.measure.chart import ClassChart
from wend.measure.report.class_raster import class_raster
from wend.measure.report.draw import WIDE, draw_chart

CHART = ClassChart(
    "classes", ("sky", "cow", "car"), (60.0, 1.0, 0.1), {"a": (60.0, 0.5, 0.35)}, {"a": (0.0, -0.5, 2.5)},
    {"a": (0.01, 0.1, 1.0)},
)  # fmt: skip


def _rects(root: ET.Element) -> dict[str, float]:
    """Title -> width."""
    return {
        title: float(rect.attrib["width"])
        for rect in root.iter("rect")
        if (title := rect.findtext("title")) is not None
    }


def test_bars_and_overflow_numbers() -> None:
    root = ET.fromstring(draw_chart(CHART, WIDE))  # noqa: S314 - our own text
    widths = _rects(root)
    # Half of the axis below zero, and all of it above; what goes beyond is told.
    assert 2.2 * widths["cow, a: −50 % ± 10"] == pytest.approx(widths["car, a: +250 % ± 100"], abs=0.05)
    texts = [text.text for text in root.iter("text")]
    assert "+250 %" in texts
    assert "−50 %" in texts  # a tick, no number of its own
    assert texts.count("−50 %") == 1
    assert [title for title in widths if title.endswith("real: 60 %")] == ["sky, real: 60 %"]


def test_a_figure_of_nothing_is_drawn() -> None:
    empty = ClassChart("none", (), (), {"a": ()}, {"a": ()}, {"a": ()})
    ET.fromstring(draw_chart(empty, WIDE))  # noqa: S314 - our own text
    assert class_raster(empty).shape[2] == 3


def test_the_raster_shows_loss_left_and_gain_right_of_zero() -> None:
    pixels = class_raster(CHART, width=640)
    assert pixels.shape[1:] == (640, 3)
    tone = (pixels == np.array([11, 114, 100], dtype=np.uint8)).all(axis=2)
    right = tone[:, 360:]
    columns = [np.flatnonzero(right[top : top + 12].any(axis=0)) for top in (46, 65)]
    assert columns[0].max() < columns[1].min() + 2
    assert len(columns[0]) < len(columns[1])
    assert class_raster(CHART, zoom=2).shape[0] == 2 * pixels.shape[0]


def test_the_table_names_both_numbers() -> None:
    assert CHART.table().columns == ("class", "real (% of area)", "a (% of area)", "a relative")
    assert CHART.table().rows[2] == ("car", 0.1, 0.35, 2.5)
