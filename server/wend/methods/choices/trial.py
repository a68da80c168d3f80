"""Choice trial: every way to find a photo, on held-out pictures: how near, how long, how well it edits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch
from torch import Tensor

from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell, Plain, Table, to_dict
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.slices import Sliced
from wend.methods.choices.choice import Find, title_of
from wend.methods.choices.sliders import Slider
from wend.methods.vanished.eye import Labeller
from wend.perception.network import Distance, FactorNetwork

SHOWN = 6
"""Pictures of the page: a row for each."""


@dataclass(frozen=True)
class Row:
    """One picture by one choice. error: mean absolute difference of a pixel, 0..255; l2: root of the mean
    squared one, 0..255; distance: by the networks; agreement: share of pixels of one label, None without a
    segmenter; shares: slider -> its change per unit in units of that on sampled pictures.
    """

    choice: str
    picture: int
    seconds: float
    cpu_seconds: float
    error: float
    l2: float
    distance: float
    agreement: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Eyes:
    """Who judges: a distance, a segmenter, and a regressor that took no part in any search."""

    distance: Distance
    labeller: Labeller
    factors: FactorNetwork


def look(
    pictures: Sequence[Tensor],
    ways: Mapping[str, Find],
    sliders: Sequence[Slider],
    eyes: Eyes,
    kept: Sequence[Row],
    keep: Callable[[Row, Tensor], None],
) -> Sliced[tuple[Row, ...]]:
    """All that `kept` does not hold yet; a slice is one picture by one choice. keep: told of each, with the
    picture that was found, so that a run goes on where it stopped. pictures: float32 [1, 3, R, R] each.
    """
    rows = list(kept)
    done = {(row.choice, row.picture) for row in rows}
    for k, photo in enumerate(pictures):
        for choice, find in ways.items():
            if (choice, k) in done:
                continue
            found = find(photo)
            image = found.image()
            apart = image - photo.to(image.device)
            with torch.no_grad():
                far = float(eyes.distance.distance(image, photo.to(image.device))[0])
            row = Row(
                choice,
                k,
                found.seconds,
                found.cpu_seconds,
                apart.abs().mean().item() * 127.5,
                apart.square().mean().sqrt().item() * 127.5,
                far,
                eyes.labeller.compare(photo.cpu(), image.cpu()).agreement,
                {slider.name: slider.share(found, eyes.factors) for slider in sliders},
            )
            keep(row, image.cpu())
            rows.append(row)
            yield
    return tuple(rows)


@dataclass(frozen=True)
class ChoiceTable:
    """rows: of all pictures; lacks: choice -> why it is not among them; sliders: what was edited with."""

    model: str
    rows: tuple[Row, ...]
    lacks: Mapping[str, str]
    sliders: tuple[Slider, ...]

    @property
    def choices(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(row.choice for row in self.rows))

    @property
    def count(self) -> int:
        """Pictures that every choice has found."""
        return min((len(self._of(choice)) for choice in self.choices), default=0)

    def _of(self, choice: str) -> list[Row]:
        return [row for row in self.rows if row.choice == choice]

    def means(self, choice: str) -> dict[str, float | None]:
        """Over all pictures: seconds, cpu_seconds, error, l2, distance, agreement, and of every slider the
        mean share and the lower and upper quartile."""
        rows = self._of(choice)
        told: dict[str, float | None] = {
            name: float(np.mean([getattr(row, name) for row in rows]))
            for name in ("seconds", "cpu_seconds", "error", "l2", "distance")
        }
        agreed = [row.agreement for row in rows if row.agreement is not None]
        told["agreement"] = float(np.mean(agreed)) if agreed else None
        for slider in self.sliders:
            shares = [row.shares[slider.name] for row in rows]
            told[slider.name] = float(np.mean(shares))
            told[f"{slider.name} q25"], told[f"{slider.name} q75"] = np.quantile(
                shares, (0.25, 0.75)
            ).tolist()
        return told

    def table(self) -> Table:
        """A row per choice."""
        names = [slider.name for slider in self.sliders]
        columns = (
            "choice", "pictures", "CPU seconds", "error (0-255)", "L2 (0-255)", "distance", "labels agree",
            *(f"{name} per unit, sampled = 1" for name in names),
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = []
        for choice in self.choices:
            means = self.means(choice)
            rows.append(
                (title_of(choice), len(self._of(choice)), means["cpu_seconds"], means["error"], means["l2"],
                 means["distance"], means["agreement"], *(means[name] for name in names))
            )  # fmt: skip
        return Table(columns, tuple(rows))

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(
            {
                "model": self.model,
                "count": self.count,
                "choices": {choice: self.means(choice) for choice in self.choices},
                "lacks": self.lacks,
                "sliders": [
                    {"name": s.name, "walk": s.walk, "title": s.title, "attribute": s.attribute,
                     "unit": s.unit, "slope": s.slope, "sampled": len(s.slopes)}
                    for s in self.sliders
                ],
                "rows": [asdict(row) for row in self.rows],
            }
        )  # fmt: skip

    def report(self, images: Mapping[tuple[str, int], Tensor], made_with: Mapping[str, Cell]) -> Report:
        """The page: the table as charts, and what every choice found of the first pictures.

        images: (choice, picture) -> float32 [1, 3, R, R]; of the choice "" the photo itself.
        """
        titles = tuple(title_of(choice) for choice in self.choices)
        means = [self.means(choice) for choice in self.choices]

        def bars(title: str, axis: Axis, name: str) -> BarChart:
            return BarChart(title, axis, titles, {"": tuple(each[name] or 0.0 for each in means)})

        charts = [
            bars("Error", Axis("mean absolute difference of a pixel", "of 255"), "error"),
            bars("Distance", Axis("by the networks of the world", ""), "distance"),
            bars("Time", Axis("work of the processor", "s", scale="log"), "cpu_seconds"),
        ]
        charts += [
            bars(
                f"The {s.name} slider after it ({s.title})",
                Axis(f"change of {s.attribute} per unit, sampled pictures = 1", "x"),
                s.name,
            )
            for s in self.sliders
        ]
        shown = sorted({k for _, k in images})[:SHOWN]
        columns = ("", *self.choices)
        blank = next(iter(images.values())) * 0.0
        sheet = torch.cat([images.get((choice, k), blank) for k in shown for choice in columns])
        pictures = picture_sheet(
            "What is found", "From the left: the photo, " + ", ".join(titles), sheet, len(columns), 2
        )
        facts = tuple(
            Fact(title, f"{each['error']:.1f}", f"of 255 a pixel; {each['cpu_seconds']:.2g} s")
            for title, each in zip(titles, means, strict=True)
        )
        lacks = " ".join(f"Without {title_of(name)}: {why}." for name, why in self.lacks.items())
        return Report(
            f"Finding photos in {self.model}",
            f"{self.count} held-out pictures of its world, every way to find them. {lacks}".strip(),
            facts,
            (Section("Side by side", "", tuple(charts)), Section("Pictures", "", (pictures,))),
            made_with,
        )
