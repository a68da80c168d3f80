"""Shifting: drawings moved by whole pixels at random, so that a judge of few of them learns none by heart.

Source: Zhao et al., "Differentiable augmentation for data-efficient GAN training", NeurIPS 2020, policy
"translation", as Wang, Bau and Zhu, ICCV 2021, use it.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

SHARE = 0.125
"""Of the side, how far at most."""


def reach(side: int) -> int:
    """Most pixels that pictures of `side` pixels are moved either way, int(0.125 side + 0.5)."""
    return int(SHARE * side + 0.5)


def shifted(maps: Tensor, rng: torch.Generator) -> Tensor:
    """Maps [N, C, S, S], each moved by whole numbers of pixels of its own, both even from -reach to reach.

    What comes in is 0, which between ink -1 and paper 1 is grey. Differentiable. rng: on the CPU.
    """
    count, _, height, width = maps.shape
    most_y, most_x = reach(height), reach(width)
    dy = torch.randint(-most_y, most_y + 1, (count,), generator=rng)
    dx = torch.randint(-most_x, most_x + 1, (count,), generator=rng)
    padded = F.pad(maps, (most_x, most_x, most_y, most_y))
    moved = [
        padded[k, :, most_y - y : most_y - y + height, most_x - x : most_x - x + width]
        for k, (y, x) in enumerate(zip(dy.tolist(), dx.tolist(), strict=True))
    ]
    return torch.stack(moved)
