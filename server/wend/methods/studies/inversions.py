"""Inversions: which loss, and which ball, finds the codes of edited pictures best.

Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, the comparison of reconstruction losses: squared error, SSIM and theirs, with and
without codes kept in the ball of radius sqrt(d); judged by a perceptual distance and by eye.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from wend.imaging.blur import gaussian_blur
from wend.imaging.ssim import ssim
from wend.measure.chart import Axis, BarChart, Line, LineChart
from wend.measure.export import Cell, Plain, Table, to_plain
from wend.measure.report.page import Fact, Report, Section, picture_sheet
from wend.measure.slices import Sliced
from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.loss import LOSSES, LossName, LossPlan, sigma_at
from wend.methods.factor.trajectories import TrajectoryPlan
from wend.methods.studies.painted import Painted
from wend.perception.network import Distance

# What is finer than this is detail, in pixels of pictures of 64 px.
_DETAIL = 1.5


@dataclass(frozen=True)
class Arm:
    """One way to invert."""

    loss: LossName
    has_ball: bool

    @property
    def name(self) -> str:
        words = {"pixel": "squared error", "ssim": "SSIM", "blurred": "blurred", "released": "released blur"}
        return f"{words[self.loss]}, {'ball' if self.has_ball else 'no ball'}"


LOSSES_TRIED: tuple[LossName, ...] = ("pixel", "ssim", "blurred")
ARMS: tuple[Arm, ...] = tuple(Arm(loss, ball) for loss in LOSSES_TRIED for ball in (True, False))


@dataclass(frozen=True)
class ArmScore:
    """What one arm reached at one strength of one edit: means over pictures and both signs.

    distance: perceptual, of what the mask shows, from the edited picture, and distance_error, its
    standard error; squared, likeness: squared error and SSIM there; detail: energy of what is finer than a
    blur, over that of the edited picture: below 1 texture was lost; norm: of the codes, over sqrt(d).
    """

    edit: str
    arm: str
    t: float
    distance: float
    distance_error: float
    squared: float
    likeness: float
    detail: float
    norm: float
    n: int


@dataclass(frozen=True)
class Tried:
    """One arm on one edit: of every edited picture the start, int64 [N], its strength t, float64 [N], and the
    code that was found, float32 [N, K]."""

    edit: str
    arm: Arm
    path: Tensor
    codes: Tensor
    t: Tensor


def invert(
    painted: Painted, edit: FactorEdit, arm: Arm, steps: int, updates: int, learning_rate: float
) -> Sliced[Tried]:
    """Algorithm 1 of all starts with one arm, `updates` for each strength, none ended early; a slice per
    chunk. What differs between arms is the loss and the ball alone."""
    side = painted.side
    loss = LOSSES[arm.loss](LossPlan(sigma_at(side), "before"))
    plan = TrajectoryPlan(
        strengths=edit.grid(side, edit.near, steps),
        updates=updates,
        learning_rate=learning_rate,
        chunk=painted.chunk,
        has_ball=arm.has_ball,
    )
    found = yield from painted.trajectories(edit, loss, plan)
    return Tried(edit.name, arm, found.path, found.code, found.t)


@torch.no_grad()
def judge(painted: Painted, edit: FactorEdit, tried: Tried, distance: Distance) -> list[ArmScore]:
    """A score per |t|. The edited pictures are those of the starts as all arms have them: in the ball."""
    scores: list[ArmScore] = []
    for t in sorted({abs(float(value)) for value in tried.t}):
        rows = torch.nonzero(tried.t.abs() == t)[:, 0]
        images, target, mask = _pictures(painted, edit, tried, rows)
        seen, wanted = mask * images, mask * target
        told = distance.distance(seen, wanted).double().cpu().numpy()
        squared = (mask * (images - target).square()).mean(dim=(1, 2, 3)) / mask.mean(dim=(1, 2, 3))
        norms = tried.codes[rows].norm(dim=1) / tried.codes.shape[1] ** 0.5
        scores.append(
            ArmScore(
                edit=edit.name,
                arm=tried.arm.name,
                t=t,
                distance=float(told.mean()),
                distance_error=float(told.std(ddof=1) / np.sqrt(len(told))) if len(told) > 1 else 0.0,
                squared=float(squared.mean()),
                likeness=float(ssim(images, target, mask).mean()),
                detail=float(_detail(seen).sum() / _detail(wanted).sum()),
                norm=float(norms.mean()),
                n=len(rows),
            )
        )
    return scores


def _pictures(
    painted: Painted, edit: FactorEdit, tried: Tried, rows: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Reconstructions, edited pictures and masks [n, 3, H, W] of some rows, in [-1, 1]."""
    images = painted.pictures(tried.path[rows], tried.codes[rows])
    own = painted.pictures(tried.path[rows])
    parts = [
        edit.apply(own[k : k + 1], float(t)) for k, t in enumerate(tried.t[rows])
    ]  # each has a sign of its own
    target, mask = (torch.cat([part[i] for part in parts]) for i in range(2))
    return images, target.clamp(-1.0, 1.0), mask


