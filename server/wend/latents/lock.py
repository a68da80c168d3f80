"""Lock: a direction that leaves alone what other directions move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from wend.latents.walk import Direction, Walk

_NOTHING = 1e-6
"""Of a direction's length: what is left of it beside a parallel one is rounding."""


@dataclass(frozen=True)
class Held:
    """A direction beside locked ones. strength: 0..1, how much of its length is left, which is not made up
    for: alpha counts in the unit of the whole direction. count: locks that it was held by."""

    walk: Walk
    strength: float
    count: int


def can_hold(locked: Walk, moved: Walk) -> bool:
    """Whether a lock says anything of a move: both are straight lines in one space, with rows in common.

    What a curved walk or one in another space changes along the lock depends on the picture.
    """
    if not isinstance(locked, Direction) or not isinstance(moved, Direction) or locked.space != moved.space:
        return False
    common = min(locked.layers[1], moved.layers[1]) - max(locked.layers[0], moved.layers[0])
    return locked.space == "z" or common > 0


def hold(moved: Walk, locked: Sequence[Walk]) -> Held:
    """The move nearest to this one that goes no step along the locks, in its own rows alone.

    With the locked directions l_i cut to the move's rows, it is d minus its projection onto their span, so
    that <d, l_i> over all rows is 0. Walks that no lock can hold come back as they are. Computed in float64
    on the CPU, whatever the device, so that it is the same on all of them.

    Source: Shen, Gu, Tang and Zhou, "Interpreting the latent space of GANs for semantic face editing",
    CVPR 2020, section 3.3, conditional manipulation, n1 - (n1 . n2) n2; of several the projection onto the
    complement of their span.
    """
    holding = [each for each in locked if isinstance(each, Direction) and can_hold(each, moved)]
    if not holding or not isinstance(moved, Direction):
        return Held(moved, 1.0, 0)
    own = rows_of(moved, moved.layers)
    spans = torch.stack([rows_of(each, moved.layers).flatten() for each in holding], dim=1)
    shares = torch.linalg.lstsq(spans, own.flatten()[:, None], driver="gelsd").solution
    left = own - (spans @ shares).view_as(own)
    strength = float(left.norm() / own.norm()) if bool(own.norm() > 0.0) else 0.0
    if strength < _NOTHING:
        strength, left = 0.0, torch.zeros_like(left)
    vector = left[0]
    if moved.space == "w":
        vector = torch.zeros(moved.layers[1], own.shape[1], dtype=own.dtype)
        vector[moved.layers[0] :] = left
    walk = replace(moved, vector=vector.to(moved.vector), unit=1.0)
    return Held(walk, min(strength, 1.0), len(holding))


def rows_of(walk: Direction, window: tuple[int, int]) -> Tensor:
    """What alpha 1 adds to the style rows [start, end) of a window, float64 [R, D] on the CPU; 0 in rows
    outside its layers. In z there is one row."""
    shift = walk.vector.detach().to("cpu", torch.float64) * walk.unit
    if walk.space == "z":
        return shift[None]
    start, end = window
    low, high = max(start, walk.layers[0]), min(end, walk.layers[1])
    found = torch.zeros(end - start, shift.shape[-1], dtype=torch.float64)
    if low < high:
        found[low - start : high - start] = shift if shift.dim() == 1 else shift[low:high]
    return found
