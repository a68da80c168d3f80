"""Comparison: kinds of walks that were taught the same edit on equal budgets, held against one another."""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
import torch

from wend.measure.chart import Axis, BarChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.probe import Probe
from wend.measure.report.page import Fact, Report, Section
from wend.measure.walk_aim import Aim
from wend.measure.walk_response import calibrate, leakage_along
from wend.measure.walk_steps import Edit, WalkSteps, edit_errors
from wend.methods.losses import LossName
from wend.methods.steer.learners import Place

LEAKS = ("smile", "eye_open")
"""Told by name beside the mean over all attributes, where the judge can tell them."""
LINEAR_RATE, STEPS_RATE = 0.03, 0.003

_Takes = Callable[["Kind"], bool]
_Other = Callable[["Kind"], "Kind"]


@dataclass(frozen=True)
class Kind:
    """One kind of walk. Learning rates are those of our own presets."""

    walk: Literal["linear", "steps"]
    place: Place
    loss: LossName

    @property
    def name(self) -> str:
        form = "linear" if self.walk == "linear" else "non-linear"
        return f"{form}, {'a vector per layer' if self.place == 'layers' else self.place}, {self.loss}"

    @property
    def key(self) -> str:
        """Of its files."""
        return f"{self.walk}-{self.place}-{self.loss}"

    @property
    def learning_rate(self) -> float:
        return LINEAR_RATE if self.walk == "linear" else STEPS_RATE


KINDS: tuple[Kind, ...] = (
    *(Kind("linear", place, loss) for place in ("z", "w", "layers") for loss in ("l2", "perceptual")),
    *(Kind("steps", place, loss) for place in ("z", "w") for loss in ("l2", "perceptual")),
)  # fmt: skip


@dataclass(frozen=True)
class Score:
    """One walk of one seed, judged on pictures it never learned from, over its trained strengths.

    reach: mean of the attribute at +alpha less its mean at -alpha, in its unit; reach_error: its standard
    error over pictures; r2: of the line through the medians; edit_error: masked squared error in squared
    units of -1..1, mean over strengths but 0 and pictures, which all losses share; leaks: root mean
    square change of every other attribute that can be told, per standard deviation of the asked one.
    """

    kind: Kind
    seed: int
    reach: float
    reach_error: float
    r2: float
    edit_error: float
    leaks: dict[str, float]

    @property
    def leakage(self) -> float:
        """Mean over attributes."""
        return float(np.mean(list(self.leaks.values())))


def score(kind: Kind, seed: int, steps: WalkSteps, aim: Aim, spreads: dict[str, float]) -> Score:
    """Of what was seen along a walk; its ends are the trained ones. spreads: of the world, in the aim's
    unit, without attributes that cannot be told. Raises: InvalidInput where nothing moved."""
    seen = steps.aimed(aim)
    changes = seen.changes(aim.attribute)
    moved = changes[:, -1] - changes[:, 0]
    found = moved[np.isfinite(moved)]
    assert seen.edit_errors is not None
    others = [k for k in range(len(seen.alphas)) if k != seen.start]
    leakage = leakage_along(seen, aim.attribute, spreads, seen.alphas)
    return Score(
        kind=kind,
        seed=seed,
        reach=float(found.mean()),
        reach_error=float(found.std(ddof=1) / sqrt(len(found))),
        r2=calibrate(np.array(seen.alphas), changes).r2_medians,
        edit_error=float(seen.edit_errors[:, others].mean()),
        leaks={leak.name: leak.size for leak in leakage.leaks},
    )


@torch.no_grad()
def still_error(probe: Probe, alphas: tuple[float, ...], edit: Edit) -> float:
    """The edit error of a walk that moves nothing: what all the others are to be held against."""
    found: list[float] = []
    for part in probe.chunks:
        images = probe.render(part)
        for alpha in alphas:
            if alpha:
                found += edit_errors(images, images, alpha, edit).tolist()
    return float(np.mean(found))


