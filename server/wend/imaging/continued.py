"""Continued: pictures of which parts are not known, filled from their edge inward with what is beside."""

import torch
import torch.nn.functional as F
from torch import Tensor


def continued(images: Tensor, known: Tensor) -> Tensor:
    """images [N, C, H, W] whose pixels outside the 0/1 mask `known` [N, C, H, W] go on as they end.

    Ring by ring: a pixel that touches known ones becomes their mean, and counts as known from then on.
    A channel of which nothing is known stays as it is.
    """
    filled, mask = images * known, known
    has_any = known.flatten(2).any(dim=2)
    while not bool(mask[has_any].all()):
        count = F.avg_pool2d(mask, 3, stride=1, padding=1)
        near = F.avg_pool2d(filled, 3, stride=1, padding=1) / count.clamp_min(1e-6)
        ring = (mask == 0.0) & (count > 0.0)
        filled = torch.where(ring, near, filled)
        mask = torch.where(ring, torch.ones_like(mask), mask)
    return torch.where(has_any[:, :, None, None], filled, images)
