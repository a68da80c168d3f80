"""Locks: the moves of a picture, those that are not locked made to leave alone what the locked ones move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from wend.latents.lock import can_hold, hold
from wend.latents.walk import Walk
from wend.pictures.recent import Recent


@dataclass(frozen=True)
class Move:
    """A walk on the generator's device, with the digest of what it does. device: where its tensors lie."""

    digest: str
    walk: Walk
    alpha: float
    is_locked: bool
    device: torch.device


class Locks:
    """Holds moves. A slider in the hand asks for the same again and again: what was found is kept."""

    def __init__(self, kept: int) -> None:
        """kept: moves remembered."""
        self._found: Recent[tuple[str, torch.device], Walk] = Recent(kept)

    def clear(self) -> None:
        """Give the memory back."""
        self._found.clear()

    def held(self, moves: Sequence[Move]) -> list[Move]:
        """The moves in their order; one that is locked, or that no lock can hold, stays as it is."""
        locked = [move for move in moves if move.is_locked]
        return [self._beside(move, locked) for move in moves]

    def _beside(self, move: Move, locked: Sequence[Move]) -> Move:
        holding = [lock for lock in locked if can_hold(lock.walk, move.walk)]
        if move.is_locked or move.alpha == 0.0 or not holding:
            return move
        locks = "".join(f";{lock.digest} {lock.walk.layers}" for lock in holding)
        digest = f"{move.digest} {move.walk.layers} beside{locks}"
        walk = self._found.get(
            (digest, move.device), lambda: hold(move.walk, [lock.walk for lock in holding]).walk
        )
        return replace(move, digest=digest, walk=walk)
