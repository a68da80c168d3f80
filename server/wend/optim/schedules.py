"""Schedules: how the learning rate goes over a run."""

import math
from dataclasses import dataclass
from typing import Literal, assert_never

Shape = Literal["constant", "cosine", "linear"]


@dataclass(frozen=True)
class Schedule:
    """A factor on the learning rate over a run: up from 0 during `warmup`, then along `shape` to `floor`.

    warmup: share of the run, 0..1; floor: what is left at the end, 0..1, of no matter to 'constant'; drops:
    shares of the run from which on the factor is halved, once for each.
    Source: Loshchilov and Hutter, "SGDR", ICLR 2017, eq. 5, for the cosine.
    """

    shape: Shape = "constant"
    warmup: float = 0.0
    floor: float = 0.0
    drops: tuple[float, ...] = ()

    def factor(self, update: int, updates: int) -> float:
        """Of update number `update` (from 0) out of `updates`; never 0 before the run ends."""
        # Half an update on: the first is not lost to a factor of 0, nor the last.
        share = (update + 0.5) / updates
        return self._along(share) * 0.5 ** sum(share > drop for drop in self.drops)

    def _along(self, share: float) -> float:
        if share < self.warmup:
            return share / self.warmup
        left = 1.0 - (share - self.warmup) / (1.0 - self.warmup)
        match self.shape:
            case "constant":
                return 1.0
            case "cosine":
                return self.floor + (1.0 - self.floor) * 0.5 * (1.0 - math.cos(math.pi * left))
            case "linear":
                return self.floor + (1.0 - self.floor) * left
        assert_never(self.shape)
