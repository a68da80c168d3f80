"""Chain walks: a chain of displacements found frame by frame, gone along like a slider of frames."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import torch
from torch import Tensor


@dataclass(frozen=True)
class ChainWalk:
    """A walk along a chain: alpha counts frames, from 0, the picture as it was, to n, the last one.

    displacements: float32 [n, L, D], what frame i + 1 adds to ws; between two frames lies the line between
    their displacements, before the first one the line from nothing. Below 0 and beyond n it stays where it
    is: a chain has two ends. As a displacement it moves any latent, and several chains add up.
    layers: [start, end), rows outside keep their bits.

    Source: Yang, Rokeby and Snelgrove, "Mask-guided discovery of semantic manifolds in generative models",
    2020: frames in chain order, linear between neighbours; w_i' = w'* + (w_i - w*) for another face.
    """

    displacements: Tensor
    layers: tuple[int, int]
    space: Literal["w"] = "w"

    @property
    def frames(self) -> int:
        """n, the number of the last frame."""
        return len(self.displacements)

    def at(self, alpha: float) -> Tensor:
        """The displacement float32 [L, D] of a frame number, whole or not."""
        number = min(max(alpha, 0.0), float(self.frames))
        before = int(number)
        share = number - before
        low = self.displacements[before - 1] if before else torch.zeros_like(self.displacements[0])
        if share == 0.0:
            return low
        return torch.lerp(low, self.displacements[before], share)

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """ws [N, L, D] moved; at 0 and below it is the very latent."""
        if alpha <= 0.0:
            return latent
        start, end = self.layers
        moved = latent.clone()
        moved[:, start:end] += self.at(alpha)[start:end]
        return moved

    def restricted(self, layers: tuple[int, int]) -> "ChainWalk":
        """The same chain on another layer range."""
        return replace(self, layers=layers)

    def to(self, device: torch.device) -> "ChainWalk":
        """The same chain with its displacements there."""
        return replace(self, displacements=self.displacements.to(device))


def add_chains(chains: Sequence[ChainWalk]) -> ChainWalk:
    """The chain that moves frame by frame as all of these together; shorter ones stay at their last frame.

    It moves the rows that any of them moves. Raises: ValueError for none, or for latents of several shapes.

    Source: as above, w_i = w* + sum over masks k of (w_i^(k) - w*).
    """
    if len({tuple(chain.displacements.shape[1:]) for chain in chains}) != 1:
        raise ValueError("chains to add must be of one generator's latents")
    frames = max(chain.frames for chain in chains)
    total = torch.zeros_like(chains[0].at(0.0)).expand(frames, -1, -1).clone()
    for chain in chains:
        start, end = chain.layers
        steps = torch.stack([chain.at(float(number)) for number in range(1, frames + 1)])
        total[:, start:end] += steps[:, start:end]
    layers = (min(chain.layers[0] for chain in chains), max(chain.layers[1] for chain in chains))
    return ChainWalk(total, layers)
