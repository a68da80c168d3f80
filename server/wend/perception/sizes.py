"""Sizes: pictures of any size brought to the one a network works at, and what it says brought back."""

import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidShape

MIN_SIDE = 32


def check_images(images: Tensor) -> None:
    """Raises: InvalidShape unless images are [N, 3, H, W] of at least 32 x 32 pixels."""
    if images.ndim != 4 or images.shape[1] != 3 or min(images.shape[2:]) < MIN_SIDE:
        raise InvalidShape("images", f"[N, 3, H >= {MIN_SIDE}, W >= {MIN_SIDE}]", str(tuple(images.shape)))


def resize(tensor: Tensor, height: int, width: int) -> Tensor:
    """[N, C, H, W] to [N, C, height, width], without aliasing, differentiable; of that size: as it is."""
    if tuple(tensor.shape[2:]) == (height, width):
        return tensor
    return F.interpolate(tensor, size=(height, width), mode="bilinear", align_corners=False, antialias=True)


def working_size(height: int, width: int, low: int, high: int, multiple: int) -> tuple[int, int]:
    """The size nearest to height x width that a fully convolutional network works at.

    The longer side comes to lie in low..high, the shape is kept, and both are multiples of `multiple`.
    """
    longer = max(height, width)
    factor = min(max(longer, low), high) / longer
    return (
        max(multiple, round(height * factor / multiple) * multiple),
        max(multiple, round(width * factor / multiple) * multiple),
    )
