"""Running averages of weights, which draw calmer pictures than the newest ones."""

import math
from collections.abc import Iterable

import torch
from torch import nn


def average_weight(batch: int, images_seen: int, ema_images: float) -> float:
    """How far a running average moves towards the newest weights in one step.

    ema_images: half-life in images, less at the start of a run.
    """
    half_life = min(ema_images, max(1.0, 0.05 * images_seen))
    return 1.0 - math.pow(0.5, batch / half_life)


@torch.no_grad()
def move_average(averages: Iterable[torch.Tensor], newest: Iterable[torch.Tensor], weight: float) -> None:
    """averages += weight (newest - averages), in place."""
    for average, new in zip(averages, newest, strict=True):
        average.lerp_(new, weight)


@torch.no_grad()
def follow(average: nn.Module, newest: nn.Module, weight: float) -> None:
    """Move averaged weights towards the newest ones; buffers are copied. 1.0 copies all."""
    move_average(average.parameters(), newest.parameters(), weight)
    for kept, source in zip(average.buffers(), newest.buffers(), strict=True):
        kept.copy_(source)
