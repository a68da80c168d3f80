"""Classes: areas of classes, real and generated, and beside them how much more or less is generated, in two
panels.
"""

import math

from wend.measure.chart import OVERFLOW, RELATIVE_HIGH, RELATIVE_LOW, Axis, ClassChart
from wend.measure.report.frame import LETTER, Box, horizontal_axis, legend
from wend.measure.report.scale import Scale, fit, written
from wend.measure.report.svg import drawing, element, path

_BAR = 8.0
_GAP = 46.0


def row_height(models: int) -> float:
    """Pixels of a class's row."""
    return max(2.0 * _BAR, models * (_BAR + 1.0)) + 6.0


def sign_written(relative: float) -> str:
    """A relative difference as a percentage with its sign."""
    text = written(100.0 * relative, 0)
    return f"{'+' if relative > 0.0 else ''}{text} %"


def draw_classes(chart: ClassChart, width: float, description: str) -> str:
    """Left, a logarithmic axis: grey bars are real areas, marks joined by a line those of a model. Right:
    bars of relative differences with their intervals; what leaves the axis is told as a number.

    Source: Bau et al., "Seeing what a GAN cannot generate", 2019, figure 2, there one panel above the other.
    """
    row = row_height(len(chart.models))
    names = min(max((LETTER * len(name) for name in chart.names), default=0.0) + 12.0, 0.3 * width)
    bottom = 34.0 + row * max(len(chart.names), 1)
    middle = names + 0.48 * (width - names - _GAP)
    left = Box(names, 30.0, middle, bottom)
    right = Box(middle + _GAP, 30.0, width - 46.0, bottom)
    values = [*chart.real, *(v for column in chart.models.values() for v in column)]
    areas = fit(Axis("mean area", "% of the picture", scale="log"), values, left.left, left.right)
    change = Scale(RELATIVE_LOW, RELATIVE_HIGH, right.left, right.right)
    parts = [
        horizontal_axis(areas, Axis("mean area", "% of the picture"), left, 4),
        _change_axis(change, right),
        legend(["real", *chart.models], width, 12.0),
    ]
    for i, name in enumerate(chart.names):
        y = left.top + i * row + 3.0
        parts.append(
            element("text", text=name, x=names - 8, y=y + 0.5 * row + 1.0, text_anchor="end", class_="name")
        )
        parts.append(_real_bar(name, chart.real[i], areas, y, row))
        for k, model in enumerate(chart.models):
            place = y + k * (_BAR + 1.0) + (0.0 if len(chart.models) > 1 else 0.5 * _BAR)
            parts.append(_change_bar(chart, model, i, change, place, k + 1))
    for k, (model, column) in enumerate(chart.models.items(), 1):
        centres = [left.top + i * row + 3.0 + 0.5 * (row - 6.0) for i in range(len(chart.names))]
        points = [(areas(v), y) for v, y in zip(column, centres, strict=True)]
        if len(points) > 1:
            parts.append(element("path", d=path(points), class_=f"stroke s{k % 6}", stroke_opacity=0.5))
        for (x, y), value, name in zip(points, column, chart.names, strict=True):
            title = element("title", text=f"{name}, {model}: {written(value)} %")
            parts.append(element("circle", title, cx=x, cy=y, r=3.5, class_=f"fill s{k % 6}"))
    return drawing(width, bottom + 38.0, chart.title, description, *parts)


def _real_bar(name: str, value: float, areas: Scale, y: float, row: float) -> str:
    title = element("title", text=f"{name}, real: {written(value)} %")
    length = max(areas(value) - areas.start, 0.75) if value > 0.0 else 0.0
    return element(
        "rect", title, x=areas.start, y=y, width=length, height=row - 6.0, rx=1.5, class_="fill s0"
    )


def _change_axis(change: Scale, box: Box) -> str:
    parts = []
    for value in (-1.0, -0.5, 0.0, 0.5, 1.0):
        x = change(value)
        line = "axis" if value == 0.0 else "grid"
        parts.append(element("line", x1=x, x2=x, y1=box.top, y2=box.bottom, class_=line))
        text = sign_written(value)
        parts.append(element("text", text=text, x=x, y=box.bottom + 15, text_anchor="middle", class_="tick"))
    middle = 0.5 * (box.left + box.right)
    parts.append(
        element("text", text="generated against real", x=middle, y=box.bottom + 32, text_anchor="middle",
                class_="label")
    )  # fmt: skip
    return "".join(parts)


def _change_bar(chart: ClassChart, model: str, i: int, change: Scale, y: float, tone: int) -> str:
    value, half = chart.relative[model][i], chart.spreads[model][i]
    if not math.isfinite(value):
        return ""
    ends = [change(min(max(v, RELATIVE_LOW), RELATIVE_HIGH)) for v in (0.0, value)]
    title = element(
        "title", text=f"{chart.names[i]}, {model}: {sign_written(value)} ± {written(100 * half, 0)}"
    )
    bar = element(
        "rect", title, x=min(ends), y=y, width=max(abs(ends[1] - ends[0]), 0.75), height=_BAR, rx=1.5,
        class_=f"fill s{tone % 6}",
    )  # fmt: skip
    if value > OVERFLOW:
        return bar + element(
            "text", text=sign_written(value), x=ends[1] + 4, y=y + _BAR - 0.5, class_="value"
        )
    low, high = (change(min(max(value + d, RELATIVE_LOW), RELATIVE_HIGH)) for d in (-half, half))
    centre = y + 0.5 * _BAR
    return bar + element("line", x1=low, x2=high, y1=centre, y2=centre, class_="axis")
