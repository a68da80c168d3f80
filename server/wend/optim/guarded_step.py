"""Guarded step: an optimiser's step that is left out where a gradient is not finite."""

import torch


def apply_update(optimizer: torch.optim.Optimizer) -> bool:
    """Step, unless a gradient is not finite: one bad batch must not ruin the run. Whether it stepped."""
    gradients = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    is_finite = bool(torch.isfinite(torch.nn.utils.get_total_norm(gradients)))
    if is_finite:
        optimizer.step()
    return is_finite
