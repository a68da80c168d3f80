"""Steer ranges: how far learned walks can go, looked for in slices whose number is known beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.walk import Walk
from wend.measure.limits import MAX_ALPHA, UsableRange, find_range, fit_likeness
from wend.measure.probe import Probe
from wend.measure.slices import Sliced
from wend.methods.steer.build import SteerTask
from wend.methods.steer.records import learned_walks, seed_showing

_REFERENCE_SEEDS = list(range(10_000, 10_400))
_PROBE_SEEDS = list(range(5))
# Ranges are looked for in steps of a quarter of the trained one, six at most: up to one and a half times it.
_RANGE_STEP = 0.25
# Looks at all probe seeds for one walk, at most: standing still, both signs to the last step, the strength.
_LOOKS = 1 + 2 * MAX_ALPHA + 3


def pictures_of(walks: int) -> int:
    """How many pictures the ranges of so many walks take, at most."""
    return len(_REFERENCE_SEEDS) + walks * _LOOKS * len(_PROBE_SEEDS)


class SteerRanges:
    """Finds the usable range of every walk, in its unit, up to one and a half times the trained one."""

    def __init__(self, task: SteerTask, generator: Generator) -> None:
        self._task, self._generator = task, generator
        self._walks = learned_walks(task)
        self._reference = Probe(generator, task.psi, _REFERENCE_SEEDS)
        self._found: list[UsableRange] = []
        self._has_likeness = False
        self._done = self._done_before = 0.0
        self._slices = self._run()

    def step(self) -> bool:
        """One slice of a few pictures; True when all are found."""
        with torch.no_grad():
            try:
                next(self._slices)
            except StopIteration:
                return True
        # Of the stretch that the slice was of: both have slices of about as many pictures.
        count = len(_PROBE_SEEDS if self._has_likeness else _REFERENCE_SEEDS)
        self._done += count / -(-count // self._reference.chunk)
        return False

    @property
    def found(self) -> Sequence[UsableRange]:
        """In the order of the task's walks."""
        return tuple(self._found)

    @property
    def done(self) -> float:
        """Pictures drawn so far, about."""
        return self._done

    @property
    def left(self) -> float:
        """Pictures still to draw, at most; each walk that takes fewer makes it fall."""
        walks = len(self._walks) - len(self._found)
        total = float(pictures_of(walks) - (len(_REFERENCE_SEEDS) if self._has_likeness else 0))
        return max(total - (self._done - self._done_before), 0.0) if walks else 0.0

    def _run(self) -> Sliced[None]:
        likeness = yield from fit_likeness(self._reference)
        self._has_likeness, self._done_before = True, self._done
        for learned in self._walks:
            seeds = [seed_showing(learned.class_index, k, self._generator.spec.c_dim) for k in _PROBE_SEEDS]
            scale = _RANGE_STEP * self._task.reach
            walk = _Scaled(learned.walk.to(self._generator.device), scale)
            probe = Probe(self._generator, self._task.psi, seeds)
            usable = yield from find_range(probe, likeness, walk)
            self._found.append(UsableRange(usable.low * scale, usable.high * scale, usable.strength))
            self._done_before = self._done


@dataclass(frozen=True)
class _Scaled:
    """A walk whose alpha 1 is `factor` of another's."""

    walk: Walk
    factor: float

    @property
    def space(self) -> Literal["z", "w"]:
        return self.walk.space

    @property
    def layers(self) -> tuple[int, int]:
        return self.walk.layers

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        return self.walk.apply(latent, alpha * self.factor)

    def restricted(self, layers: tuple[int, int]) -> "_Scaled":
        return _Scaled(self.walk.restricted(layers), self.factor)

    def to(self, device: torch.device) -> "_Scaled":
        return _Scaled(self.walk.to(device), self.factor)
