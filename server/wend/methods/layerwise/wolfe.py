"""Wolfe run: full-batch L-BFGS with a strong Wolfe line search on one vector, an iteration at a time.

The one loop goes without a line search; the published search of z has one.
Source: Nocedal and Wright, "Numerical optimization", 2006, algorithms 3.5 and 7.5, as torch has them; Bau et
al., ICCV 2019, released code: history 10, at most 10 trials a line.
"""

import copy
import math
from collections.abc import Sequence
from typing import cast

import torch
from torch import Tensor

from wend.methods.layerwise.objective import TopObjective

HISTORY = TRIALS = 10


class WolfeRun:
    """Ends after `updates` iterations, at a plateau (`patience` checks of `check_every` without a gain), or
    where no line goes down. The best point met is the result."""

    def __init__(self, objective: TopObjective) -> None:
        self.objective = objective
        self.updates = 0
        self.losses: dict[str, float] = {}
        self._best: tuple[float, Tensor] = (math.inf, objective.p.detach().clone())
        self._mark, self._waited, self._is_over = math.inf, 0, objective.settings.updates == 0
        self._optimizer = torch.optim.LBFGS(
            list(objective.parameters),
            lr=objective.settings.learning_rate,
            max_iter=1,
            max_eval=TRIALS,
            history_size=HISTORY,
            line_search_fn="strong_wolfe",
        )

    @property
    def parameters(self) -> Sequence[Tensor]:
        return self.objective.parameters

    @property
    def is_done(self) -> bool:
        return self._is_over

    @property
    def is_at_rest(self) -> bool:
        return True

    @property
    def fraction(self) -> float:
        """Iterations done of the most there may be, 0..1."""
        return 1.0 if self._is_over else min(self.updates / self.objective.settings.updates, 1.0 - 1e-9)

    def step(self) -> None:
        """One iteration: a line, and up to ten pictures on it."""
        settings, before = self.objective.settings, self.objective.p.detach().clone()

        def evaluate() -> float:
            self.objective.p.grad = None
            at = self.objective.p.detach().clone()
            found = dict(self.objective.backward())
            if found["total"] < self._best[0]:
                self._best, self.losses = (found["total"], at), found
            return found["total"]

        self._optimizer.step(evaluate)
        self.updates += 1
        stands = torch.equal(before, self.objective.p) or not bool(torch.isfinite(self.objective.p).all())
        if settings.patience and self.updates % settings.check_every == 0:
            is_gain = self._best[0] < self._mark * (1.0 - settings.least_gain)
            self._waited = 0 if is_gain else self._waited + 1
            self._mark = self._best[0] if is_gain else self._mark
        is_flat = settings.patience > 0 and self._waited >= settings.patience
        if stands or is_flat or self.updates >= settings.updates:
            self._is_over = True
            with torch.no_grad():
                self.objective.p.copy_(self._best[1])

    def state_dict(self) -> dict[str, object]:
        return {
            "p": self.objective.p.detach().clone(),
            "optimizer": copy.deepcopy(self._optimizer.state_dict()),
            "best": self._best[1],
            "best_loss": self._best[0] if math.isfinite(self._best[0]) else None,
            "mark": self._mark if math.isfinite(self._mark) else None,
            "waited": self._waited,
            "updates": self.updates,
            "losses": dict(self.losses),
            "is_over": self._is_over,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Go on from there, as if nothing had happened. Raises: KeyError."""
        with torch.no_grad():
            self.objective.p.copy_(cast("Tensor", state["p"]))
        self._optimizer.load_state_dict(copy.deepcopy(cast("dict[str, object]", state["optimizer"])))
        best, mark = cast("float | None", state["best_loss"]), cast("float | None", state["mark"])
        self._best = (math.inf if best is None else best, cast("Tensor", state["best"]))
        self._mark = math.inf if mark is None else mark
        self._waited, self.updates = cast("int", state["waited"]), cast("int", state["updates"])
        self.losses = dict(cast("dict[str, float]", state["losses"]))
        self._is_over = bool(state["is_over"])
