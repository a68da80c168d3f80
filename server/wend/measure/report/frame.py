"""Frame: the axes, grid and legend around a plot."""

from collections.abc import Sequence
from dataclasses import dataclass

from wend.measure.chart import Axis
from wend.measure.report.scale import Scale
from wend.measure.report.svg import element

LETTER = 6.2
"""Mean width in pixels of a letter of the charts' 11 px text."""


@dataclass(frozen=True)
class Box:
    """Where the plot itself lies within its drawing, in pixels."""

    left: float
    top: float
    right: float
    bottom: float


def horizontal_axis(scale: Scale, axis: Axis, box: Box, count: int = 5) -> str:
    """Ticks below the plot, faint lines through it, and what is measured."""
    parts: list[str] = []
    for value, text in scale.ticks(count):
        x = scale(value)
        parts.append(element("line", x1=x, x2=x, y1=box.top, y2=box.bottom, class_="grid"))
        parts.append(element("text", text=text, x=x, y=box.bottom + 15, text_anchor="middle", class_="tick"))
    parts.append(element("line", x1=box.left, x2=box.right, y1=box.bottom, y2=box.bottom, class_="axis"))
    if axis.text:
        middle = 0.5 * (box.left + box.right)
        label = element(
            "text", text=axis.text, x=middle, y=box.bottom + 32, text_anchor="middle", class_="label"
        )
        parts.append(label)
    return "".join(parts)


def vertical_axis(scale: Scale, axis: Axis, box: Box, count: int = 4) -> str:
    """Ticks left of the plot, faint lines through it, and above it what is measured."""
    parts: list[str] = []
    for value, text in scale.ticks(count):
        y = scale(value)
        parts.append(element("line", x1=box.left, x2=box.right, y1=y, y2=y, class_="grid"))
        parts.append(element("text", text=text, x=box.left - 7, y=y + 4, text_anchor="end", class_="tick"))
    if axis.text:
        parts.append(element("text", text=axis.text, x=0, y=box.top - 10, class_="label"))
    return "".join(parts)


def legend(names: Sequence[str], right: float, y: float) -> str:
    """Swatches and names in one row that ends at `right`; nothing for a single name."""
    if len(names) < 2:
        return ""
    parts: list[str] = []
    x = right - sum(LETTER * len(name) + 26 for name in names) + 10
    for index, name in enumerate(names):
        parts.append(element("rect", x=x, y=y - 8, width=10, height=10, rx=2, class_=f"fill s{index % 6}"))
        parts.append(element("text", text=name, x=x + 15, y=y + 1, class_="legend"))
        x += LETTER * len(name) + 26
    return "".join(parts)
