"""Draw: every kind of chart as an SVG that follows the page's colours."""

import math
from typing import assert_never

from wend.measure.chart import (
    Axis,
    BarChart,
    Chart,
    ClassChart,
    Line,
    LineChart,
    MatrixChart,
    ScatterChart,
)
from wend.measure.report.classes import draw_classes
from wend.measure.report.frame import LETTER, Box, horizontal_axis, legend, vertical_axis
from wend.measure.report.matrix import draw_matrix
from wend.measure.report.scale import Scale, fit, written
from wend.measure.report.svg import drawing, element, path

WIDE, NARROW = 560.0, 268.0
_ROW, _BAR = 11.0, 9.0


def draw_chart(chart: Chart, width: float = WIDE) -> str:
    """The chart, `width` pixels wide; narrow ones leave out what would crowd them."""
    match chart:
        case LineChart():
            return _lines(chart, width)
        case BarChart():
            return _bars(chart, width)
        case ScatterChart():
            return _scatter(chart, width)
        case MatrixChart():
            return draw_matrix(chart, width, describe(chart))
        case ClassChart():
            return draw_classes(chart, width, describe(chart))
        case _:
            assert_never(chart)


def describe(chart: Chart) -> str:
    """The chart in words, for those who do not see it."""
    match chart:
        case LineChart():
            what = "; ".join(
                f"{line.name} from {written(min(line.y))} to {written(max(line.y))}" for line in chart.lines
            )
            return f"{chart.y.text} against {chart.x.text}: {what}."
        case BarChart():
            return f"{chart.value.text} of {len(chart.names)} rows for {', '.join(chart.series)}."
        case ScatterChart():
            r = "" if chart.correlation is None else f" Correlation {written(chart.correlation)}."
            return f"{chart.y.text} against {chart.x.text}, {len(chart.xs)} points.{r}"
        case MatrixChart():
            others = [
                (abs(value), f"{a} with {b} {written(value)}")
                for i, (a, row) in enumerate(zip(chart.names, chart.values, strict=True))
                for b, value in zip(chart.names[:i], row[:i], strict=True)
                if math.isfinite(value)
            ]
            most = max(others, default=(0.0, "none"))[1]
            return f"{len(chart.names)} names with one another; furthest from 0: {most}."
        case ClassChart():
            told = []
            for model, values in chart.relative.items():
                least = min(range(len(values)), key=values.__getitem__, default=None)
                if least is not None:
                    told.append(
                        f"{model} loses most of {chart.names[least]}, {written(100 * values[least])} %"
                    )
            return f"{len(chart.names)} classes of things. {'; '.join(told)}."
        case _:
            assert_never(chart)


def _lines(chart: LineChart, width: float) -> str:
    is_small = width <= NARROW
    height = 150.0 if is_small else 260.0
    # Heights of a density mean little by themselves; a small one is read by its shape.
    has_y_axis = not (is_small and chart.is_filled)
    box = Box(46.0 if has_y_axis else 6.0, 12.0 if is_small else 34.0, width - 10.0, height - 38.0)
    xs = [v for line in chart.lines for v in line.x]
    ys = [v for line in chart.lines for v in line.y]
    ys += [v for line in chart.lines for band in line.bands for v in (*band.low, *band.high)]
    x = fit(chart.x if not chart.is_filled else _tight(chart.x, xs), xs, box.left, box.right)
    y = fit(chart.y, ys, box.bottom, box.top)
    parts = [horizontal_axis(x, chart.x, box, 3 if is_small else 6)]
    if has_y_axis:
        parts.append(vertical_axis(y, chart.y, box))
    first = 0 if len(chart.lines) > 1 else 1  # grey stands for what is compared with
    parts += [_line(line, i, x, y, box, chart.is_filled) for i, line in enumerate(chart.lines, first)]
    if not is_small:
        parts.append(legend([line.name for line in chart.lines], box.right, 12.0))
    return drawing(width, height, chart.title, describe(chart), *parts)


def _tight(axis: Axis, values: list[float]) -> Axis:
    """A density ends where its grid does: no empty margin out to round numbers."""
    low = axis.low if axis.low is not None else min(values)
    high = axis.high if axis.high is not None else max(values)
    return Axis(axis.label, axis.unit, low, high, axis.scale)


def _line(line: Line, index: int, x: Scale, y: Scale, box: Box, is_filled: bool) -> str:
    tone = f"s{index % 6}"
    points = [(x(a), y(b)) for a, b in zip(line.x, line.y, strict=True) if math.isfinite(b)]
    parts: list[str] = []
    for depth, band in enumerate(line.bands):
        up = [(x(a), y(b)) for a, b in zip(line.x, band.high, strict=True)]
        down = [(x(a), y(b)) for a, b in zip(line.x, band.low, strict=True)]
        outline = path(up + down[::-1], close=True)
        parts.append(
            element("path", element("title", text=f"{line.name}: {band.name}"), d=outline,
                    class_=f"band band{min(depth, 1)} {tone}")
        )  # fmt: skip
    if is_filled:
        closed = [(points[0][0], box.bottom), *points, (points[-1][0], box.bottom)]
        parts.append(element("path", d=path(closed, close=True), class_=f"area {tone}"))
    parts.append(element("path", element("title", text=line.name), d=path(points), class_=f"stroke {tone}"))
    if line.has_points:
        parts += [element("circle", cx=a, cy=b, r=3, class_=f"fill {tone}") for a, b in points]
    return "".join(parts)


