"""Gaussian blur of images."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def gaussian_blur(images: Tensor, sigma: float) -> Tensor:
    """Images float [N, C, H, W] blurred, sigma > 0 in pixels, borders repeated. Differentiable.

    The kernel ends at three standard deviations, or where the picture does.
    """
    reach = min(max(1, math.ceil(3.0 * sigma)), min(images.shape[2:]) - 1)
    axis = torch.arange(-reach, reach + 1, dtype=images.dtype, device=images.device)
    kernel = torch.exp(-0.5 * (axis / sigma) ** 2)
    kernel = (kernel / kernel.sum()).view(1, 1, 1, -1)
    flat = images.flatten(0, 1)[:, None]
    flat = F.conv2d(F.pad(flat, (reach, reach, 0, 0), mode="replicate"), kernel)
    flat = F.conv2d(F.pad(flat, (0, 0, reach, reach), mode="replicate"), kernel.transpose(2, 3))
    return flat.view_as(images)
