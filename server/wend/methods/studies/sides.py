"""Sides: learned walks and factors of the same edits, side by side, as tables and a page."""

from dataclasses import dataclass

from wend.measure.chart import Axis, BarChart, Line, LineChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Report, Section
from wend.methods.studies.side import SideScore


@dataclass(frozen=True)
class Sides:
    """All scores, the two methods of one edit after another. count: pictures; judge: who looked."""

    model: str
    count: int
    judge: str
    scores: tuple[SideScore, ...]

    @property
    def edits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(score.edit for score in self.scores))

    @property
    def methods(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(score.method for score in self.scores))

    def of(self, edit: str, method: str) -> SideScore:
        return next(s for s in self.scores if (s.edit, s.method) == (edit, method))

    def table(self) -> Table:
        """A row per edit and method."""
        rows = [score.row() for score in self.scores]
        return Table(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))

    def sd_table(self) -> Table:
        """A row per edit, method and amount: where the attribute's median went, and its sd there."""
        return Table(
            ("edit", "method", "unit", "amount", "median", "sd"),
            tuple(
                (s.edit, s.method, s.unit, *values)
                for s in self.scores
                for values in zip(s.amounts, s.medians, s.sds, strict=True)
            ),
        )

    def as_dict(self) -> dict[str, Plain]:
        return {
            "model": self.model, "n": self.count, "judge": self.judge,
            "rows": [to_plain(score.row()) for score in self.scores], "scores": to_plain(self.scores),
        }  # fmt: skip

    def report(self, made_with: dict[str, Cell]) -> Report:
        facts = tuple(
            Fact(
                f"{s.edit.replace('_', ' ')}, {s.method}",
                f"sd × {s.sd_ratio:.2f}",
                f"error {s.error:.3g} {s.unit} ({s.error_share:.0%} of what was asked), "
                f"leakage {s.leakage:.2f}, {s.seconds:.0f} s",
            )
            for s in self.scores
        )
        lead = (
            f"{self.model}: learned walks and factors of the same edits, judged on the same {self.count} "
            f"pictures by {self.judge}. A walk adds an amount to what a picture shows; a factor is put at a "
            "value, and so leaves less spread."
        )
        curves = tuple(self._sd_chart(edit) for edit in self.edits)
        bars = (
            self._bars("Error", Axis("of the largest amount asked", low=0.0), "error_share"),
            self._bars("Leakage", Axis("sd per sd", low=0.0), "leakage"),
            self._bars("Standard deviation under control", Axis("of that before", low=0.0), "sd_ratio", 1.0),
            self._bars("Processor time to learn it", Axis("time", "s", low=0.0), "seconds"),
        )
        return Report(
            "Two ways to learn a slider",
            lead,
            facts,
            (
                Section("Side by side", "Means over pictures and amounts.", bars),
                Section("Spread at each amount", "A small spread everywhere is precise control.", curves),
            ),
            made_with,
        )

    def _bars(self, title: str, axis: Axis, name: str, line: float | None = None) -> BarChart:
        series = {
            method: tuple(float(getattr(self.of(edit, method), name)) for edit in self.edits)
            for method in self.methods
        }
        return BarChart(title, axis, self.edits, series, "", line)

    def _sd_chart(self, edit: str) -> LineChart:
        own = [self.of(edit, method) for method in self.methods]
        lines = [Line("as they are", own[0].amounts, (own[0].sd_before,) * len(own[0].amounts))]
        lines += [Line(s.method, s.amounts, s.sds, has_points=True) for s in own]
        unit = own[0].unit
        return LineChart(
            edit.replace("_", " "), Axis("amount", unit), Axis("sd", unit, low=0.0), tuple(lines)
        )
