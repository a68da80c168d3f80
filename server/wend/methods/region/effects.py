"""Region effects: what every principal axis of w changes at one picture, known axis by axis."""

import time
from collections.abc import Callable

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.region.jacobian import Linearization
from wend.methods.region.space import RegionSpace, Rows, row_groups

_AXES_A_TIME = 4


class RegionJacobian:
    """The derivatives at one picture, grown axis by axis and kept: masks come and go over one picture.

    Searches that take turns over one picture grow it together: whoever asks goes on with the part that is
    being made, whoever began it.
    axes_a_time: in one part; larger ones cost less an axis. effects: float32 [G, K, 3, h, w] for the first K
    axes on each of G ranges of rows.
    """

    def __init__(
        self,
        at: Linearization,
        space: RegionSpace,
        layers: Rows | None,
        axes_a_time: int = _AXES_A_TIME,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """clock: seconds, what derivatives may take is counted by."""
        self.at = at
        self._clock = clock
        self._axes_a_time = axes_a_time
        self.groups = row_groups(at.generator.spec.num_ws, layers or at.generator.spec.rows)
        self.axes = space.axes
        self._parts: list[Tensor] = []
        self._making: Sliced[None] | None = None
        self.seconds = 0.0

    @property
    def effects(self) -> Tensor:
        return torch.cat(self._parts, dim=1)

    @property
    def size(self) -> int:
        """K."""
        return sum(part.shape[1] for part in self._parts)

    def grow(self, seconds: float, least: int, most: int) -> Sliced[None]:
        """Add axes until so many seconds have gone into them in all; `least` at least, `most` at most."""
        most = min(most, len(self.axes))
        while self.size < most and (
            self.size < least or self.seconds * (1 + self._axes_a_time / self.size) < seconds
        ):
            if self._making is None:
                self._making = self._part(self.axes[self.size : min(most, self.size + self._axes_a_time)])
            began = self._clock()
            try:
                next(self._making)
            except StopIteration:
                self._making = None
                continue
            except Exception:
                self._making = None  # a generator that raised is over: the next who asks begins the part anew
                raise
            finally:
                self.seconds += self._clock() - began
            yield

    def _part(self, axes: Tensor) -> Sliced[None]:
        """Add the effects of axes [n, D], the next ones, when all are known."""
        made: list[Tensor] = []
        for group in self.groups:
            made.append((yield from self.at.push(axes, group)))  # noqa: PERF401 - no comprehension yields
        self._parts.append(torch.stack(made))
