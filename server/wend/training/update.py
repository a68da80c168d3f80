"""Learning rates of a trainer, and how they fall."""

import torch


def set_learning_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """The same rate for all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate


def decay_factor(images_seen: int, total_images: int, decay_from: float) -> float:
    """1 until the share `decay_from` of a run, then down to a fifth at its end, linearly."""
    late = max(0.0, (images_seen / total_images - decay_from) / max(1e-9, 1.0 - decay_from))
    return 1.0 - 0.8 * min(1.0, late)
