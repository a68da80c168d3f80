"""Factor model: t = g(<code, u>) with u of norm 1 and g monotone, fitted to changes alone.

The value of a picture is unknown, it may be off the middle by itself; only what an edit changed is known.
Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
variations", ICLR 2020, equations B4 to B6, and released code.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

import torch
from torch import Tensor

from wend.latents.factor import KNOTS, MonotoneCurve
from wend.optim.optimization import Optimization
from wend.optim.settings import OptimizationSettings

_LEAST_SLOPE = 0.05
"""Of the mean one: so that every value has one position, and the inverse is exact."""
_RIDGES = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Penalties on a line of least squares that are tried, in shares of what the changes of codes weigh."""
_LEAST_LINE = 0.3
"""What must be left of a line once others were taken out of it, of 1."""


@dataclass(frozen=True)
class Changes:
    """What is fitted: N changes. start, code: float32 [N, K]; added: float64 [N], by how much the number
    that g learns must differ; path: int64 [N], whose trajectory."""

    start: Tensor
    code: Tensor
    added: Tensor
    path: Tensor

    def __len__(self) -> int:
        return len(self.added)

    def take(self, which: Tensor) -> "Changes":
        return Changes(self.start[which], self.code[which], self.added[which], self.path[which])

    def tensors(self) -> dict[str, Tensor]:
        return {"start": self.start, "code": self.code, "added": self.added, "path": self.path}


@dataclass(frozen=True)
class FitPlan:
    """What fixes a fit. is_released: the parametrisation of the released code: g on <z, v> with v free and a
    penalty on its norm, slopes from 1, batches; else ours: norm 1 enforced, from the line of least squares.

    updates, learning_rate: of Adam; batch: 0 for all at once; smooth: weight of mean (s_{k+1} - s_k)^2;
    held_out: share of the trajectories that are not fitted to; patience: looks at those without a gain
    after which it ends, every `check_every` updates, None: never.
    """

    updates: int = 400
    learning_rate: float = 0.01
    batch: int = 0
    smooth: float = 1.0
    held_out: float = 0.2
    check_every: int = 20
    patience: int | None = 5
    is_released: bool = False
    seed: int = 0


@dataclass(frozen=True)
class Fit:
    """u: float32 [K] of norm 1; curve: g, not anchored yet.

    rms: root mean square error of the changes held out (or of all, where none were), in what g adds; scale:
    root mean square of those changes. cosines: of the line with the rows it was kept clear of, before they
    were taken out of it, in their order.
    """

    u: Tensor
    curve: MonotoneCurve
    rms: float
    scale: float
    seen: tuple[float, float]
    cosines: tuple[float, ...] = ()


