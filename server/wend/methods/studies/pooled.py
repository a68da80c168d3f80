"""Pooled: one direction for the pictures of several classes, and how it controls a class that it never saw.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020: directions found for different classes look alike, so one can be fitted to all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wend.library.factor_record import Factor
from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.probe import Probe
from wend.measure.report.page import Fact, Report, Section
from wend.measure.slices import Sliced
from wend.measure.structure import Arrow, Pieces, Structure, structure_of
from wend.measure.walk_aim import Aim
from wend.measure.walk_judge import Judge
from wend.methods.studies.control import Control, control_of

ALL = "all classes"
FittedOn = Literal["itself", "the others", "all"]
FITTED_ON: tuple[FittedOn, ...] = ("itself", "the others", "all")


@dataclass(frozen=True)
class ClassControl:
    """A factor of one edit tried on one class. cosine: of its direction with that of all classes; rms: of
    changes held out, in the factor's unit."""

    edit: str
    name: str
    fitted_on: FittedOn
    cosine: float
    rms: float
    control: Control


@dataclass(frozen=True)
class PooledFactors:
    """The factors of one edit, all in z: of each class by itself, of all but it, and of all together."""

    edit: str
    own: tuple[Factor, ...]
    without: tuple[Factor, ...]
    whole: Factor

    def of(self, index: int, fitted_on: FittedOn) -> Factor:
        """The factor for the class number `index` here."""
        match fitted_on:
            case "itself":
                return self.own[index]
            case "the others":
                return self.without[index]
            case "all":
                return self.whole

    def arrows(self, names: Sequence[str]) -> list[Arrow]:
        """Directions u of all classes and of each; names: of the classes here."""
        title = self.edit.replace("_", " ")
        each = [Arrow(name, title, own.walk.read) for name, own in zip(names, self.own, strict=True)]
        return [Arrow(ALL, title, self.whole.walk.read), *each]


def try_classes(
    pooled: PooledFactors, probes: Sequence[Probe], names: Sequence[str], judge: Judge, aim: Aim
) -> Sliced[list[ClassControl]]:
    """Every class controlled by its own direction, by that of the others, and by that of all.

    probes: a set of pictures of each class; aim: in the factors' unit.
    """
    found: list[ClassControl] = []
    for index, (probe, name) in enumerate(zip(probes, names, strict=True)):
        for fitted_on in FITTED_ON:
            factor = pooled.of(index, fitted_on)
            walk = factor.walk.to(probe.generator.device)
            control = yield from control_of(walk, probe, judge, aim)
            cosine = factor.walk.cosine(pooled.whole.walk)
            found.append(ClassControl(pooled.edit, name, fitted_on, cosine, factor.rms, control))
    return found


@dataclass(frozen=True)
class PooledClasses:
    """All of it. structure: cosines of directions across classes and edits."""

    model: str
    scores: tuple[ClassControl, ...]
    structure: Structure

    @property
    def edits(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(score.edit for score in self.scores))

    def of(self, edit: str, fitted_on: FittedOn) -> list[ClassControl]:
        return [s for s in self.scores if (s.edit, s.fitted_on) == (edit, fitted_on)]

    def mean(self, edit: str, fitted_on: FittedOn, name: str) -> float:
        """Mean over classes of a number of the control."""
        return float(np.mean([getattr(s.control, name) for s in self.of(edit, fitted_on)]))

    def between_classes(self, edit: str) -> float:
        """Mean |cosine| of the directions of different classes."""
        title = edit.replace("_", " ")
        rows = [
            abs(self.structure.cosines[i][j])
            for i, a in enumerate(self.structure.groups)
            for j, b in enumerate(self.structure.groups)
            if a == b == title and i != j and ALL not in (self.structure.names[i], self.structure.names[j])
        ]
        return float(np.mean(rows))

    def table(self) -> Table:
        """A row per edit, class and what the direction was fitted on."""
        columns = (
            "edit", "class", "fitted_on", "cosine_with_all", "rms", "slope", "r2", "sd_ratio", "sd_before",
            "n",
        )  # fmt: skip
        rows: list[tuple[Cell, ...]] = [
            (s.edit, s.name, s.fitted_on, s.cosine, s.rms, s.control.slope, s.control.r2,
             s.control.sd_ratio, s.control.sd_before, s.control.n)
            for s in self.scores
        ]  # fmt: skip
        return Table(columns, tuple(rows))

    def summary(self) -> list[dict[str, Cell]]:
        """A row per edit and what was fitted on: means over classes."""
        return [
            {
                "edit": edit, "fitted_on": on,
                **{name: self.mean(edit, on, name) for name in ("slope", "r2", "sd_ratio")},
                "classes": len(self.of(edit, on)), "between_classes": self.between_classes(edit),
            }
            for edit in self.edits
            for on in FITTED_ON
        ]  # fmt: skip

    def as_dict(self) -> dict[str, Plain]:
        return {
            "summary": to_plain(self.summary()), "scores": to_plain(self.scores),
            "structure": self.structure.as_dict(),
        }  # fmt: skip

    def report(self, made_with: dict[str, Cell]) -> Report:
        facts: list[Fact] = []
        for edit in self.edits:
            left, own = (self.mean(edit, on, "sd_ratio") for on in ("the others", "itself"))
            told = f"sd × {left:.2f}"
            remark = f"× {own:.2f} with its own; slope {self.mean(edit, 'the others', 'slope'):.2f}"
            facts.append(Fact(f"{edit.replace('_', ' ')}: a class left out", told, remark))
            cosine = f"{self.between_classes(edit):.2f}"
            null = f"at random {self.structure.null_cosine:.2f}"
            facts.append(Fact(f"{edit.replace('_', ' ')}: cosine between classes", cosine, null))
        lead = (
            f"{self.model}: a direction fitted to the pictures of all classes but one, tried on that one, "
            "beside the class's own. Values are asked at -2 to 2 standard deviations of the prior."
        )
        bars = tuple(
            self._bars(edit, axis, name, line)
            for edit in self.edits
            for axis, name, line in (
                (Axis("sd, of that before", low=0.0), "sd_ratio", 1.0),
                (Axis("measured per asked"), "slope", 1.0),
            )
        )
        return Report(
            "One direction for all classes",
            lead,
            tuple(facts),
            (
                Section("Control, class by class", "", bars),
                Section("Cosines", "Between directions.", (self.structure.cosine_chart(),)),
            ),
            made_with,
        )

    def _bars(self, edit: str, axis: Axis, name: str, line: float) -> BarChart:
        names = tuple(s.name for s in self.of(edit, "itself"))
        series = {
            f"fitted on {on}": tuple(float(getattr(s.control, name)) for s in self.of(edit, on))
            for on in FITTED_ON
        }
        return BarChart(f"{edit.replace('_', ' ')}: {axis.label}", axis, names, series, "", line)


def class_structure(found: Sequence[PooledFactors], names: Sequence[str], pieces: Pieces) -> Structure:
    """Energies and cosines of the directions of all edits and classes."""
    return structure_of([arrow for each in found for arrow in each.arrows(names)], pieces)
