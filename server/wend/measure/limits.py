"""Limits: how far along a walk pictures stay pictures, found by rendering."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.latents.walk import Walk
from wend.measure.likeness import Likeness, picture_statistics
from wend.measure.probe import Probe
from wend.measure.slices import Sliced

MAX_ALPHA = 6
# A step that changes the picture by less than this share of the walk's largest step is no step.
STALLED = 0.08


@dataclass(frozen=True)
class UsableRange:
    """low <= 0 <= high in the walk's unit, and the median mean absolute pixel change there, 0..1."""

    low: float
    high: float
    strength: float


def fit_likeness(probe: Probe) -> Sliced[Likeness]:
    """A Likeness of the generator's own pictures, those of the probe's seeds (100 or more)."""
    statistics: list[Tensor] = []
    for part in probe.chunks:
        statistics.append(picture_statistics(probe.render(part)))
        yield
    return Likeness.fit(torch.cat(statistics))


def find_range(probe: Probe, likeness: Likeness, walk: Walk) -> Sliced[UsableRange]:
    """The usable range of one walk.

    For either sign alpha goes 1, 2, ... up to 6. The range ends where the median over the probe's
    seeds of the pictures' unlikeness (see Likeness; interpolated between steps) passes 1, that is
    where a typical edited picture is stranger than all but one in a hundred of the generator's own;
    or before a step that changes nothing any more. Beyond six standard deviations lies nothing that
    the generator was trained on, whatever the pictures look like.
    """
    start = yield from _render(probe)
    limits: list[float] = []
    for sign in (1.0, -1.0):
        side = _Side(likeness, start)
        for step in range(1, MAX_ALPHA + 1):
            images = yield from _render(probe, walk, sign * step)
            if side.is_over(images):
                break
        limits.append(round(side.limit, 2))
    low, high = -limits[1], limits[0]
    strength = yield from find_strength(probe, walk, low, high)
    return UsableRange(low, high, strength)


def find_strength(probe: Probe, walk: Walk, low: float, high: float) -> Sliced[float]:
    """Median over seeds of the mean absolute pixel change, averaged over both ends of a range, 0..1."""
    start = yield from _render(probe)
    at_low = yield from _render(probe, walk, low)
    at_high = yield from _render(probe, walk, high)
    return 0.5 * (median_change(at_low, start) + median_change(at_high, start))


def _render(probe: Probe, walk: Walk | None = None, alpha: float = 0.0) -> Sliced[Tensor]:
    """The pictures of all seeds, moved."""
    parts: list[Tensor] = []
    for part in probe.chunks:
        parts.append(probe.render(part, walk, alpha))
        yield
    return torch.cat(parts)


class _Side:
    """One sign of a walk, gone along in steps of one."""

    def __init__(self, likeness: Likeness, start: Tensor) -> None:
        self.likeness = likeness
        self.last = start
        self.unlikeness = self._median(start)
        self.largest = 0.0
        self.limit = 0.0

    def is_over(self, images: Tensor) -> bool:
        """Take the pictures one step further; True when the limit has been found before them."""
        change = median_change(images, self.last)
        self.largest = max(self.largest, change)
        if change <= STALLED * self.largest:
            return True
        unlikeness = self._median(images)
        if unlikeness > 1.0:
            if self.unlikeness < 1.0:
                self.limit += (1.0 - self.unlikeness) / (unlikeness - self.unlikeness)
            return True
        self.limit += 1.0
        self.last, self.unlikeness = images, unlikeness
        return False

    def _median(self, images: Tensor) -> float:
        return float(self.likeness.unlikeness(images).median())


def median_change(images: Tensor, start: Tensor) -> float:
    """Median over samples of the mean absolute pixel change, as a share of the pixel range, 0..1."""
    return float((images - start).abs().mean(dim=(1, 2, 3)).median()) / 2.0
