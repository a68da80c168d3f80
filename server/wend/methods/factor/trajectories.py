"""Trajectories: pictures edited a little more each time, and the codes that draw them, one from another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor

from wend.methods.factor.codes import Painter, into_ball
from wend.methods.factor.descents import Descents
from wend.methods.factor.edits import FactorEdit
from wend.methods.factor.inversion import Inversion, RowLosses
from wend.methods.factor.loss import FactorLoss
from wend.methods.factor.place import placed
from wend.methods.factor.records import Records, joined
from wend.optim.optimization import Optimization
from wend.optim.settings import OptimizationSettings

Way = Literal["adam", "descent"]
"""How codes are looked for. adam: as published, in the one loop; descent: each code by steps of its own that
never go up, which leaves what does not matter where it was."""

_LEAST_LOSS = 1e-9
_FLAT_AFTER = 4
"""Updates over which a loss must still fall, where an early end is asked for."""


@dataclass(frozen=True)
class TrajectoryPlan:
    """What fixes a run of Algorithm 1.

    strengths: |t|, rising, each gone to with both signs; updates: of every target, K; learning_rate: of Adam,
    whose moments begin anew with every target; is_warm: each target sets out from the code of the one before,
    else from the start; has_ball: codes are kept in the ball of radius sqrt(K) after every update, and at the
    start. least_fall: share by which the loss must have fallen over four updates, else the target ends
    early; 0: never. chunk: pictures at once; method: as `Way`.
    """

    strengths: tuple[float, ...]
    updates: int
    learning_rate: float
    chunk: int
    is_warm: bool = True
    has_ball: bool = True
    least_fall: float = 0.0
    method: Way = "adam"


class Trajectories:
    """Algorithm 1, all starts and both signs in one batch, a chunk of pictures at a time.

    First the starts' pictures are painted; then for every strength an optimisation of its own (so that
    moments begin anew), and a look at what was reached. Rows 0 to S - 1 go back (-t), S to 2 S - 1 forth.
    Losses in the records are those of the codes they stand beside; the source stores the one before the last
    update. starts: [S, K]; classes: int64 [S], -1 without.
    Source: Plumerault, Le Borgne and Hudelot, ICLR 2020, Algorithm 1.
    """

    def __init__(
        self, painter: Painter, edit: FactorEdit, loss: FactorLoss, starts: Tensor, classes: Tensor,
        plan: TrajectoryPlan,
    ) -> None:  # fmt: skip
        self.plan = plan
        self._painter, self._edit, self._loss = painter, edit, loss
        starts = into_ball(starts) if plan.has_ball else starts
        self.count = len(starts)
        self._starts = torch.cat([starts, starts])
        self._classes = torch.cat([classes, classes])
        self._one_hot = None
        if painter.generator.spec.c_dim:
            count = painter.generator.spec.c_dim
            self._one_hot = torch.nn.functional.one_hot(self._classes, count).float().to(starts.device)
        self.chunks = _chunks(2 * self.count, plan.chunk)
        self._start_chunks = _chunks(self.count, plan.chunk)
        self._pictures: list[Tensor] = []
        self.stage = 0
        self.losses: dict[str, float] = {}
        self.updates = self._updates_before = 0
        self._search: Optimization | Descents | None = None
        self._looked: list[tuple[Tensor, Tensor]] = []
        self._found: list[Records] = []
        self._codes = self._starts.clone()

    @property
    def is_done(self) -> bool:
        return self.stage == len(self.plan.strengths)

    @property
    def starts(self) -> Tensor:
        """Codes [S, K] on the device."""
        return self._starts[: self.count]

    @property
    def is_at_rest(self) -> bool:
        """A descent, a look and the starts' pictures are done anew after a stop, as they were."""
        return not isinstance(self._search, Optimization) or self._search.is_at_rest

    @property
    def is_painting(self) -> bool:
        """Whether the starts are being painted still."""
        return len(self._pictures) < len(self._start_chunks)

    @property
    def fraction(self) -> float:
        """0..1; a target that ends early counts whole."""
        share = 0.0 if self._search is None else self._search.fraction
        return min(1.0, (self.stage + 0.95 * share) / len(self.plan.strengths))

    @property
    def records(self) -> Records:
        """Of all strengths that are done; there is one at least."""
        return joined(self._found)

    @property
    def has_records(self) -> bool:
        return bool(self._found)

    def step(self) -> None:
        """One chunk: of the starts' pictures, of an update, or of a look at what was reached."""
        if self.is_painting:
            rows = self._start_chunks[len(self._pictures)]
            with torch.no_grad():
                # A thousand large ones would take more memory than the device has.
                self._pictures.append(self.paint(rows, self._starts[rows]).cpu())
            return
        search = self._searching()
        if search.is_done or self._is_flat(search):
            self._look(search)
            return
        before = _rounds(search)
        search.step()
        self.updates += _rounds(search) - before
        if isinstance(search, Optimization):
            self.losses = dict(search.losses) or self.losses
        elif search.rounds:
            self.losses = {"total": search.value}

    def losses_of(self, rows: Sequence[int], codes: Tensor, strength: float) -> Tensor:
        """Of the pictures of codes [n, K] in place of these rows, [n]."""
        return self.compare(rows, self.paint(rows, codes), strength)

    def compare(self, rows: Sequence[int], images: Tensor, strength: float) -> Tensor:
        """Losses [n] of images against the edited pictures of the starts of these rows, in rising order."""
        own = self._picture_of(rows)
        back = sum(row < self.count for row in rows)
        losses: list[Tensor] = []
        for part, sign in ((slice(0, back), -1.0), (slice(back, len(rows)), 1.0)):
            if part.start == part.stop:
                continue
            with torch.no_grad():
                target, mask = self._edit.apply(own[part], sign * strength)
            losses.append(self._loss(images[part], target, mask))
        return torch.cat(losses)

    def compare_all(self, row: int, image: Tensor, strengths: Sequence[float]) -> Tensor:
        """Losses [M] of one image [1, 3, R, R] against a start's picture under edits of several strengths,
        wherever these put it if they are about the picture's middle."""
        own = self._picture_of([row])
        edited = [self._edit.apply(own, t) for t in strengths]
        target, mask = (torch.cat(parts) for parts in zip(*edited, strict=True))
        if self._edit.is_about_middle:
            target, mask = placed(image, target, mask)
        return self._loss(image.expand(len(target), -1, -1, -1), target, mask)

    def paint(self, rows: Sequence[int], codes: Tensor) -> Tensor:
        """Pictures of codes [n, K] in place of these rows."""
        index = list(rows)
        one_hot = None if self._one_hot is None else self._one_hot[index]
        return self._painter.paint(codes, self._starts[index], one_hot)

    def shown(self, start: int) -> Tensor | None:
        """Codes [n, K] of one start from its lowest t to its highest, as far as they are found."""
        if not self._found:
            return None
        back = [records.code[start] for records in reversed(self._found)]
        forth = [records.code[self.count + start] for records in self._found]
        return torch.stack([*back, self._starts[start].cpu(), *forth]).to(self._starts.device)

    def picture(self, start: int, codes: Tensor) -> Tensor:
        """Pictures of any codes [n, K] that set out from a start, without a gradient."""
        with torch.no_grad():
            return self.paint([start] * len(codes), codes)

    def _picture_of(self, rows: Sequence[int]) -> Tensor:
        places = (row % self.count for row in rows)
        own = [self._pictures[at // self.plan.chunk][at % self.plan.chunk] for at in places]
        return torch.stack(own).to(self._starts.device)

    def let_go(self) -> None:
        """The starts' pictures are not needed any more; who steps again paints them anew."""
        self._pictures = []

    def _searching(self) -> "Optimization | Descents":
        if self._search is None:
            plan = self.plan
            strength = plan.strengths[self.stage]
            self._updates_before = self.updates
            codes = self._codes if plan.is_warm else self._starts
            if plan.method == "descent":
                self._search = Descents(self._shares(strength), codes, plan.updates, plan.chunk)
            else:
                settings = OptimizationSettings(plan.updates, learning_rate=plan.learning_rate, rounds=0)

                def losses(rows: Sequence[int], own: Tensor) -> Tensor:
                    return self.losses_of(rows, own, strength)

                objective = Inversion(losses, self.chunks, codes, plan.has_ball)
                self._search = Optimization(objective, settings)
        return self._search

    def _shares(self, strength: float) -> RowLosses:
        """Losses in shares of the start's own: a step of a descent is then as long for any loss and edit."""

        def evaluate(rows: Sequence[int], codes: Tensor) -> Tensor:
            # The ball as a place: what is looked at is always within it.
            placed = into_ball(codes) if self.plan.has_ball else codes
            with torch.no_grad():
                before = self.compare(rows, self._picture_of(rows), strength)
            return self.losses_of(rows, placed, strength) / before.clamp_min(_LEAST_LOSS)

        return evaluate

    def _is_flat(self, search: "Optimization | Descents") -> bool:
        if self.plan.least_fall == 0.0 or not isinstance(search, Optimization) or not search.is_at_rest:
            return False
        totals = search.totals
        is_long = len(totals) > _FLAT_AFTER
        return is_long and totals[-1] > (1.0 - self.plan.least_fall) * totals[-1 - _FLAT_AFTER]

    def _look(self, search: "Optimization | Descents") -> None:
        rows = self.chunks[len(self._looked)]
        strength = self.plan.strengths[self.stage]
        codes = self._reached(search)
        with torch.no_grad():
            losses = self.losses_of(rows, codes[rows], strength)
            before = self.compare(rows, self._picture_of(rows), strength)
        self._looked.append((losses.cpu(), before.cpu()))
        if len(self._looked) < len(self.chunks):
            return
        self._codes = codes
        t = torch.full((2 * self.count,), strength, dtype=torch.float64)
        t[: self.count] *= -1.0
        self._found.append(
            Records(
                self._starts.cpu(),
                codes.cpu(),
                t,
                torch.cat([losses for losses, _ in self._looked]),
                torch.cat([before for _, before in self._looked]),
                torch.arange(2 * self.count) % self.count,
                self._classes.clone(),
            )
        )
        self._looked, self._search = [], None
        self._updates_before = self.updates
        self.stage += 1

    def _reached(self, search: "Optimization | Descents") -> Tensor:
        if isinstance(search, Optimization):
            return cast("Inversion", search.objective).code.detach().clone()
        return into_ball(search.codes) if self.plan.has_ball else search.codes

    def state_dict(self) -> dict[str, object]:
        """Only when at rest."""
        assert self.is_at_rest
        is_loop = isinstance(self._search, Optimization)
        return {
            "starts": self.starts.cpu(),
            "stage": self.stage,
            # A descent is begun anew, with what it has counted.
            "updates": self.updates if is_loop else self._updates_before,
            "losses": dict(self.losses),
            "codes": self._codes.cpu(),
            "found": [records.tensors() for records in self._found],
            "optimization": cast("Optimization", self._search).state_dict() if is_loop else None,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other starts or settings, KeyError."""
        if not torch.equal(cast("Tensor", state["starts"]), self.starts.cpu()):
            raise ValueError("the state is of other starts")
        self.stage = cast("int", state["stage"])
        self.updates = self._updates_before = cast("int", state["updates"])
        self.losses = dict(cast("dict[str, float]", state["losses"]))
        self._codes = cast("Tensor", state["codes"]).to(self._starts.device)
        self._found = [Records(**found) for found in cast("list[dict[str, Tensor]]", state["found"])]
        self._looked, self._search = [], None
        inner = cast("dict[str, object] | None", state["optimization"])
        if inner is not None:
            cast("Optimization", self._searching()).load_state_dict(inner)


def _rounds(search: Optimization | Descents) -> int:
    return search.updates if isinstance(search, Optimization) else search.rounds


def _chunks(count: int, size: int) -> list[list[int]]:
    return [list(range(i, min(count, i + size))) for i in range(0, count, size)]