def _detail(images: Tensor) -> Tensor:
    """Energy [N] of what a blur takes away."""
    fine = images - gaussian_blur(images, _DETAIL * images.shape[-1] / 64.0)
    return fine.square().sum(dim=(1, 2, 3))


@torch.no_grad()
def strip(painted: Painted, edit: FactorEdit, tried: Sequence[Tried], shown: int) -> Tensor:
    """Some starts at the edit's largest strength, images [P, 2 + arms, 3, H, W]: as it was, edited, found."""
    most = tried[0].t.max()
    rows = torch.nonzero(tried[0].t == most)[:shown, 0]
    found, target, _ = zip(*(_pictures(painted, edit, each, rows) for each in tried), strict=True)
    own = painted.pictures(tried[0].path[rows])
    return torch.stack([own, target[0], *found], dim=1).cpu()


@dataclass(frozen=True)
class Inversions:
    """All scores, and per edit a strip as `strip` makes it."""

    model: str
    space: str
    updates: int
    scores: tuple[ArmScore, ...]
    strips: dict[str, Tensor]

    @property
    def arms(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(score.arm for score in self.scores))

    def at_most(self, edit: str, arm: str) -> ArmScore:
        """The score at the edit's largest strength."""
        return max((s for s in self.scores if (s.edit, s.arm) == (edit, arm)), key=lambda s: s.t)

    def table(self) -> Table:
        """A row per edit, arm and strength."""
        names = tuple(ArmScore.__dataclass_fields__)
        return Table(names, tuple(tuple(getattr(s, name) for name in names) for s in self.scores))

    def as_dict(self) -> dict[str, Plain]:
        return {
            "space": self.space, "updates": self.updates, "arms": list(self.arms),
            "scores": to_plain(self.scores),
        }  # fmt: skip

    def report(self, made_with: dict[str, Cell]) -> Report:
        edits = tuple(self.strips)
        facts = tuple(
            Fact(f"{edit.replace('_', ' ')}: nearest", best.arm, f"distance {best.distance:.4f}")
            for edit in edits
            for best in (min((self.at_most(edit, a) for a in self.arms), key=lambda s: s.distance),)
        )
        columns = ", ".join(("as it was", "edited", *self.arms))
        sheets = tuple(
            picture_sheet(edit.replace("_", " "), f"columns: {columns}", s.flatten(0, 1), s.shape[1], 2)
            for edit, s in self.strips.items()
        )
        lead = (
            f"{self.model}: codes in {self.space} of the same edited pictures, {self.updates} updates for "
            "each strength, found by every loss with and without the ball."
        )
        bars = (
            self._bars("Perceptual distance", Axis("distance", low=0.0), "distance"),
            self._bars("Squared error", Axis("squared units of -1..1", low=0.0), "squared"),
            self._bars("Detail left", Axis("of the edited picture's", low=0.0), "detail", 1.0),
            self._bars("Length of codes", Axis("of sqrt(d)", low=0.0), "norm", 1.0),
        )
        curves = tuple(self._curve(edit) for edit in edits)
        return Report(
            "What edited pictures are inverted with",
            lead,
            facts,
            (
                Section("Pictures", "The largest strength of each edit.", sheets),
                Section("At the largest strength", "Means over pictures and both signs.", bars),
                Section("Over strengths", "What the mask hides takes no part.", curves),
            ),
            made_with,
        )

    def _bars(self, title: str, axis: Axis, name: str, line: float | None = None) -> BarChart:
        series = {
            edit: tuple(float(getattr(self.at_most(edit, arm), name)) for arm in self.arms)
            for edit in self.strips
        }
        return BarChart(title, axis, self.arms, series, "", line)

    def _curve(self, edit: str) -> LineChart:
        lines: list[Line] = []
        for arm in self.arms:
            own = [s for s in self.scores if (s.edit, s.arm) == (edit, arm)]
            lines.append(Line(arm, tuple(s.t for s in own), tuple(s.distance for s in own), has_points=True))
        distance = Axis("perceptual distance", low=0.0)
        return LineChart(edit.replace("_", " "), Axis("strength"), distance, tuple(lines))
