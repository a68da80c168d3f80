"""Pixels: between images (float32 NCHW in [-1, 1]) and eight-bit pictures (uint8 NHWC)."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


def to_uint8(images: Tensor) -> Tensor:
    """Images float [N, C, H, W] in [-1, 1] (clamped) to uint8 [N, H, W, C], rounded to nearest."""
    scaled = images.float().clamp(-1.0, 1.0).mul(127.5).add_(127.5).round_()
    return scaled.to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def to_images(pixels: NDArray[np.uint8] | Tensor) -> Tensor:
    """uint8 [N, H, W, C] to images float32 [N, C, H, W] in [-1, 1]."""
    tensor = pixels if isinstance(pixels, Tensor) else torch.from_numpy(pixels)
    return tensor.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
