"""Precise pooling: the exact mean, over the cells of a grid, of a map taken as a continuous surface.

Source: Jiang et al. 2018 (Acquisition of Localization Confidence), section 3.3, equations 4 and 5.
"""

import torch
from torch import Tensor


def precise_pool(x: Tensor, side: int) -> Tensor:
    """Means of [N, C, H, W] over a grid of side x side cells, [N, C, side, side]; differentiable.

    Sample i lies at coordinate i; between samples the surface is bilinear, and past the last one it falls
    to 0 at coordinate H. The grid covers 0..H. (The compiled original does the same on a whole map.)
    """
    rows, columns = _weights(x.shape[2], side, x), _weights(x.shape[3], side, x)
    return torch.einsum("ph,nchw,qw->ncpq", rows, x, columns)


def _weights(length: int, cells: int, like: Tensor) -> Tensor:
    """[cells, length]: the share of sample i in the mean over cell p.

    It is the integral of the tent max(0, 1 - |x - i|) over the cell, by the cell's length. The surface
    is separable, so rows and columns weigh alone.
    """
    edges = torch.arange(cells + 1, dtype=torch.float64) * (length / cells)
    samples = torch.arange(length, dtype=torch.float64)
    integral = _tent_integral(edges[:, None] - samples[None, :])
    weights = (integral[1:] - integral[:-1]) / (length / cells)
    return weights.to(dtype=like.dtype, device=like.device)


def _tent_integral(t: Tensor) -> Tensor:
    """Integral of max(0, 1 - |x|) from minus infinity to t: 0 at -1, one half at 0, 1 at 1."""
    bounded = t.clamp(-1.0, 1.0)
    return 0.5 + bounded - 0.5 * bounded * bounded.abs()
