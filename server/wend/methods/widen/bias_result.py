"""Bias result: reach against the width of a bias, over widths and seeds."""

from dataclasses import dataclass

import numpy as np

from wend.measure.chart import Axis, Band, Line, LineChart, ScatterChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Report, Section
from wend.methods.widen.bias import BiasReach


@dataclass(frozen=True)
class BiasResult:
    """Every run; asked: px that the edit asks for, from the least amount to the greatest."""

    runs: tuple[BiasReach, ...]
    asked: float

    @property
    def widths(self) -> list[float]:
        """Ascending."""
        return sorted({run.width for run in self.runs})

    def of(self, width: float) -> list[BiasReach]:
        """Its seeds, in order."""
        return sorted((run for run in self.runs if run.width == width), key=lambda run: run.seed)

    @property
    def grows(self) -> bool:
        """Whether the mean reach over seeds rises from each width to the next."""
        means = [_mean([run.reach for run in self.of(width)]) for width in self.widths]
        return len(means) > 1 and bool((np.diff(means) > 0.0).all())

    @property
    def grows_in(self) -> dict[int, bool]:
        """The same of every seed by itself."""
        found: dict[int, bool] = {}
        for seed in sorted({run.seed for run in self.runs}):
            reaches = [run.reach for width in self.widths for run in self.of(width) if run.seed == seed]
            found[seed] = len(reaches) > 1 and bool((np.diff(reaches) > 0.0).all())
        return found

    def rows(self) -> list[dict[str, Cell]]:
        """A row per width: means over seeds and their standard deviations, None for a single seed."""
        rows: list[dict[str, Cell]] = []
        for width in self.widths:
            own = self.of(width)
            reaches = [run.reach for run in own]
            rows.append(
                {
                    "width": width,
                    "world_sd": own[0].world_sd,
                    "seeds": len(own),
                    "reach": _mean(reaches),
                    "reach_sd": float(np.std(reaches, ddof=1)) if len(own) > 1 else None,
                    "reach_error": _mean([run.error for run in own]),
                    "likeness": _mean([0.5 * (run.likeness[0] + run.likeness[-1]) for run in own]),
                    "own_sd": _mean([run.own_sd for run in own]),
                    "edit_error": _mean([run.edit_error for run in own]),
                    "of_still": _mean([run.edit_error / run.still for run in own]),
                    "missing": sum(run.missing for run in own),
                }
            )
        return rows

    def as_dict(self) -> dict[str, Plain]:
        return {
            "asked": self.asked,
            "grows": self.grows,
            "grows_in_seed": {str(seed): grows for seed, grows in self.grows_in.items()},
            "widths": to_plain(self.rows()),
            "runs": to_plain(self.runs),
        }

    def table(self) -> Table:
        """A row per run."""
        columns = ("width", "seed", "world_sd", "own_sd", "reach", "error", "edit_error", "still", "missing")
        rows = [
            (r.width, r.seed, r.world_sd, r.own_sd, r.reach, r.error, r.edit_error, r.still, r.missing)
            for r in self.runs
        ]
        return Table(columns, tuple(rows))

    def report(self, made_with: dict[str, Cell]) -> Report:
        """Reach against width, a point per run, and the way along each walk."""
        px = "px"
        scatter = ScatterChart(
            "Reach against the width of the bias",
            Axis("standard deviation of the place in the world", px),
            Axis("mean shift at the greatest amount less at the least", px),
            tuple(f"{r.width:g}, seed {r.seed}" for r in self.runs),
            tuple(r.world_sd for r in self.runs),
            tuple(r.reach for r in self.runs),
            f"the edit asks for {self.asked:g} px",
        )
        along = LineChart(
            "How the pictures follow",
            Axis("asked", px),
            Axis("mean shift of the picture", px),
            tuple(self._line(width) for width in self.widths),
            "line: mean of the seeds; band: all of them",
        )
        facts = (
            Fact("grows with the width", "yes" if self.grows else "no", self._seeds()),
            *(
                Fact(
                    f"{row['world_sd']:.2f} px wide", f"{row['reach']:.2f} px",
                    f"likeness {row['likeness']:.2f}, edit error {row['of_still']:.2f} of standing still",
                )
                for row in self.rows()
            ),
        )  # fmt: skip
        return Report(
            "Reach against the width of a bias",
            "One architecture, trained equally long on worlds that differ in how far the digits stand from "
            "the middle, and on each the same walk: a shift across the picture, judged by the shift under "
            "which the picture at rest fits the moved one best.",
            facts,
            (Section("Widths", "Every point is a generator of its own.", (scatter, along)),),
            made_with,
        )

    def _line(self, width: float) -> Line:
        own = self.of(width)
        changes = np.array([run.change for run in own])
        band = Band("seeds", tuple(changes.min(axis=0).tolist()), tuple(changes.max(axis=0).tolist()))
        mean = tuple(changes.mean(axis=0).tolist())
        return Line(f"{own[0].world_sd:.2f} px", own[0].amounts, mean, (band,), has_points=True)

    def _seeds(self) -> str:
        held = self.grows_in
        return f"in {sum(held.values())} of {len(held)} seeds by themselves"


def _mean(values: list[float]) -> float:
    return float(np.mean(values))
