"""Colours of the worlds: smooth palettes, differentiable in their parameters, RGB in [0, 1]."""

import math

import torch
from torch import Tensor

SKIN = ((1.0, 0.86, 0.76), (0.96, 0.76, 0.61), (0.83, 0.60, 0.43), (0.60, 0.40, 0.27), (0.37, 0.24, 0.17))
HAIR = (
    (0.10, 0.08, 0.10),
    (0.30, 0.18, 0.12),
    (0.52, 0.28, 0.14),
    (0.78, 0.40, 0.16),
    (0.93, 0.74, 0.38),
    (0.88, 0.87, 0.88),
)


def palette(t: Tensor, anchors: tuple[tuple[float, float, float], ...]) -> Tensor:
    """Piecewise linear colour scale: t [N] in 0..1 to RGB [N, 3, 1, 1]."""
    table = torch.tensor(anchors, dtype=t.dtype, device=t.device)
    position = t.clamp(0.0, 1.0) * (len(anchors) - 1)
    index = position.detach().floor().long().clamp(0, len(anchors) - 2)
    fraction = (position - index)[:, None]
    return ((1 - fraction) * table[index] + fraction * table[index + 1])[:, :, None, None]


def wheel(hue: Tensor, lightness: Tensor, chroma: float) -> Tensor:
    """Smooth colour wheel: hue [N] in degrees, lightness [N] in 0..1 to RGB [N, 3, 1, 1]."""
    phase = torch.tensor([0.0, 1 / 3, 2 / 3], dtype=hue.dtype, device=hue.device)
    wave = torch.cos(2 * math.pi * (hue[:, None] / 360.0 - phase))
    return (lightness[:, None] + chroma * wave).clamp(0.0, 1.0)[:, :, None, None]
