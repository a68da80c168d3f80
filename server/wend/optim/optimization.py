"""The one optimisation loop: any Objective, Adam or L-BFGS, a chunk at a time, saved and resumed exactly."""

import copy
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import cast

import torch
from torch import Tensor

from wend.errors import Diverged
from wend.optim.objective import Objective
from wend.optim.settings import OptimizationSettings

_BACK_OFF = 0.5
# Good updates in a row after which half of what was lost to going back is given back.
_CALM = 50


@dataclass(frozen=True)
class Check:
    """One held-out loss, after so many updates."""

    update: int
    loss: float


@dataclass
class _Kept:
    """A state that can be gone back to."""

    update: int
    parameters: list[Tensor]
    optimizer: dict[str, object]


class Optimization:
    """Runs an objective slice by slice: `step` does one chunk of a gradient or of a held-out loss.

    A loss or gradient that is not finite never reaches the parameters: they and the optimiser go back to the
    last state kept (of every `kept_every`-th update), and the learning rate is halved; after fifty good
    updates in a row it is doubled again, up to what was asked for. The objective's random generator is not
    turned back, so the run goes on with other draws.

    Sources: Kingma and Ba, "Adam", ICLR 2015; Liu and Nocedal, "On the limited memory BFGS method", 1989,
    one iteration per update and without a line search, so that an update is as short as any. A new draw is
    a new function, so L-BFGS forgets its pairs there.
    """

    def __init__(self, objective: Objective, settings: OptimizationSettings) -> None:
        self.objective = objective
        self.settings = settings
        self.updates = 0
        self.losses: dict[str, float] = {}
        self.totals: list[float] = []
        self.checks: list[Check] = []
        self._round = 0
        self._back_off = 1.0
        self._failures = 0
        self._calm = 0
        self.rollbacks = 0
        self._chunks: int | None = None
        self._chunk = 0
        self._gathered: dict[str, float] = {}
        self._checking: int | None = None
        self._held_out = 0.0
        self._is_over = False
        self._best: list[Tensor] | None = None
        self._best_loss = math.inf
        # The best loss when a gain was last counted: small gains add up to one.
        self._mark = math.inf
        self._waited = 0
        self._optimizer = self._new_optimizer()
        self._kept = self._keep()
        if objective.held_out_chunks:
            self._checking = 0

    @property
    def is_done(self) -> bool:
        return self._is_over and self._checking is None

    @property
    def is_at_rest(self) -> bool:
        """Between two updates, with no loss half gathered: when `state_dict` may be taken."""
        return self._chunk == 0 and not self._checking

    @property
    def is_checking(self) -> bool:
        """Whether the next step is one of a held-out loss."""
        return self._checking is not None

    @property
    def chunk(self) -> int:
        """Chunks done of the update, or of the held-out loss, that is going on."""
        return self._chunk if self._checking is None else self._checking

    @property
    def fraction(self) -> float:
        """Updates done of the most there may be, 0..1; 1 once the run is over."""
        return 1.0 if self.is_done else min(self.updates / self.settings.updates, 1.0 - 1e-9)

    @property
    def parameters(self) -> Sequence[Tensor]:
        return self.objective.parameters

    @property
    def result_loss(self) -> float | None:
        """Held-out loss of the parameters that the run ends with; None where nothing is held out."""
        if not self.checks:
            return None
        return self._best_loss if self._best is not None else self.checks[-1].loss

    def step(self) -> None:
        """One chunk. Raises: Diverged."""
        if self.is_done:
            return
        if self._checking is not None:
            self._check(self._checking)
            return
        if self._chunks is None:
            self._chunks = self.objective.draw()
        part = self.objective.backward(self._chunk)
        for name, value in part.items():
            self._gathered[name] = self._gathered.get(name, 0.0) + value
        self._chunk += 1
        if self._chunk == self._chunks:
            self._update()

    def run(self) -> None:
        """All that is left, at once: for the command line and tests. Raises: Diverged."""
        while not self.is_done:
            self.step()

    def _update(self) -> None:
        settings = self.settings
        total = self._gathered["total"]
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        is_finite = math.isfinite(total) and all(bool(torch.isfinite(g).all()) for g in gradients)
        if is_finite:
            if settings.clip is not None and gradients:
                torch.nn.utils.clip_grad_norm_(self.parameters, settings.clip)
            rate = settings.learning_rate * settings.schedule.factor(self.updates, settings.updates)
            for group in self._optimizer.param_groups:
                group["lr"] = rate * self._back_off
            self._optimizer.step(lambda: total)
            with torch.no_grad():
                self.objective.project()
            is_finite = all(bool(torch.isfinite(p).all()) for p in self.parameters)
        self._clear_gradients()
        self._chunk = 0
        self.updates += 1
        self._round += 1
        if settings.rounds and self._round == settings.rounds:
            self._chunks, self._round = None, 0
            if settings.method == "lbfgs":
                self._optimizer = self._new_optimizer()
        if is_finite:
            self.losses = dict(self._gathered)
            self.totals.append(total)
            self._failures = 0
            self._calm += 1
            if self._calm % _CALM == 0:
                self._back_off = min(1.0, self._back_off / _BACK_OFF)
            if self.updates - self._kept.update >= settings.kept_every:
                self._kept = self._keep()
        else:
            self._go_back()
        self._gathered = {}
        self._is_over = self._is_over or self.updates >= settings.updates
        is_due = settings.check_every > 0 and self.updates % settings.check_every == 0
        if self.objective.held_out_chunks and (is_due or self._is_over):
            self._checking = 0

    def _go_back(self) -> None:
        self._failures += 1
        self.rollbacks += 1
        self._calm = 0
        # First of all: who gives up finds the last parameters that were of use.
        self._put(self._kept.parameters)
        if self._failures > self.settings.rollbacks:
            raise Diverged(self.updates, self._failures)
        if self.rollbacks > self.settings.most_rollbacks:
            raise Diverged(self.updates, self.rollbacks, in_a_row=False)
        self._back_off *= _BACK_OFF
        self._optimizer = self._new_optimizer()
        # Pairs of L-BFGS are of the draw they were gathered on, and may be what led astray.
        if self.settings.method == "adam":
            self._optimizer.load_state_dict(copy.deepcopy(self._kept.optimizer))

    def _check(self, chunk: int) -> None:
        self._held_out += self.objective.held_out(chunk)
        if chunk + 1 < self.objective.held_out_chunks:
            self._checking = chunk + 1
            return
        loss, self._held_out, self._checking = self._held_out, 0.0, None
        self.checks.append(Check(self.updates, loss))
        if loss < self._mark * (1.0 - self.settings.least_gain):
            self._waited, self._mark = 0, loss
        else:
            self._waited += 1
        if loss < self._best_loss:
            self._best_loss = loss
            if self.settings.patience is not None:
                self._best = [p.detach().clone() for p in self.parameters]
        if self.settings.patience is not None and self._waited >= self.settings.patience:
            self._is_over = True
        if self._is_over and self._best is not None:
            self._put(self._best)

    def _new_optimizer(self) -> torch.optim.Optimizer:
        settings = self.settings
        parameters = list(self.parameters)
        if settings.method == "adam":
            return torch.optim.Adam(parameters, lr=settings.learning_rate, betas=settings.betas)
        return torch.optim.LBFGS(
            parameters, lr=settings.learning_rate, max_iter=1, history_size=settings.memory
        )

    def _keep(self) -> _Kept:
        parameters = [p.detach().clone() for p in self.parameters]
        return _Kept(self.updates, parameters, copy.deepcopy(self._optimizer.state_dict()))

    def _put(self, values: Sequence[Tensor]) -> None:
        with torch.no_grad():
            for parameter, value in zip(self.parameters, values, strict=True):
                parameter.copy_(value)

    def _clear_gradients(self) -> None:
        for parameter in self.parameters:
            parameter.grad = None

    def state_dict(self) -> dict[str, object]:
        """All that `load_state_dict` needs. Only when at rest."""
        assert self.is_at_rest
        return {
            "settings": asdict(self.settings),
            "objective": self.objective.state_dict(),
            # Whoever writes it down may do so while the run goes on.
            "optimizer": copy.deepcopy(self._optimizer.state_dict()),
            "kept": asdict(self._kept),
            "best": self._best,
            "best_loss": self._best_loss if self.checks else None,
            "mark": self._mark if math.isfinite(self._mark) else None,
            "totals": torch.tensor(self.totals, dtype=torch.float64),
            "losses": dict(self.losses),
            "checks": [[check.update, check.loss] for check in self.checks],
            "updates": self.updates,
            "round": self._round,
            "chunks": self._chunks,
            "back_off": self._back_off,
            "failures": self._failures,
            "calm": self._calm,
            "rollbacks": self.rollbacks,
            "waited": self._waited,
            "is_checking": self._checking is not None,
            "is_over": self._is_over,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Go on from there, as if nothing had happened. Raises: ValueError for other settings, KeyError."""
        # States from before there was a choice were kept every ten updates, and their rates never halved.
        saved = {"kept_every": 10} | cast("dict[str, object]", state["settings"])
        saved["schedule"] = {"drops": ()} | cast("dict[str, object]", saved["schedule"])
        if _plain(saved) != _plain(asdict(self.settings)):
            raise ValueError("the state is of a run with other settings")
        self.objective.load_state_dict(cast("dict[str, object]", state["objective"]))
        self._optimizer = self._new_optimizer()
        self._optimizer.load_state_dict(copy.deepcopy(cast("dict[str, object]", state["optimizer"])))
        self._kept = _Kept(**cast("dict[str, object]", state["kept"]))  # type: ignore[arg-type]  # as written
        self._best = cast("list[Tensor] | None", state["best"])
        best = cast("float | None", state["best_loss"])
        self._best_loss = math.inf if best is None else best
        mark = cast("float | None", state["mark"])
        self._mark = math.inf if mark is None else mark
        self.totals = cast("Tensor", state["totals"]).tolist()
        self.losses = dict(cast("dict[str, float]", state["losses"]))
        self.checks = [Check(int(u), float(x)) for u, x in cast("list[list[float]]", state["checks"])]
        self.updates = cast("int", state["updates"])
        self._round = cast("int", state["round"])
        self._chunks = cast("int | None", state["chunks"])
        self._back_off = cast("float", state["back_off"])
        self._failures = cast("int", state["failures"])
        self._calm = cast("int", state["calm"])
        self.rollbacks = cast("int", state["rollbacks"])
        self._waited = cast("int", state["waited"])
        self._checking = 0 if state["is_checking"] else None
        self._is_over = bool(state["is_over"])
        self._chunk, self._held_out, self._gathered = 0, 0.0, {}
        self._clear_gradients()


def _plain(value: object) -> object:
    """Tuples as lists, as they come back from a file of another hand."""
    if isinstance(value, dict):
        return {name: _plain(v) for name, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, list | tuple) else value