class FactorFit:
    """The objective of (B5): mean (g(<z, u>) - g(<z0, u>) - dt)^2 + smoothness.

    line: [K], where it is known already and only the curve is fitted; None: found too. Clear of `others`
    (orthonormal rows [M, K]) the line is kept by taking them out after every update.
    """

    def __init__(
        self, changes: Changes, held_out: Changes, plan: FitPlan, others: Tensor, line: Tensor | None
    ) -> None:
        self._changes, self._test, self._plan = changes, held_out, plan
        self._is_given = line is not None
        self._others = others
        self._rng = torch.Generator().manual_seed(plan.seed)
        self._order = torch.zeros(0, dtype=torch.long)
        self.cosines: tuple[float, ...] = ()
        free = line.double() if line is not None else torch.zeros(0, dtype=torch.float64)
        # The released form sets out from chance: its least squares only tell what it was to be clear of.
        if line is None and (len(others) or not plan.is_released):
            free = best_line(changes, held_out)
        if len(others):
            self.cosines = tuple((others.double() @ free / free.norm()).tolist())
        if plan.is_released:
            width = changes.code.shape[1]
            bound = (6.0 / (width + 1)) ** 0.5
            start = bound * (2.0 * torch.rand(width, generator=self._rng, dtype=torch.float64) - 1.0)
            self._unit = 1.0
        else:
            start = free if line is None else line.double().clone()
            moved = (changes.code - changes.start).double() @ start
            self._unit = float((moved @ changes.added) / (moved @ moved).clamp_min(1e-12)) or 1.0
            if self._unit < 0.0:
                start, self._unit = -start, -self._unit
        self.line = start.requires_grad_(not self._is_given)
        self.slopes = torch.ones(KNOTS, dtype=torch.float64, requires_grad=True)
        with torch.no_grad():
            self.project()

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.slopes,) if self._is_given else (self.line, self.slopes)

    def draw(self) -> int:
        """As the source: an epoch goes through all changes in a new order, its last partial batch dropped."""
        batch = self._plan.batch
        if not batch:
            self._order = torch.arange(len(self._changes))
            return 1
        self._order = self._order[batch:]
        if len(self._order) < batch:
            self._order = torch.randperm(len(self._changes), generator=self._rng)
        return 1

    def backward(self, chunk: int) -> Mapping[str, float]:  # noqa: ARG002 - there is one
        batch = self._plan.batch or len(self._changes)
        error = self._error(self._changes.take(self._order[:batch])).square().mean()
        loss = error + self._plan.smooth * self.slopes.diff().square().mean()
        if self._plan.is_released:
            loss = loss + _RELEASED_NORM * self.line.square().sum()
        loss.backward()
        return {"total": float(loss.detach()), "fit": float(error.detach())}

    def project(self) -> None:
        """Slopes that do not fall; a line of norm 1 (ours), clear of the others."""
        line = self.line.data
        line -= self._others.double().T @ (self._others.double() @ line)
        if self._plan.is_released:
            self.slopes.data.clamp_(min=0.0)
            return
        line /= line.norm().clamp_min(1e-12)
        self.slopes.data.clamp_(min=_LEAST_SLOPE)

    @property
    def held_out_chunks(self) -> int:
        return 1 if len(self._test) else 0

    def held_out(self, chunk: int) -> float:  # noqa: ARG002 - there is one
        with torch.no_grad():
            return float(self._error(self._test).square().mean())

    def state_dict(self) -> dict[str, object]:
        return {
            "line": self.line.detach().clone(),
            "slopes": self.slopes.detach().clone(),
            "order": self._order.clone(),
            "rng": self._rng.get_state(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        with torch.no_grad():
            self.line.copy_(cast("Tensor", state["line"]))
            self.slopes.copy_(cast("Tensor", state["slopes"]))
        self._order = cast("Tensor", state["order"]).clone()
        self._rng.set_state(cast("Tensor", state["rng"]))

    def curve(self) -> MonotoneCurve:
        """g of a position along the line of norm 1; in the released form that is g(|v| p)."""
        slopes = self.slopes.detach()
        if not self._plan.is_released:
            return MonotoneCurve((self._unit * slopes).float())
        own = MonotoneCurve(slopes)
        return MonotoneCurve.through(own(own.breaks * self.line.detach().norm()))

    def _error(self, changes: Changes) -> Tensor:
        """Of every change, in units of what one standard deviation changes (1 in the released form)."""
        after = _value(changes.code.double() @ self.line, self.slopes)
        before = _value(changes.start.double() @ self.line, self.slopes)
        return after - before - changes.added / self._unit


_RELEASED_NORM = 0.1


def _value(positions: Tensor, slopes: Tensor) -> Tensor:
    """g, differentiable in both."""
    return MonotoneCurve(slopes)(positions)


def best_line(changes: Changes, held_out: Changes) -> Tensor:
    """The line u [K] of norm 1 that changes of codes follow, float64: ridge least squares of dt on z - z0.

    Between the mean change (an endless penalty) and plain least squares, by the error on changes held out.
    """
    moved = (changes.code - changes.start).double()
    # Of the two forms of one solution, the one that solves for fewer numbers: there may be fewer changes than
    # numbers in a code, or a hundred times as many.
    is_dual = len(moved) < moved.shape[1]
    gram = moved @ moved.T if is_dual else moved.T @ moved
    size = float(gram.trace()) / len(moved)
    eye = torch.eye(len(gram), dtype=torch.float64)
    sum_of_moves = moved.T @ changes.added
    test = (held_out.code - held_out.start).double() if len(held_out) else moved
    wanted = held_out.added if len(held_out) else changes.added
    found, least = sum_of_moves, float("inf")
    # Without anything held out there is nothing to choose by.
    for ridge in (float("inf"), *(_RIDGES if len(held_out) else (_RIDGES[-1],))):
        if ridge == float("inf"):
            line = sum_of_moves
        elif is_dual:
            line = moved.T @ torch.linalg.solve(gram + ridge * size * eye, changes.added)
        else:
            line = torch.linalg.solve(gram + ridge * size * eye, sum_of_moves)
        seen = test @ line
        gain = float((seen @ wanted) / (seen @ seen).clamp_min(1e-24))
        error = float((gain * seen - wanted).square().mean())
        if error < least:
            found, least = line, error
    best: Tensor = found / found.norm().clamp_min(1e-12)
    return best


def split(changes: Changes, share: float) -> tuple[Changes, Changes]:
    """Those to fit to and those held out: whole trajectories, spread evenly over their numbers."""
    paths = changes.path.unique()
    count = round(share * len(paths))
    if count == 0:
        return changes, changes.take(torch.zeros(0, dtype=torch.long))
    chosen = paths[(torch.arange(count) * len(paths)) // count]
    is_held = torch.isin(changes.path, chosen)
    return changes.take(~is_held), changes.take(is_held)


def begin_fit(
    changes: Changes, plan: FitPlan, others: Tensor | None = None, line: Tensor | None = None
) -> Optimization:
    """The optimisation that fits a factor model. others, line: as of `FactorFit`."""
    train, held_out = split(changes, plan.held_out)
    rows = torch.zeros(0, changes.code.shape[1]) if others is None else others
    settings = OptimizationSettings(
        plan.updates,
        learning_rate=plan.learning_rate,
        rounds=1,
        check_every=plan.check_every if len(held_out) else 0,
        patience=plan.patience if len(held_out) else None,
    )
    return Optimization(FactorFit(train, held_out, plan, rows, line), settings)


def end_fit(run: Optimization, changes: Changes, plan: FitPlan) -> Fit:
    """What it found; t rises along u, as changes say."""
    objective = cast("FactorFit", run.objective)
    u = (objective.line.detach() / objective.line.detach().norm()).float()
    curve = objective.curve()
    _, held_out = split(changes, plan.held_out)
    told = held_out if len(held_out) else changes
    after, before = told.code.double() @ u.double(), told.start.double() @ u.double()
    error = curve(after) - curve(before) - told.added
    seen = torch.cat([changes.code, changes.start]).double() @ u.double()
    return Fit(
        u,
        curve,
        float(error.square().mean().sqrt()),
        float(told.added.square().mean().sqrt()),
        (float(seen.min()), float(seen.max())),
        objective.cosines,
    )


def fit(changes: Changes, plan: FitPlan, others: Tensor | None = None, line: Tensor | None = None) -> Fit:
    """All of it at once: for studies and tests."""
    run = begin_fit(changes, plan, others, line)
    run.run()
    return end_fit(run, changes, plan)


def anchored(curve: MonotoneCurve, middle: float) -> MonotoneCurve:
    """The same curve with g(0) = middle: the constant that changes leave open."""
    at_zero = float(curve(torch.zeros((), dtype=torch.float64)))
    return replace(curve, offset=curve.offset + middle - at_zero)
