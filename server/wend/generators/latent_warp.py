"""Latent warp: moves z before a mapping network reads it, so that a child draws only what its parent can.

A mapping network that is trained on leaves the w that its synthesis network has learned to draw: pictures
break, all the more where synthesis fits its mapping closely. With a warp before it only how often the
parent's pictures come changes. Ours; the published way (Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021)
is to train the mapping network itself.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_SEED = 0
_SLOW = 0.01
"""Of the step of a number, as in a mapping network: Karras et al., CVPR 2019, appendix C."""


class LatentWarp(nn.Module):
    """x [N, z_dim] on the sphere that a mapping network reads -> [N, z_dim] on the same sphere.

    x + B lrelu(A x + a) + b, brought back to the length of x. A and a begin alike in every model, so that
    two children of one parent can be blended number by number; B and b begin as 0: x stays as it is, bit for
    bit.
    """

    def __init__(self, z_dim: int, width: int) -> None:
        """width: numbers between A and B."""
        super().__init__()
        self.z_dim, self.width = z_dim, width
        rng = torch.Generator().manual_seed(_SEED)
        rows = torch.randn(width, z_dim, generator=rng, device="cpu")
        bends = torch.randn(width, generator=rng, device="cpu")
        self.inner_weight = nn.Parameter(rows / (math.sqrt(z_dim) * _SLOW))
        self.inner_bias = nn.Parameter(bends * (0.5 / _SLOW))
        self.outer_weight = nn.Parameter(torch.zeros(z_dim, width))
        self.outer_bias = nn.Parameter(torch.zeros(z_dim))

    def forward(self, x: Tensor) -> Tensor:
        inner = F.leaky_relu(F.linear(x, self.inner_weight * _SLOW, self.inner_bias * _SLOW), 0.2)
        moved = x + F.linear(inner, self.outer_weight * _SLOW, self.outer_bias * _SLOW)
        gain: Tensor = torch.linalg.vector_norm(x, dim=1) / torch.linalg.vector_norm(moved, dim=1)
        return moved * gain[:, None]
