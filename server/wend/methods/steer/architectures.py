"""Architectures: kinds of generators trained on one world with equal budgets, and how well each is steered.

Source: Jahanian, Chai and Isola, "On the 'steerability' of generative adversarial networks", ICLR 2020,
section 5, which holds BigGAN, StyleGAN and DCGAN against one another, each on data of its own. Here all
learn from as many pictures of one world, so that only the architecture differs, and what comes with it.
"""

from dataclasses import dataclass

import torch

from wend.generators.generator import Generator
from wend.measure.chart import Axis, BarChart
from wend.measure.circle import spread
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.frechet import frechet_distance
from wend.measure.moments import Moments
from wend.measure.probe import Probe
from wend.measure.report.page import Fact, Report, Section
from wend.measure.slices import Sliced
from wend.measure.walk_judge import Columns, Judge, columns_of, from_rows, look_at, rows_of
from wend.measure.walk_world import WorldSight
from wend.methods.steer.comparison import Comparison


@dataclass(frozen=True)
class Likeness:
    """How near a generator's pictures are to the world's, at rest.

    frechet: between the judge's features of either; spreads: standard deviation of an attribute over the
    generator's pictures, as a share of the world's; count: pictures of the generator, with classes going
    round. A generator of narrow spread has less to be moved along.
    """

    frechet: float
    spreads: dict[str, float]
    count: int


def likeness(probe: Probe, judge: Judge, sight: WorldSight, attributes: tuple[str, ...]) -> Sliced[Likeness]:
    """A slice per few pictures. attributes: names with the judge, whose spreads are told."""
    columns: Columns = []
    rows: list[torch.Tensor] = []
    vectors: list[torch.Tensor] = []
    for part in probe.chunks:
        with torch.no_grad():
            images = probe.render(part)
            seen = look_at(judge, images)
            vectors.append(judge.features.vector(images).float().cpu())
        columns = columns_of(seen)
        rows.append(rows_of(seen))
        yield
    found = from_rows(columns, rows)
    distance = frechet_distance(Moments.of(torch.cat(vectors).numpy()), Moments.of(sight.vectors))
    spreads = {
        name: spread(found[name].values, found[name].period)
        / spread(sight.seen[name].values, sight.seen[name].period)
        for name in attributes
    }
    return Likeness(distance.total, spreads, len(probe))


@dataclass(frozen=True)
class Trained:
    """One generator as it was trained.

    key: of its files and its model; name: of the architecture, in words; images: it has learned from;
    seconds: of its training; classes: 0 where it knows of none.
    """

    key: str
    name: str
    images: int
    batch: int
    seconds: float
    parameters: int
    classes: int
    likeness: Likeness

    @classmethod
    def of(
        cls, key: str, name: str, generator: Generator, likeness: Likeness, told: tuple[int, int, float]
    ) -> "Trained":
        """told: images, batch and seconds of its training."""
        assert isinstance(generator, torch.nn.Module)
        count = sum(parameter.numel() for parameter in generator.parameters())
        return cls(key, name, told[0], told[1], told[2], count, generator.spec.c_dim, likeness)


@dataclass(frozen=True)
class Architectures:
    """Every architecture, in the order given, and of each a comparison per edit, over kinds of walks."""

    world: str
    resolution: int
    trained: tuple[Trained, ...]
    found: dict[str, tuple[Comparison, ...]]

    @property
    def edits(self) -> list[str]:
        return list(dict.fromkeys(each.edit for own in self.found.values() for each in own))

    def rows(self) -> list[dict[str, Cell]]:
        """A row per architecture, edit and kind of walk; reach also as a share of what was asked."""
        rows: list[dict[str, Cell]] = []
        for each in self.trained:
            for comparison in self.found[each.key]:
                for row in comparison.rows():
                    told = {k: v for k, v in row.items() if k not in ("kind", "seeds")}
                    reach = float(str(row["reach"]))
                    rows.append(
                        {
                            "architecture": each.name, "edit": comparison.edit, "walk": row["kind"],
                            "seeds": row["seeds"], "unit": comparison.unit, "asked": comparison.asked,
                            "of_asked": reach / comparison.asked, "still": comparison.still,
                            "own_spread": each.likeness.spreads[comparison.attribute],
                            "frechet": each.likeness.frechet, **told,
                        }
                    )  # fmt: skip
        return rows

    def as_dict(self) -> dict[str, Plain]:
        return {
            "world": self.world,
            "resolution": self.resolution,
            "trained": to_plain(self.trained),
            "rows": to_plain(self.rows()),
            "found": {key: [each.as_dict() for each in own] for key, own in self.found.items()},
        }

    def table(self) -> Table:
        """Columns that every row has; smile and open eyes only where the judge can tell them."""
        rows = self.rows()
        names = list(dict.fromkeys(name for row in rows for name in row))
        return Table(tuple(names), tuple(tuple(row.get(name) for name in names) for row in rows))

    def report(self, made_with: dict[str, Cell]) -> Report:
        facts = tuple(
            Fact(
                each.name,
                f"Frechet {each.likeness.frechet:.0f}",
                f"{each.parameters / 1e6:.1f} M parameters, {each.images:,} images in "
                f"{each.seconds / 60:.0f} min, {each.classes or 'no'} classes told",
            )
            for each in self.trained
        )
        return Report(
            "Architectures",
            f"Generators of {self.resolution} px {self.world} pictures, trained on equally many images, and "
            "the same walks taught to each. A reach says how far a walk moves an architecture's pictures "
            "after this budget, not how far the architecture could be moved after a longer one.",
            facts,
            tuple(self._section(edit) for edit in self.edits),
            made_with,
        )

    def _section(self, edit: str) -> Section:
        own = {each.key: next(c for c in self.found[each.key] if c.edit == edit) for each in self.trained}
        first = next(iter(own.values()))
        names = tuple(each.name for each in self.trained)

        def bars(title: str, axis: Axis, column: str, note: str, line: float | None = None) -> BarChart:
            series: dict[str, tuple[float, ...]] = {}
            for k, kind in enumerate(first.kinds):
                series[kind.name] = tuple(float(str(c.rows()[k][column])) for c in own.values())
            return BarChart(title, axis, names, series, note, line)

        charts = (
            bars("Reach", Axis("change", first.unit), "reach", "line: what the edit asks for", first.asked),
            bars(
                "Held-out edit error", Axis("of standing still", low=0.0), "of_still",
                "1: as a walk that moves nothing", 1.0,
            ),
            bars(
                "Leakage", Axis("sd per sd", low=0.0), "leakage",
                "mean over attributes that were not asked to change",
            ),
        )  # fmt: skip
        text = f"Between strengths of {-first.alpha:g} and {first.alpha:g}; judged on {first.count} pictures."
        return Section(edit.replace("_", " ").capitalize(), text, charts)
