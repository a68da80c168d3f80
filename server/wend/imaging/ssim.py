"""Structural similarity of images, differentiable, of what a mask lets through."""

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidShape

SD, REACH = 1.5, 5
K1, K2 = 0.01, 0.03


def ssim(images: Tensor, target: Tensor, mask: Tensor | None = None) -> Tensor:
    """Mean SSIM of each picture, float [N]: 1 where equal, near 0 where nothing agrees, negative where
    contrasts are turned round. Images and target float [N, C, H, W] in [-1, 1].

    Gaussian windows of 11 x 11 px, sd 1.5, K1 0.01, K2 0.03, on values of 0..1; the mean over channels, where
    the source looks at grey alone. Without a mask, windows that lie in the picture whole count, as published.
    mask [N, C or 1, H, W] in 0..1: a window sees what it lets through and is weighted by its own middle, so a
    pixel behind it has a gradient of exactly 0, and windows at the border see the part that there is.
    Raises: InvalidShape for pictures of other shapes, or smaller than a window.
    Source: Wang, Bovik, Sheikh and Simoncelli, "Image quality assessment: from error visibility to structural
    similarity", IEEE Transactions on Image Processing 13(4), 2004, equation 13; the windows, section III-C.
    """
    if images.shape != target.shape or images.ndim != 4:
        raise InvalidShape("target", str(list(images.shape)), str(list(target.shape)))
    if min(images.shape[2:]) <= 2 * REACH:
        raise InvalidShape("images", f"[N, C, H, W] with sides above {2 * REACH}", str(list(images.shape)))
    x, y = (images + 1.0) / 2.0, (target + 1.0) / 2.0
    kernel = _window(images)
    if mask is None:
        sums = [_filtered(part, kernel, 0) for part in (x, y, x * x, y * y, x * y)]
        return _map(*sums).mean(dim=(1, 2, 3))
    seen = mask.to(x).expand_as(x)
    # What is hidden takes no part at all, not even as 0 times something that is not finite.
    x, y = torch.where(seen > 0.0, x, 0.0), torch.where(seen > 0.0, y, 0.0)
    cover = _filtered(seen, kernel, REACH).clamp_min(1e-6)
    sums = [_filtered(seen * part, kernel, REACH) / cover for part in (x, y, x * x, y * y, x * y)]
    return (seen * _map(*sums)).sum(dim=(1, 2, 3)) / seen.sum(dim=(1, 2, 3)).clamp_min(1e-6)


def _map(x: Tensor, y: Tensor, xx: Tensor, yy: Tensor, xy: Tensor) -> Tensor:
    """SSIM of every window from the means of its values, squares and products: equation 13, L = 1."""
    c1, c2 = K1**2, K2**2
    own = (xx - x * x).clamp_min(0.0) + (yy - y * y).clamp_min(0.0)
    shared = xy - x * y
    return (2.0 * x * y + c1) * (2.0 * shared + c2) / ((x * x + y * y + c1) * (own + c2))


def _window(like: Tensor) -> Tensor:
    """The window's profile, [1, 1, 1, 11], of sum 1: the Gaussian is the product of two of them."""
    axis = torch.arange(-REACH, REACH + 1, dtype=like.dtype, device=like.device)
    kernel = torch.exp(-0.5 * (axis / SD).square())
    return (kernel / kernel.sum()).view(1, 1, 1, -1)


def _filtered(images: Tensor, kernel: Tensor, pad: int) -> Tensor:
    flat = images.flatten(0, 1)[:, None]
    flat = F.conv2d(F.conv2d(flat, kernel, padding=(0, pad)), kernel.transpose(2, 3), padding=(pad, 0))
    return flat.view(*images.shape[:2], *flat.shape[2:])
