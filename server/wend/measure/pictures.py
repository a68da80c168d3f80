"""Pictures measured: every attribute of many pictures, wherever they are from: a table, numbers, a page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.area_tally import PRESENT
from wend.measure.attributes import (
    AttributeColumn,
    Attributes,
    ChoiceColumn,
    concatenate,
    of_factors,
    of_labels,
)
from wend.measure.chart import Axis, BarChart, density_chart
from wend.measure.circle import centre, spread
from wend.measure.distribution import densities
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.pixel_statistics import of_pixels
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.slices import Sliced
from wend.perception.network import FactorNetwork, LabelNetwork
from wend.perception.sizes import MIN_SIDE, resize

SHOWN = 32
_COLUMNS = 8
_QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

Named = tuple[tuple[str, ...], Tensor]
"""Names of pictures, and the pictures, float32 [n, 3, H, W] in [-1, 1]."""


@dataclass(frozen=True)
class Onlookers:
    """What looks beside the pixels: numbers and labels; None where nothing does."""

    numbers: FactorNetwork | None = None
    labels: LabelNetwork | None = None


@dataclass(frozen=True)
class Summary:
    """One attribute over all pictures in which it was found: mean and spread, hues round the circle.

    missing: pictures in which it was not found; quantiles: at 5, 25, 50, 75 and 95 %, none of a hue.
    """

    unit: str
    missing: int
    mean: float | None
    sd: float | None
    quantiles: tuple[float, ...] | None


@dataclass(frozen=True)
class PicturesSeen:
    """Everything measured of N pictures.

    numbers: light and colour, then what networks tell; areas: the share of the picture of every label; shown:
    the first pictures, float32 [min(N, 32), 3, H, W] in [-1, 1].
    """

    names: tuple[str, ...]
    numbers: Attributes
    areas: Attributes
    shown: Tensor

    def __len__(self) -> int:
        return len(self.names)

    def as_dict(self) -> dict[str, Plain]:
        """Summaries: `attributes`, `choices` (share of pictures of the likeliest option), `labels`."""
        return {
            "n": len(self),
            "attributes": {c.name: to_plain(summary_of(c)) for c in self.numbers.columns},
            "choices": {c.name: to_plain(_shares(c)) for c in self.numbers.choices},
            "labels": {
                c.name: {
                    "mean_area": float(c.values.mean()),
                    "present": float((c.values >= PRESENT).mean()),
                }
                for c in self.areas.columns
            },
        }

    def table(self) -> Table:
        """A row per picture: its name, every attribute, the likeliest option of every choice, label areas."""
        plain = (*self.numbers.columns, *self.areas.columns)
        columns: list[list[Cell]] = [[*self.names]]
        columns += [to_cells(c) for c in self.numbers.columns]
        columns += [[c.options[k] for k in c.chosen.tolist()] for c in self.numbers.choices]
        columns += [to_cells(c) for c in self.areas.columns]
        split = len(self.numbers.columns)
        heads = (
            *(f"{c.name} ({c.unit})" for c in plain[:split]),
            *(c.name for c in self.numbers.choices),
            *(f"{c.name} ({c.unit})" for c in plain[split:]),
        )
        return Table(("picture", *heads), tuple(zip(*columns, strict=True)))

    def report(self, title: str, made_with: Mapping[str, Cell], lead: str) -> Report:
        """Pictures, densities of every attribute, how often each option, how much of each label."""
        found = [c for c in self.numbers.columns if np.isfinite(c.values).any()]
        charts = tuple(
            density_chart(c.name, Axis(c.unit), densities({"pictures": c.values}, c.period), _remark(c))
            for c in found
        )
        sections = [
            Section(
                "Pictures", "The first of them, not chosen.", (picture_sheet("", "", self.shown, _COLUMNS),)
            ),
            Section("Values", "How often each value occurs.", charts, "small"),
        ]
        counted: list[BarChart] = []
        if self.numbers.choices:
            options = [(f"{c.name} {o}", s) for c in self.numbers.choices for o, s in _shares(c).items()]
            counted.append(
                BarChart(
                    "How often each choice is made",
                    Axis("share of pictures", "%", low=0.0),
                    tuple(name for name, _ in options),
                    {"pictures": tuple(100.0 * share for _, share in options)},
                )
            )
        areas = sorted(self.areas.columns, key=lambda c: -float(c.values.mean()))
        seen = [c for c in areas if c.values.max() > 0.0]
        if seen:
            counted.append(
                BarChart(
                    "How much of the picture each label covers",
                    Axis("mean area", "% of the picture", scale="log"),
                    tuple(c.name for c in seen),
                    {"pictures": tuple(100.0 * float(c.values.mean()) for c in seen)},
                )
            )
        if counted:
            sections.append(Section("Things", "As the networks tell them.", tuple(counted)))
        facts = [
            Fact("Pictures", str(len(self))),
            Fact("Attributes", str(len(self.numbers.columns)), "each with its unit"),
        ]
        if areas:
            facts.append(Fact("Labels", str(len(seen)), f"seen of {len(areas)} known"))
        return Report(title, lead, tuple(facts), tuple(sections), made_with)


def measure_pictures(batches: Iterator[Named], onlookers: Onlookers) -> Sliced[PicturesSeen]:
    """Look at batches of pictures until there are no more, a slice each. Pictures of less than 32 px are
    enlarged for networks. Raises: InvalidInput where there is none."""
    names: list[str] = []
    numbers: list[Attributes] = []
    areas: list[Attributes] = []
    shown: list[Tensor] = []
    for named, images in batches:
        if len(images):
            names += named
            large = _large_enough(images)
            told = of_pixels(images)
            if onlookers.numbers is not None:
                told = told.beside(of_factors(onlookers.numbers, large))
            numbers.append(told)
            if onlookers.labels is not None:
                areas.append(of_labels(onlookers.labels, large))
            if sum(len(part) for part in shown) < SHOWN:
                shown.append(images.cpu())
        yield
    if not names:
        raise InvalidInput("There is no picture to measure.")
    return PicturesSeen(
        tuple(names),
        concatenate(numbers),
        concatenate(areas) if areas else Attributes(),
        torch.cat(shown)[:SHOWN],
    )


def summary_of(column: AttributeColumn) -> Summary:
    """Raises nothing: of an attribute that was found nowhere all is None."""
    values = column.values[np.isfinite(column.values)]
    if not len(values):
        return Summary(column.unit, column.missing, None, None, None)
    quantiles = None if column.is_circular else tuple(np.quantile(values, _QUANTILES).tolist())
    period = column.period
    return Summary(column.unit, column.missing, centre(values, period), spread(values, period), quantiles)


def to_cells(column: AttributeColumn) -> list[Cell]:
    """Its values; None where it was not found."""
    return [value if np.isfinite(value) else None for value in column.values.tolist()]


def _shares(column: ChoiceColumn) -> dict[str, float]:
    return {option: float((column.chosen == k).mean()) for k, option in enumerate(column.options)}


def _remark(column: AttributeColumn) -> str:
    return f"not found in {column.missing}" if column.missing else ""


def _large_enough(images: Tensor) -> Tensor:
    side = max(MIN_SIDE, *images.shape[2:])
    return resize(images, side, side) if min(images.shape[2:]) < MIN_SIDE else images
