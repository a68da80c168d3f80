"""Candidates: what a training may leave - its newest numbers, averaged, and those that came nearest."""

from typing import cast

import torch
from torch import Tensor

from wend.methods.sketch.match import Look, MatchLook, best_of, nearest_of
from wend.methods.sketch.pupil import Pupil

_WARMS = 9
"""Of the averages the newest numbers are _WARMS / (update + _WARMS) at first: half of them after so many."""


class Candidates:
    """looks: so far, in order."""

    def __init__(self, pupil: Pupil, look: MatchLook, keeps: float) -> None:
        """keeps: of the averages, how much stays each time; 0: the newest alone."""
        self._pupil, self._look, self._keeps = pupil, look, keeps
        self.looks: list[Look] = []
        self._averages = pupil.weights()
        self._best = pupil.weights()

    @property
    def best(self) -> Look | None:
        """See `best_of`; None before the first look."""
        return best_of(self.looks)

    @property
    def nearest(self) -> Look | None:
        """The one with the smallest gap; None before the first look."""
        return nearest_of(self.looks)

    @torch.no_grad()
    def average(self, update: int) -> None:
        """After `update` updates, 1 or more."""
        keeps = min(self._keeps, update / (update + _WARMS))
        for name, newest in self._pupil.weights().items():
            self._averages[name].lerp_(newest, 1.0 - keeps)

    def take_look(self, update: int) -> Look:
        """Holds samples against the held-out drawings now; keeps the best so far."""
        newest = self._pupil.weights()
        self._pupil.take(self._averages)
        look = self._look.look(self._pupil.generator, update)
        self._pupil.take(newest)
        self.looks.append(look)
        if self.best is look:
            self._best = {name: tensor.clone() for name, tensor in self._averages.items()}
        return look

    def take_best(self) -> None:
        """The pupil as it was nearest to the drawings."""
        self._pupil.take(self._best)

    def take_last(self) -> None:
        """The pupil as it is now, averaged where that was asked for."""
        self._pupil.take(self._averages)

    def state_dict(self) -> dict[str, object]:
        return {
            "averages": dict(self._averages),
            "best": dict(self._best),
            "looks": torch.tensor(
                [[look.update, look.match, look.gap, look.error] for look in self.looks], dtype=torch.float64
            ),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, RuntimeError."""
        for own, name in ((self._averages, "averages"), (self._best, "best")):
            kept = cast("dict[str, Tensor]", state[name])
            for key, tensor in own.items():
                tensor.copy_(kept[key])
        rows = cast("Tensor", state["looks"]).reshape(-1, 4).tolist()
        self.looks = [Look(int(update), *told) for update, *told in rows]
