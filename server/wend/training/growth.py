"""Growth: a run begins at half resolution, then the last one fades in.

Source: Karras et al., "Progressive Growing of GANs", ICLR 2018, section 2 and figure 2.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.training.recipe import GanRecipe


def fade_after(recipe: GanRecipe, images_seen: int) -> float | None:
    """None at half resolution; then 0..1, the share of the last resolution."""
    if images_seen < recipe.coarse_images:
        return None
    if not recipe.fade_images or not recipe.coarse_images:
        return 1.0
    return min(1.0, (images_seen - recipe.coarse_images) / recipe.fade_images)


def as_grown(images: Tensor, fade: float | None) -> Tensor:
    """Real pictures [N, 3, S, S] with the detail in training now; [N, 3, S/2, S/2] where `fade` is None."""
    if fade is None:
        return F.avg_pool2d(images, 2)
    if fade < 1.0:
        low = F.interpolate(F.avg_pool2d(images, 2), scale_factor=2, mode="bilinear")
        images = torch.lerp(low, images, fade)
    return images
