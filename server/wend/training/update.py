"""What every trainer does to its weights: falling learning rates, running averages, the gradient penalty."""

import math
from collections.abc import Iterable

import torch


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The same rate for all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def decay_factor(images_seen: int, total_images: int, decay_from: float) -> float:
    """1 until the share `decay_from` of a run, then down to a fifth at its end, linearly."""
    late = max(0.0, (images_seen / total_images - decay_from) / max(1e-9, 1.0 - decay_from))
    return 1.0 - 0.8 * min(1.0, late)


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


def gradient_penalty(images: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """R1: mean over pictures of the squared gradient of logits [N, 1] by images [N, 3, H, W].

    Source: Mescheder, Geiger and Nowozin, "Which training methods for GANs do actually converge?", ICML
    2018, equation 9, without its half of gamma.
    """
    (gradient,) = torch.autograd.grad(logits.float().sum(), images, create_graph=True)
    return gradient.square().sum(dim=(1, 2, 3)).mean()
