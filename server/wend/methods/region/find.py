"""Region find: one slider of a painted region, and its place in the list of those known by now."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from wend.library.walk_record import WalkRecord
from wend.methods.region.name import ChangeKind
from wend.methods.region.truth import RegionTruth

MOST_SLIDERS = 10
_USUAL, _ENOUGH = 3.0, 6.0
"""Focus of a slider of which no factors are read, and from which on more counts no more: what others move by
then is what a network reads wrongly."""
_IMPROVED = 0.8
"""Cosine of what two sliders change between their ends, from which on they are of one effect."""


@dataclass(frozen=True)
class RegionFind:
    """One slider: its walk, and what was measured of it on the picture it was found at. key: of its
    direction, whichever way it points; focus: as `RegionName` has it."""

    record: WalkRecord
    truth: RegionTruth
    place: str
    kind: ChangeKind
    moves: str
    key: str
    focus: float | None = None

    @property
    def score(self) -> float:
        """What ranks sliders: the change inside for what it costs outside, in pixels and in factors; a large
        one first of equals."""
        focus = _USUAL if self.focus is None else min(self.focus, _ENOUGH)
        return focus * self.truth.inside / (self.truth.outside + 1.0)


def like(find: RegionTruth, finds: Sequence[RegionFind]) -> list[RegionFind]:
    """Those of about the same effect."""
    return [other for other in finds if _is_same(other.truth, find)]


def taken_up(
    found: Sequence[RegionFind], find: RegionFind, replaced: Sequence[RegionFind]
) -> tuple[RegionFind, ...]:
    """The list with one more: in the place of the first that it replaces, else at the end, or, where there
    are enough, in the place of the worst, if it is better. A list that somebody looks at is not sorted anew.
    """
    gone = [other.key for other in replaced]
    if not gone and len(found) == MOST_SLIDERS:
        worst = min(found, key=lambda each: each.score)
        if worst.score >= find.score:
            return tuple(found)
        gone = [worst.key]
    if not gone:
        return (*found, find)
    kept = [find if other.key == gone[0] else other for other in found if other.key not in gone[1:]]
    return tuple(kept)


def _is_same(one: RegionTruth, other: RegionTruth) -> bool:
    """Two directions of about the same effect between their ends."""
    a, b = ((truth.images[-1] - truth.images[0]).flatten() for truth in (one, other))
    return abs(float(a @ b)) > _IMPROVED * float(a.norm() * b.norm())


def turned(truth: RegionTruth) -> RegionTruth:
    """The same slider with its ends swapped."""
    return replace(
        truth,
        low=-truth.high,
        high=-truth.low,
        low_end=truth.high_end,
        high_end=truth.low_end,
        alphas=tuple(-alpha for alpha in reversed(truth.alphas)),
        images=truth.images.flip(0),
    )


def digest(vector: Tensor) -> str:
    """6 hex digits of a direction, whichever way it points."""
    flat = vector.flatten().cpu()
    flat = flat / (flat.norm() * flat[flat.abs().argmax()].sign())
    rounded = flat.mul(1e4).round().to(torch.int32)
    return hashlib.sha256(rounded.numpy().tobytes()).hexdigest()[:6]
