"""Optimisation settings: everything that fixes a run of the one loop beside its objective."""

from dataclasses import dataclass, field
from typing import Literal

from wend.optim.schedules import Schedule

Method = Literal["adam", "lbfgs"]


@dataclass(frozen=True)
class OptimizationSettings:
    """Everything that fixes a run beside its objective.

    updates: the longest it may take. rounds: updates made of one draw; 0: there is one draw for all, as
    for a loss that is always the same. clip: largest norm of the whole gradient, None for none.
    memory: curvature pairs of L-BFGS. check_every: updates between held-out losses, 0 for one at either end
    only. patience: checks without a gain, which is to be better by the share `least_gain` than at the last
    gain, after which the run ends; None: it never ends early. With patience the best checked parameters are
    the result, without it the last. rollbacks: losses or gradients in a row that may be not finite before the
    run gives up; most_rollbacks: in all of it. kept_every: updates from one state that may be gone back to to
    the next.
    """

    updates: int
    method: Method = "adam"
    learning_rate: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    schedule: Schedule = field(default_factory=Schedule)
    rounds: int = 1
    clip: float | None = None
    memory: int = 10
    check_every: int = 0
    patience: int | None = None
    least_gain: float = 0.0
    rollbacks: int = 8
    most_rollbacks: int = 24
    kept_every: int = 10
