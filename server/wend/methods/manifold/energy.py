"""Manifold energy: how far apart the frames of a chain should lie, how straight, and how changed each.

Source: Yang, Rokeby and Snelgrove, "Mask-guided discovery of semantic manifolds in generative models",
2020, equations 2 to 6 as the released code has them: sums over frames, not means.
"""

from typing import Literal, assert_never

import torch
from torch import Tensor

Offsets = Literal["constant", "growing"]
"""How the change c_i asked for inside goes along a chain."""


def spring_energy(chain: Tensor, rest: float) -> Tensor:
    """sum over i of (|u_{i+1} - u_i| - rest)^2, a number; chain float [n, ...], n >= 1.

    Where two neighbours are the same its slope is 0, not infinite. Source: equation 4 without its weight.
    """
    return (_lengths(chain, 1) - rest).square().sum()


def stiffener_energy(chain: Tensor, rest: float) -> Tensor:
    """sum over i of (|u_{i+2} - u_i| - 2 rest)^2, a number: at rest where three neighbours lie on a line.

    Source: equation 5 without its weight.
    """
    return (_lengths(chain, 2) - 2.0 * rest).square().sum()


def spacing(chain: Tensor) -> Tensor:
    """Distances of neighbours |u_{i+1} - u_i|, float [n - 1]."""
    return _lengths(chain, 1)


def inside_energy(inside: Tensor, offsets: Tensor) -> Tensor:
    """|d - c_i|, [n]: how far each frame is from the change it should show. Source: equation 2.

    The source's sqrt of a square has no slope where they are equal; this has 0.
    """
    return (inside - offsets).abs()


def offsets_of(kind: Offsets, c: float, frames: int, is_pinned: bool) -> Tensor:
    """The change c_i asked for in each frame, float32 [n].

    growing: up to c as a square, since distances are squares of differences: frames a step apart then lie
    about evenly. A chain that begins with the picture itself begins at 0. One published animation raises c
    along the chain; how is not told.
    """
    match kind:
        case "constant":
            return torch.full((frames,), c)
        case "growing":
            first = 0 if is_pinned else 1
            shares = torch.arange(first, frames + first, dtype=torch.float32) / (frames - 1 + first)
            return c * shares.square()
    assert_never(kind)


def _lengths(chain: Tensor, apart: int) -> Tensor:
    lengths: Tensor = torch.linalg.vector_norm((chain[apart:] - chain[:-apart]).flatten(1), dim=1)
    return lengths
