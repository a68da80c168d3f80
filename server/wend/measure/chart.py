"""Charts as data: what a plot shows, for whoever draws it, the report or the page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from wend.measure.curve import Curve
from wend.measure.distribution import Densities
from wend.measure.export import Plain, Table, to_dict


@dataclass(frozen=True)
class Axis:
    """What an axis says; its ends follow the data unless given. unit: behind the label, "" for none."""

    label: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    scale: Literal["linear", "log"] = "linear"

    @property
    def text(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label


@dataclass(frozen=True)
class Band:
    """Lower and upper ends [K] around a line, and what they are, e.g. "quartiles"."""

    name: str
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Line:
    """One line: x [K], y [K], its bands the widest first, and whether its points are marked."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    bands: tuple[Band, ...] = ()
    has_points: bool = False


@dataclass(frozen=True)
class LineChart:
    """Lines over one axis; `is_filled`: areas under them, for densities. title: what one should see;
    note: how to read it."""

    title: str
    x: Axis
    y: Axis
    lines: tuple[Line, ...]
    note: str = ""
    is_filled: bool = False
    kind: Literal["lines"] = "lines"

    def table(self) -> Table:
        """A row per point of each line."""
        rows = [(line.name, *point) for line in self.lines for point in zip(line.x, line.y, strict=True)]
        return Table(("line", self.x.text, self.y.text), tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


@dataclass(frozen=True)
class BarChart:
    """Names down the side, and for each a bar per series: series name -> values [len(names)].

    reference: a value worth a line across all bars, or None.
    """

    title: str
    value: Axis
    names: tuple[str, ...]
    series: dict[str, tuple[float, ...]]
    note: str = ""
    reference: float | None = None
    kind: Literal["bars"] = "bars"

    def table(self) -> Table:
        rows = zip(self.names, *self.series.values(), strict=True)
        return Table(("name", *(f"{name} {self.value.text}" for name in self.series)), tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


@dataclass(frozen=True)
class ScatterChart:
    """Named points [P] and their correlation; `has_diagonal`: a line where x equals y."""

    title: str
    x: Axis
    y: Axis
    names: tuple[str, ...]
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    note: str = ""
    has_diagonal: bool = False
    correlation: float | None = field(init=False)
    kind: Literal["scatter"] = "scatter"

    def __post_init__(self) -> None:
        object.__setattr__(self, "correlation", _pearson(self.xs, self.ys))

    def table(self) -> Table:
        rows = zip(self.names, self.xs, self.ys, strict=True)
        return Table(("name", self.x.text, self.y.text), tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


@dataclass(frozen=True)
class MatrixChart:
    """Values [len(names)] x [len(names)] of every name with every other, in -1..1: cosines, correlations.

    groups: of the names, in runs; lines are drawn between them. () for none.
    """

    title: str
    names: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    groups: tuple[str, ...] = ()
    note: str = ""
    kind: Literal["matrix"] = "matrix"

    def table(self) -> Table:
        """A row per name, a column per name."""
        rows = zip(self.names, self.values, strict=True)
        return Table(("name", *self.names), tuple((name, *row) for name, row in rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


RELATIVE_LOW, RELATIVE_HIGH, OVERFLOW = -1.0, 1.1, 1.15
"""Ends of the axis of relative differences, and from where on one is told as a number beside it.

Source: Bau et al., "Seeing what a GAN cannot generate", 2019, released code.
"""


@dataclass(frozen=True)
class ClassChart:
    """Two panels over the same classes: areas, real and of every model, and relative differences.

    names: of classes, the largest first; real: mean areas [len(names)] in percent; models: title -> mean
    areas; relative: title -> (model - real) / real, with spreads: title -> half of a 95 % interval.
    """

    title: str
    names: tuple[str, ...]
    real: tuple[float, ...]
    models: dict[str, tuple[float, ...]]
    relative: dict[str, tuple[float, ...]]
    spreads: dict[str, tuple[float, ...]]
    note: str = ""
    kind: Literal["classes"] = "classes"

    def table(self) -> Table:
        """A row per class."""
        heads = [head for name in self.models for head in (f"{name} (% of area)", f"{name} relative")]
        columns = [column for name in self.models for column in (self.models[name], self.relative[name])]
        rows = zip(self.names, self.real, *columns, strict=True)
        return Table(("class", "real (% of area)", *heads), tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)


Chart = LineChart | BarChart | ScatterChart | MatrixChart | ClassChart


def curve_chart(title: str, x: Axis, y: Axis, curves: Mapping[str, Curve], note: str = "") -> LineChart:
    """Medians with their quartiles and the interval of the median."""
    lines = tuple(
        Line(
            name,
            c.x,
            c.median,
            (
                Band("quartiles", c.quartile_low, c.quartile_high),
                Band(f"{100.0 * c.confidence:.0f} % interval of the median", c.interval_low, c.interval_high),
            ),
            has_points=True,
        )
        for name, c in curves.items()
    )
    return LineChart(title, x, y, lines, note)


def density_chart(title: str, x: Axis, found: Densities, note: str = "") -> LineChart:
    """Densities laid over one another."""
    lines = tuple(Line(name, found.x, y) for name, y in found.y.items())
    return LineChart(title, x, Axis("density", low=0.0), lines, note, is_filled=True)


def _pearson(xs: tuple[float, ...], ys: tuple[float, ...]) -> float | None:
    """Pearson's r, None where it has no meaning: fewer than three points, or no spread."""
    if len(xs) < 3 or not (np.std(xs) > 0.0 and np.std(ys) > 0.0):
        return None
    return float(np.corrcoef(xs, ys)[0, 1])
