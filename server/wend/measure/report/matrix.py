"""Matrix: a table of values in -1..1 as coloured squares, each with its number where there is room for it."""

import math

from wend.measure.chart import MatrixChart
from wend.measure.report.frame import LETTER
from wend.measure.report.scale import written
from wend.measure.report.svg import drawing, element

_LEAST_FOR_NUMBERS = 26.0
_TOP = 16.0


def draw_matrix(chart: MatrixChart, width: float, description: str) -> str:
    """Rows are named, columns numbered like them: 1 in full colour, -1 in full of another, 0 in none."""
    count = len(chart.names)
    names = tuple(f"{k + 1} {name}" for k, name in enumerate(chart.names))
    left = min(max((LETTER * len(name) for name in names), default=0.0) + 12.0, 0.5 * width)
    side = min((width - left - 8.0) / max(count, 1), 34.0)
    parts: list[str] = []
    for i, (name, row) in enumerate(zip(names, chart.values, strict=True)):
        y = _TOP + 6.0 + i * side
        parts.append(
            element("text", text=name, x=left - 8, y=y + 0.5 * side + 3.5, text_anchor="end", class_="name")
        )
        parts.append(
            element("text", text=str(i + 1), x=left + (i + 0.5) * side, y=_TOP, text_anchor="middle",
                    class_="tick")
        )  # fmt: skip
        for j, value in enumerate(row):
            parts.append(_cell(f"{chart.names[i]}, {chart.names[j]}", value, left + j * side, y, side))
    parts += _borders(chart.groups, left, side)
    return drawing(width, _TOP + count * side + 14.0, chart.title, description, *parts)


def _cell(name: str, value: float, x: float, y: float, side: float) -> str:
    if not math.isfinite(value):
        return element("text", text="–", x=x + 0.5 * side, y=y + 0.5 * side + 3.5, text_anchor="middle")
    tone = "s1" if value >= 0.0 else "s2"
    depth = f"{min(1.0, abs(value)):.3f}"
    title = element("title", text=f"{name}: {written(value, 3)}")
    rect = element(
        "rect",
        title,
        x=x,
        y=y,
        width=side - 1.0,
        height=side - 1.0,
        class_=f"fill {tone}",
        fill_opacity=depth,
    )
    if side < _LEAST_FOR_NUMBERS:
        return rect
    text = written(value, 2).replace("0.", ".", 1)
    return rect + element(
        "text", text=text, x=x + 0.5 * (side - 1.0), y=y + 0.5 * side + 3.5, text_anchor="middle",
        class_="value",
    )  # fmt: skip


def _borders(groups: tuple[str, ...], left: float, side: float) -> list[str]:
    """Lines between runs of one group, both ways."""
    count, parts = len(groups), list[str]()
    for k in range(1, count):
        if groups[k] != groups[k - 1]:
            at, end = k * side - 0.5, count * side
            top = _TOP + 6.0
            parts.append(element("line", x1=left + at, x2=left + at, y1=top, y2=top + end, class_="axis"))
            parts.append(element("line", x1=left, x2=left + end, y1=top + at, y2=top + at, class_="axis"))
    return parts