@dataclass(frozen=True)
class Comparison:
    """All scores. asked: what the edit asks for from -alpha to +alpha; still: see `still_error`; samples:
    pictures each was taught on; count: pictures each was judged on; not_covered: said on the page."""

    edit: str
    attribute: str
    unit: str
    alpha: float
    asked: float
    still: float
    samples: int
    count: int
    scores: tuple[Score, ...]
    not_covered: tuple[str, ...]

    @property
    def kinds(self) -> list[Kind]:
        """In the order they were given."""
        return list(dict.fromkeys(s.kind for s in self.scores))

    def of(self, kind: Kind) -> list[Score]:
        return [s for s in self.scores if s.kind == kind]

    def rows(self) -> list[dict[str, Cell]]:
        """A row per kind: means over seeds, and their standard deviations where there are several."""
        rows: list[dict[str, Cell]] = []
        for kind in self.kinds:
            own = self.of(kind)
            row: dict[str, Cell] = {"kind": kind.name, "seeds": len(own)}
            for name in ("reach", "edit_error", "leakage", "r2"):
                row[name], row[f"{name}_sd"] = _over([float(getattr(s, name)) for s in own])
            row["reach_error"] = float(np.mean([s.reach_error for s in own]))
            for name in LEAKS:
                if name in own[0].leaks:
                    row[f"leak_{name}"], row[f"leak_{name}_sd"] = _over([s.leaks[name] for s in own])
            row["of_still"] = float(np.mean([s.edit_error for s in own])) / self.still
            rows.append(row)
        return rows

    def pairs(self) -> dict[str, Plain]:
        """Each question by itself: the same kinds but for one thing; ratios of means over seeds."""
        return {
            "non-linear / linear": self._ratios(
                lambda k: k.walk == "steps", lambda k: Kind("linear", k.place, k.loss)
            ),
            "w / z": self._ratios(lambda k: k.place == "w", lambda k: Kind(k.walk, "z", k.loss)),
            "a vector per layer / w": self._ratios(
                lambda k: k.place == "layers", lambda k: Kind(k.walk, "w", k.loss)
            ),
            "perceptual / l2": self._ratios(
                lambda k: k.loss == "perceptual", lambda k: Kind(k.walk, k.place, "l2")
            ),
        }

    def _ratios(self, takes: _Takes, other: _Other) -> Plain:
        found: dict[str, Plain] = {}
        for kind in self.kinds:
            if takes(kind) and (base := other(kind)) in self.kinds:
                ours, theirs = self.of(kind), self.of(base)
                found[kind.name] = {
                    name: _mean(ours, name) / _mean(theirs, name)
                    for name in ("reach", "edit_error", "leakage")
                }
        return found

    def as_dict(self) -> dict[str, Plain]:
        plain = to_plain(
            {
                "edit": self.edit, "attribute": self.attribute, "unit": self.unit, "alpha": self.alpha,
                "asked": self.asked, "still": self.still, "samples": self.samples, "n": self.count,
                "kinds": self.rows(), "pairs": self.pairs(), "scores": self.scores,
                "not_covered": self.not_covered,
            }
        )  # fmt: skip
        assert isinstance(plain, dict)
        return plain

    def table(self) -> Table:
        rows = self.rows()
        return Table(tuple(rows[0]), tuple(tuple(row.values()) for row in rows))

    def report(self, made_with: dict[str, Cell]) -> Report:
        """Three bars for each kind, its seeds side by side."""
        names = tuple(kind.name for kind in self.kinds)

        def bars(title: str, axis: Axis, name: str, note: str, line: float | None) -> BarChart:
            seeds = sorted({s.seed for s in self.scores})
            series = {
                f"seed {seed}": tuple(
                    next(float(getattr(s, name)) for s in self.of(kind) if s.seed == seed)
                    for kind in self.kinds
                )
                for seed in seeds
            }
            return BarChart(title, axis, names, series, note, line)

        charts = (
            bars("Reach", Axis("change", self.unit), "reach", "line: what the edit asks for", self.asked),
            bars(
                "Held-out edit error", Axis("masked squared error", low=0.0), "edit_error",
                "line: of a walk that moves nothing", self.still,
            ),
            bars(
                "Leakage", Axis("sd per sd", low=0.0), "leakage",
                "mean over attributes that were not asked to change", None,
            ),
        )  # fmt: skip
        facts = tuple(
            Fact(str(row["kind"]), f"{row['reach']:.2f} {self.unit}", _remark(row)) for row in self.rows()
        )
        lead = (
            f"{self.edit.replace('_', ' ')}: every kind of walk was taught on {self.samples} pictures and "
            f"judged on the same {self.count} others. Not covered: {' '.join(self.not_covered)}"
        )
        text = f"Between strengths of {-self.alpha:g} and {self.alpha:g}."
        return Report(
            "Kinds of walks", lead, facts, (Section("Held against one another", text, charts),), made_with
        )


def _over(values: list[float]) -> tuple[float, float | None]:
    return float(np.mean(values)), float(np.std(values, ddof=1)) if len(values) > 1 else None


def _mean(scores: list[Score], name: str) -> float:
    return float(np.mean([getattr(s, name) for s in scores]))


def _remark(row: dict[str, Cell]) -> str:
    spread = row["reach_sd"]
    told = "" if spread is None else f"sd over seeds {spread:.2f}; "
    error = f"error {row['edit_error']:.4f} ({row['of_still']:.2f} of standing still)"
    return f"{told}{error}, leakage {row['leakage']:.2f}"
