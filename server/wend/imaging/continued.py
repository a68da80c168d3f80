"""Continued: pictures of which parts are not known, filled from their edge inward with what is beside."""

import torch
import torch.nn.functional as F
from torch import Tensor


def continued(images: Tensor, known: Tensor) -> Tensor:
    """images [N, C, H, W] whose pixels outside the 0/1 mask `known` [N, C, H, W] go on as they end.

    Ring by ring: a pixel that touches known ones becomes their mean, and counts as known from then on.
    A channel of which nothing is known stays as it is. Only a ring's own pixels are looked at: in a large
    picture there are hundreds of rings.
    """
    width = images.shape[-1] + 2
    padded = F.pad(images * known, (1, 1, 1, 1))
    values, mask = padded.flatten(), F.pad(known, (1, 1, 1, 1)).flatten()
    # The frame around a picture is neither known nor to be filled.
    is_open = F.pad(known == 0.0, (1, 1, 1, 1)).flatten()
    steps = [down * width + right for down in (-1, 0, 1) for right in (-1, 0, 1)]
    around = torch.tensor(steps, device=images.device)
    ring = (is_open & (F.max_pool2d(mask.view_as(padded), 3, 1, 1).flatten() > 0.0)).nonzero()
    while len(ring):
        near = ring + around
        weights = mask[near]
        means = (values[near] * weights).sum(dim=1) / weights.sum(dim=1)
        values[ring[:, 0]], mask[ring[:, 0]], is_open[ring[:, 0]] = means, 1.0, False
        ring = near[is_open[near]].unique()[:, None]
    has_any = known.flatten(2).any(dim=2)
    filled = values.view_as(padded)[:, :, 1:-1, 1:-1]
    return torch.where(has_any[:, :, None, None], filled, images)
