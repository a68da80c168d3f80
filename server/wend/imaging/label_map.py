"""Label maps as pictures: one colour per label."""

import colorsys

import torch
from torch import Tensor

# The golden ratio's turn spreads any number of hues far apart.
_TURN = 0.618034


def label_colors(count: int) -> Tensor:
    """Distinct colours float32 [count, 3] in [-1, 1]; label 0 is a light grey."""
    colors = [(0.9, 0.9, 0.9)]
    colors += [colorsys.hsv_to_rgb(i * _TURN % 1.0, 0.75, 0.95 if i % 2 else 0.6) for i in range(1, count)]
    return torch.tensor(colors[:count]) * 2.0 - 1.0


def label_images(labels: Tensor, count: int) -> Tensor:
    """Labels, whole numbers [N, H, W] below `count` to images float32 [N, 3, H, W] in [-1, 1]."""
    return label_colors(count).to(labels.device)[labels.long()].permute(0, 3, 1, 2)
