"""Lock: a line that leaves alone what other lines move."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

import torch
from torch import Tensor

from wend.latents.factor import FactorWalk
from wend.latents.walk import Direction, Walk

_NOTHING = 1e-6
"""Of a direction's length: what is left of it beside a parallel one is rounding."""
_LEAST_SHARE = 0.25
"""Of a factor's own way: where locks leave less, it goes four times as far and no further."""


@dataclass(frozen=True)
class HeldFactor:
    """A factor beside locked walks: it goes by the factor's own values, along what the locks leave.

    way: what one standard deviation of the factor's position moves, unit 1. Source: ours.
    """

    factor: FactorWalk
    way: Direction

    @property
    def space(self) -> Literal["z", "w"]:
        return self.way.space

    @property
    def layers(self) -> tuple[int, int]:
        return self.way.layers

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """z [N, D] or ws [N, L, D] with the factor moved by alpha, as far as its own way goes."""
        if alpha == 0.0:
            return latent
        position = self.factor.position(latent)
        by = self.factor.curve.moved(position, alpha) - position
        start, end = self.layers
        vector = self.way.vector.double()
        if self.space == "z":
            return latent + (by[:, None] * vector).to(latent.dtype)
        moved = latent.clone()
        moved[:, start:end] += (by[:, None, None] * vector[start:end]).to(latent.dtype)
        return moved

    def restricted(self, layers: tuple[int, int]) -> "HeldFactor":
        return HeldFactor(self.factor.restricted(layers), self.way.restricted(layers))

    def to(self, device: torch.device) -> "HeldFactor":
        return HeldFactor(self.factor.to(device), self.way.to(device))


@dataclass(frozen=True)
class Held:
    """A line beside locked ones. strength: 0..1, how much of its length is left. Of a direction that is not
    made up for: alpha counts in the unit of the whole direction. A factor still comes to its value, where a
    quarter of its way or more is left. count: locks that it was held by."""

    walk: Walk
    strength: float
    count: int


def is_line(walk: Walk) -> TypeGuard[Direction | FactorWalk]:
    """Whether it moves every latent along one line, however far."""
    return isinstance(walk, Direction | FactorWalk)


def can_hold(locked: Walk, moved: Walk) -> bool:
    """Whether a lock says anything of a move: both go along lines in one space, with rows in common.

    What a curved walk or one in another space changes along the lock depends on the picture.
    """
    if not is_line(locked) or not is_line(moved) or locked.space != moved.space:
        return False
    common = min(locked.layers[1], moved.layers[1]) - max(locked.layers[0], moved.layers[0])
    return locked.space == "z" or common > 0


def hold(moved: Walk, locked: Sequence[Walk]) -> Held:
    """The move nearest to this one that leaves alone what the locks hold, in its own rows alone.

    With the locked lines cut to the move's rows, it is d less that sum of them, c_i m_i, after which
    <d, r_i> over all rows is 0. Of a direction m = r, its vector: what is taken away is the projection onto
    the span of the locks. Of a factor r is what its position is read by and m what moves it, so that its
    value stays whatever the other slider does, by moving back along its own line. Walks that no lock can hold
    come back as they are. Computed in float64 on the CPU, whatever the device, so that it is the same on all.

    Source: Shen, Gu, Tang and Zhou, "Interpreting the latent space of GANs for semantic face editing",
    CVPR 2020, section 3.3, conditional manipulation, n1 - (n1 . n2) n2; of several the projection onto the
    complement of their span; of factors ours.
    """
    holding = [each for each in locked if is_line(each) and can_hold(each, moved)]
    if not holding or not is_line(moved):
        return Held(moved, 1.0, 0)
    own = rows_of(moved, moved.layers)
    moves = torch.stack([rows_of(each, moved.layers).flatten() for each in holding], dim=1)
    reads = torch.stack([_reads(each, moved.layers).flatten() for each in holding], dim=1)
    shares = torch.linalg.lstsq(reads.T @ moves, reads.T @ own.flatten()[:, None], driver="gelsd").solution
    left = own - (moves @ shares).view_as(own)
    strength = float(left.norm() / own.norm()) if bool(own.norm() > 0.0) else 0.0
    if strength < _NOTHING:
        strength, left = 0.0, torch.zeros_like(left)
    walk = _along(moved, left)
    return Held(walk, min(strength, 1.0), len(holding))


def rows_of(walk: Direction | FactorWalk, window: tuple[int, int]) -> Tensor:
    """What alpha 1, or of a factor one standard deviation, adds to the style rows [start, end) of a window,
    float64 [R, D] on the CPU; 0 in rows outside its layers. In z there is one row."""
    shift = walk.vector * walk.unit if isinstance(walk, Direction) else walk.move
    return _cut(shift, walk, window)


def _reads(walk: Direction | FactorWalk, window: tuple[int, int]) -> Tensor:
    """What tells how far latents lie along a line, up to a factor, [R, D] as `rows_of`."""
    return rows_of(walk, window) if isinstance(walk, Direction) else _cut(walk.read, walk, window)


def _cut(vector: Tensor, walk: Walk, window: tuple[int, int]) -> Tensor:
    vector = vector.detach().to("cpu", torch.float64)
    if walk.space == "z":
        return vector[None]
    start, end = window
    low, high = max(start, walk.layers[0]), min(end, walk.layers[1])
    found = torch.zeros(end - start, vector.shape[-1], dtype=torch.float64)
    if low < high:
        found[low - start : high - start] = vector if vector.dim() == 1 else vector[low:high]
    return found


def _along(moved: Direction | FactorWalk, left: Tensor) -> Walk:
    """The walk along what is left of its rows, [R, D]."""
    like = moved.vector if isinstance(moved, Direction) else moved.move
    if isinstance(moved, FactorWalk):
        share = float((_reads(moved, moved.layers) * left).sum() / len(left))
        left = left / max(share, _LEAST_SHARE)
    vector = left[0]
    if moved.space == "w":
        vector = torch.zeros(moved.layers[1], left.shape[1], dtype=left.dtype)
        vector[moved.layers[0] :] = left
    way = Direction(vector.to(like), 1.0, moved.space, moved.layers)
    return way if isinstance(moved, Direction) else HeldFactor(moved, way)
