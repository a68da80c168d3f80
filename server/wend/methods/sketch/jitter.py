"""Jitter: drawings turned, sized and moved a little at random, that a judge of them learns none by heart.

A judge of 25 drawings tells them from others of the same pose after a hundred updates, and what it says of
pictures is by then as much noise as pose. A jitter of 0.03 hides no pose, and no drawing comes twice; but a
smile, which is small, is learned later, so it waits to be asked for. Ours, beside the shifts by an eighth of
the side of the published method, which hide where a head is; both sides are jittered alike, as all that
judges alone are shown (Zhao et al., "Differentiable augmentation for data-efficient GAN training", NeurIPS
2020).
"""

import torch
import torch.nn.functional as F
from torch import Tensor


def jittered(maps: Tensor, most: float, rng: torch.Generator) -> Tensor:
    """Maps [N, C, S, S], each turned by up to `most` radians about the middle, sized by up to 1 +- `most` and
    moved by up to `most` of the side either way, all even. What comes in is as the nearest edge.

    Differentiable. rng: on the CPU.
    """
    angle, size, right, down = most * (2.0 * torch.rand(4, len(maps), generator=rng) - 1.0)
    cos, sin = (1.0 + size) * angle.cos(), (1.0 + size) * angle.sin()
    # From places in the result, -1 to 1 across, to those in the maps.
    back = torch.stack([cos, -sin, 2.0 * right, sin, cos, 2.0 * down], dim=1).view(-1, 2, 3).to(maps)
    places = F.affine_grid(back, list(maps.shape), align_corners=False)
    return F.grid_sample(maps, places, mode="bilinear", padding_mode="border", align_corners=False)
