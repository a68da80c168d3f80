"""Hue: a factor that comes round, tried with a model of factors on a line.

A turn of colours by 180 degrees is one by -180, so changes are kept within a range on either side of the
picture's own, where they have one meaning, and values are counted from there. What cannot be kept is one
direction: where hues go round in the latents, a turn is a step along a circle, which points
another way wherever one stands on it. How much of that there is, is what is told here. Ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.latents.walk import Walk
from wend.measure.chart import Axis, BarChart, LineChart, MatrixChart, curve_chart
from wend.measure.circle import difference
from wend.measure.curve import Curve, curve
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.probe import Probe
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.slices import Sliced
from wend.measure.walk_judge import HUE, pixels_of
from wend.measure.walk_response import calibrate
from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.records import Records

QUARTERS = ("red to lime", "lime to cyan", "cyan to violet", "violet to red")
"""Of the circle of hues, 90 degrees each, from 0."""


@dataclass(frozen=True)
class Straightness:
    """How far one direction tells what an edit does to codes.

    coherence: length of the mean of the unit steps from start to edited code, those of the other sign turned
    round: 1 where all go one way, about 1 over the root of their number where every one goes its own;
    explained: share of the edits' mean square that codes tell by how far they went along the mean step of
    the other pictures; rms: what is left, in `unit`; kept, found: records, of all.
    """

    edit: str
    unit: str
    coherence: float
    explained: float
    rms: float
    kept: int
    found: int


def unit_steps(records: Records) -> Tensor:
    """Float64 [N, K]: from start to code, turned round where t is below 0, of length 1 (0 where none)."""
    moved = (records.code - records.start).double() * records.t.sign()[:, None]
    unit: Tensor = moved / moved.norm(dim=1, keepdim=True).clamp_min(1e-12)
    return unit


def straightness(edit: FactorEdit, records: Records, used: Records) -> Straightness:
    """records: all that were found; used: those that were drawn well enough, of two starts or more."""
    steps = unit_steps(used)
    moved = (used.code - used.start).double()
    along = torch.empty(len(used), dtype=torch.float64)
    for path in used.path.unique():
        own = used.path == path
        line = steps[~own].mean(dim=0)
        along[own] = moved[own] @ (line / line.norm().clamp_min(1e-12))
    t = used.t.double()
    left = t - along * float((along @ t) / (along @ along).clamp_min(1e-12))
    explained = 1.0 - float(left.square().sum() / t.square().sum())
    return Straightness(
        edit.name, edit.unit, float(steps.mean(dim=0).norm()), explained,
        float(left.square().mean().sqrt()), len(used), len(records),
    )  # fmt: skip


@dataclass(frozen=True)
class Turned:
    """Cosines of the mean steps of pictures that begin in one quarter of the circle with those of others, NaN
    where a quarter has none; counts: starts in each."""

    cosines: tuple[tuple[float, ...], ...]
    counts: tuple[int, ...]

    def chart(self) -> MatrixChart:
        names = tuple(f"{name} ({n})" for name, n in zip(QUARTERS, self.counts, strict=True))
        note = "mean steps of codes for a turn of colours, by the hue that pictures begin with"
        return MatrixChart("Does a turn of colours point one way?", names, self.cosines, (), note)


def turned(hues: NDArray[np.float64], used: Records) -> Turned:
    """Steps by the hue [S] in degrees of the start they set out from; greys, NaN, belong nowhere."""
    hues = hues[used.path.numpy()]
    quarter = np.where(np.isfinite(hues), np.nan_to_num(hues) // 90.0, -1).astype(int)
    steps, means, counts = unit_steps(used), [], []
    for k in range(len(QUARTERS)):
        own = torch.from_numpy(quarter == k)
        counts.append(len(used.path[own].unique()))
        mean = steps[own].mean(dim=0) if bool(own.any()) else torch.full((steps.shape[1],), float("nan"))
        means.append(mean / mean.norm())
    rows = torch.stack(means)
    return Turned(tuple(tuple(row) for row in (rows @ rows.T).tolist()), tuple(counts))


@dataclass(frozen=True)
class Moved:
    """What turning by the factor measured. asked [K], in degrees; change: medians with bands; slope: measured
    per asked; right_way: share of pictures and turns that went the way they were asked to."""

    asked: tuple[float, ...]
    change: Curve
    slope: float
    r2: float
    right_way: float

    @classmethod
    def of(cls, asked: Sequence[float], changes: NDArray[np.float64]) -> "Moved":
        """changes: float64 [S, K] in degrees, the shorter way round, NaN where a picture is grey.

        Raises: InvalidInput where every picture is.
        """
        known = np.isfinite(changes).all(axis=1)
        if not known.any():
            raise InvalidInput("All of these pictures are grey, so none has a hue to turn.")
        changes = changes[known]
        at = np.array(asked)
        line = calibrate(at, changes)
        others = at != 0.0
        right = (np.sign(changes) == np.sign(at)[None])[:, others]
        return cls(tuple(asked), curve(at, changes), line.slope, line.r2_all, float(right.mean()))


def turn_pictures(probe: Probe, walk: Walk, asked: Sequence[float]) -> Sliced[Moved]:
    """Every picture of a probe turned by each of these; a slice per chunk and turn."""
    rows: list[NDArray[np.float64]] = []
    for alpha in asked:
        parts: list[NDArray[np.float64]] = []
        for part in probe.chunks:
            with torch.no_grad():
                images = probe.render(part, walk if alpha else None, alpha)
            parts.append(pixels_of(images)[HUE].values)
            yield
        rows.append(np.concatenate(parts))
    start = rows[list(asked).index(0.0)]
    return Moved.of(asked, np.stack([difference(row, start, 360.0) for row in rows], axis=1))


@dataclass(frozen=True)
class HueStudy:
    """All of it. count: pictures that were turned; strip: [P, K, 3, H, W], some of them at every turn."""

    model: str
    count: int
    straight: tuple[Straightness, ...]
    turned: Turned
    moved: Moved
    strip: Tensor

    def table(self) -> Table:
        names = tuple(Straightness.__dataclass_fields__)
        return Table(names, tuple(tuple(getattr(s, name) for name in names) for s in self.straight))

    def as_dict(self) -> dict[str, Plain]:
        return {
            "n": self.count, "straight": to_plain(self.straight), "quarters": list(QUARTERS),
            "turned": to_plain(self.turned), "moved": to_plain(self.moved),
        }  # fmt: skip

    def chart(self) -> LineChart:
        turn, change = Axis("asked", "degrees"), Axis("measured", "degrees")
        return curve_chart("Hue follows the factor", turn, change, {"hue": self.moved.change})

    def report(self, made_with: dict[str, Cell]) -> Report:
        facts = [
            Fact(
                f"{s.edit.replace('_', ' ')}: one way", f"{s.coherence:.2f}",
                f"{s.explained:.0%} of changes held out explained, rms {s.rms:.3g} {s.unit}",
            )
            for s in self.straight
        ]  # fmt: skip
        facts.append(
            Fact(
                "hue, measured per asked",
                f"{self.moved.slope:.2f}",
                f"the right way in {self.moved.right_way:.0%}",
            )
        )
        names = tuple(s.edit.replace("_", " ") for s in self.straight)
        bars = tuple(
            BarChart(title, Axis(axis, low=0.0, high=1.0), names, {"": values})
            for title, axis, values in (
                ("Steps of codes that go one way", "length of the mean step",
                 tuple(s.coherence for s in self.straight)),
                ("Changes held out that one direction tells", "share",
                 tuple(max(0.0, s.explained) for s in self.straight)),
            )
        )  # fmt: skip
        lead = (
            f"{self.model}: colours turned by up to 60 degrees either way, as a factor. Ends: 180 and -180 "
            "are one picture, so turns stay short of them and are counted from the picture's own hue."
        )
        turns = self.moved.asked
        told = f"turns of {turns[0]:g} to {turns[-1]:g} degrees, a picture in each row"
        sheet = picture_sheet("Turned", told, self.strip.flatten(0, 1), self.strip.shape[1], 2)
        return Report(
            "Hue as a factor",
            lead,
            tuple(facts),
            (
                Section("Pictures", "", (sheet,)),
                Section("One direction?", "", (*bars, self.turned.chart(), self.chart())),
            ),
            made_with,
        )
