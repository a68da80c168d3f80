"""Lines of the beta study: trajectories of edited sprites through z, and the line they follow."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from wend.measure.traversal import Placing
    from wend.methods.workbench import Workbench

EDITS = {"x": "shift_x", "y": "shift_y", "scale": "scale"}
LEAST_KEPT = 20
"""Records below which a line is not fitted: of 500."""


@dataclass(frozen=True)
class Found:
    """A line of one factor; direction: u [z_dim] of norm 1; records it was fitted on, and those left out."""

    line: "Placing"
    direction: tuple[float, ...]
    kept: int
    rejected: int


@dataclass(frozen=True)
class LinePlan:
    """How lines are looked for. starts: trajectories, each both ways; reach: furthest change of place, in
    shares of the side, in `steps` even steps; the scale goes by as much of 1; updates: of every target.

    The published run has 50 starts, 5 steps of 0.1 and 50 updates of Adam at 0.01. A sprite's middle keeps
    to the middle half of the picture, so half the reach is as much of the way. A record that has more than
    `threshold` of the difference left, or is of the worst tenth, is left out.
    """

    starts: int = 30
    reach: float = 0.25
    steps: int = 5
    updates: int = 20
    learning_rate: float = 0.05
    threshold: float = 0.5
    worst: float = 0.1
    chunk: int = 50
    seed: int = 0


QUICK = LinePlan(starts=12, steps=4, updates=15)


def find_line(bench: "Workbench", factor: str, plan: LinePlan) -> Found | str:
    """The line of one factor, or why there is none; told on stderr.

    Source: Plumerault, Le Borgne and Hudelot 2020, Algorithm 1 and equation B5.
    """
    import torch

    from wend.methods.factor.codes import Painter, ZCodes
    from wend.methods.factor.edits import FACTOR_EDITS
    from wend.methods.factor.loss import LOSSES, LossPlan, sigma_at
    from wend.methods.factor.model import Changes, FitPlan, fit
    from wend.methods.factor.trajectories import Trajectories, TrajectoryPlan, kept

    generator = bench.generator
    codes, edit, side = ZCodes(generator, 1.0), FACTOR_EDITS[EDITS[factor]], generator.spec.resolution
    rng = torch.Generator().manual_seed(plan.seed)
    starts = codes.draw(rng, plan.starts, None)
    paths = TrajectoryPlan(
        edit.grid(side, plan.reach, plan.steps), plan.updates, plan.learning_rate, plan.chunk
    )
    loss = LOSSES["blurred"](LossPlan(sigma_at(side), "before"))
    none = torch.full((plan.starts,), -1)
    run = Trajectories(Painter(generator, codes), edit, loss, starts, none, paths)
    while not run.is_done:
        run.step()
    records = run.records
    good = kept(records, plan.threshold, plan.worst)
    count, left = int(good.sum()), float(records.left.median())
    Console(stderr=True).print(
        f"{bench.model}: {factor}: {count} of {len(records)} records, {left:.2f} of the change left"
    )
    if count < LEAST_KEPT:
        return f"{count} of {len(records)} edited pictures were reached: the decoder does not move so"
    own = records.take(good)
    added = torch.tensor([edit.added(t) for t in own.t.tolist()], dtype=torch.float64)
    found = fit(Changes(own.start, own.code, added, own.path), FitPlan())
    line = codes.walk(found.u, found.curve, found.seen).to(bench.device)
    return Found(line, tuple(found.u.tolist()), count, len(records) - count)