def _bars(chart: BarChart, width: float) -> str:
    count = len(chart.series)
    row = count * _ROW + 9.0
    left = min(max((LETTER * len(name) for name in chart.names), default=0.0) + 12.0, 0.45 * width)
    is_log = chart.value.scale == "log"
    top = 28.0 if count > 1 else 8.0
    box = Box(left, top, width - 62.0, top + row * len(chart.names) + 4.0)
    values = [v for column in chart.series.values() for v in column]
    values += [] if chart.reference is None else [chart.reference]
    axis = chart.value if is_log or chart.value.low is not None else _from_zero(chart.value, values)
    x = fit(axis, values, box.left, box.right)
    parts = [horizontal_axis(x, axis, box), legend(list(chart.series), width, 12.0)]
    if chart.reference is not None:
        at = x(chart.reference)
        parts.append(element("line", x1=at, x2=at, y1=box.top, y2=box.bottom, class_="reference"))
    origin = x(x.low if is_log else max(x.low, min(0.0, x.high)))
    for i, name in enumerate(chart.names):
        y = box.top + i * row + 6.0
        label_y = y + 0.5 * count * _ROW + 3.5
        parts.append(element("text", text=name, x=left - 8, y=label_y, text_anchor="end", class_="name"))
        for k, (series, column) in enumerate(chart.series.items()):
            tone = k if count > 1 else 1  # as for lines
            parts.append(_bar(f"{name}, {series}", column[i], origin, x, y + k * _ROW, tone))
    return drawing(width, box.bottom + 38.0, chart.title, describe(chart), *parts)


def _bar(name: str, value: float, origin: float, x: Scale, y: float, index: int) -> str:
    if not math.isfinite(value):
        return element("text", text="not measured", x=origin + 5, y=y + 8.5, class_="value")
    end = min(max(x(value), min(x.start, x.stop)), max(x.start, x.stop))
    start, length = min(origin, end), max(abs(end - origin), 0.75)
    title = element("title", text=f"{name}: {written(value)}")
    bar = element("rect", title, x=start, y=y, width=length, height=_BAR, rx=1.5, class_=f"fill s{index % 6}")
    return bar + element("text", text=written(value), x=start + length + 5, y=y + 8.5, class_="value")


def _from_zero(axis: Axis, values: list[float]) -> Axis:
    """Lengths of bars compare only when they start at zero."""
    finite = [v for v in values if math.isfinite(v)]
    low = 0.0 if not finite or min(finite) >= 0.0 else None
    return Axis(axis.label, axis.unit, low, axis.high, axis.scale)


def _scatter(chart: ScatterChart, width: float) -> str:
    height = min(width, 420.0)
    box = Box(50.0, 34.0, width - 14.0, height - 40.0)
    shared = [*chart.xs, *chart.ys] if chart.has_diagonal else []
    x = fit(chart.x, [*chart.xs, *shared], box.left, box.right)
    y = fit(chart.y, [*chart.ys, *shared], box.bottom, box.top)
    parts = [horizontal_axis(x, chart.x, box), vertical_axis(y, chart.y, box)]
    if chart.has_diagonal:
        low, high = max(x.low, y.low), min(x.high, y.high)
        parts.append(element("line", x1=x(low), y1=y(low), x2=x(high), y2=y(high), class_="reference"))
    taken: list[tuple[float, float, float]] = []
    for name, a, b in zip(chart.names, chart.xs, chart.ys, strict=True):
        at = (x(a), y(b))
        title = element("title", text=f"{name}: {written(a)}, {written(b)}")
        parts.append(element("circle", title, cx=at[0], cy=at[1], r=4, class_="fill s1 point"))
        parts.append(_point_name(name, at, box, taken))
    if chart.correlation is not None:
        text = f"r = {written(chart.correlation, 3)}"
        parts.append(element("text", text=text, x=box.right, y=14, text_anchor="end", class_="legend"))
    return drawing(width, height, chart.title, describe(chart), *parts)


def _point_name(name: str, at: tuple[float, float], box: Box, taken: list[tuple[float, float, float]]) -> str:
    """The name right or left of its point, or none where both places are taken: its title tells it."""
    length = LETTER * len(name)
    for x in (at[0] + 8.0, at[0] - 8.0 - length):
        fits = box.left <= x and x + length <= box.right + 8.0
        if fits and all(abs(at[1] - b) > 11.0 or x > end or x + length < start for start, end, b in taken):
            taken.append((x, x + length, at[1]))
            return element("text", text=name, x=x, y=at[1] + 4, class_="value")
    return ""
