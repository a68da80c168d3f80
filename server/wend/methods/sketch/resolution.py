"""Resolution: a network of small pictures on large ones, by halving before it and doubling behind it.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, released code: at 1024 px pictures are halved
twice, drawn, and doubled twice, and so are the sketches, that both sides are equally blurred.
"""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor

MOST = 256
"""Side at which drawings are made at most."""


def halvings(side: int) -> int:
    """How often pictures of `side` pixels are halved, until they are no larger than MOST."""
    count = 0
    while side % 2 == 0 and side > MOST:
        side, count = side // 2, count + 1
    return count


def halved(images: Tensor) -> Tensor:
    """Images [N, C, H, W] as a network of small pictures sees them, of at most MOST px. Bicubic."""
    for _ in range(halvings(images.shape[-1])):
        images = F.interpolate(images, scale_factor=0.5, mode="bicubic", align_corners=False)
    return images


def doubled(maps: Tensor, side: int) -> Tensor:
    """Maps [N, C, h, w] of pictures of `side` pixels that were halved, at the side of these. Bicubic."""
    while maps.shape[-1] < side:
        maps = F.interpolate(maps, scale_factor=2.0, mode="bicubic", align_corners=False)
    return maps


def seen_small(images: Tensor, look: Callable[[Tensor], Tensor]) -> Tensor:
    """What `look` says of images [N, C, H, W] that are halved first, doubled again: [N, D, H, W].

    Bicubic both ways and differentiable. Pictures of MOST px or less go through as they are.
    """
    return doubled(look(halved(images)), images.shape[-1])


def as_seen(maps: Tensor) -> Tensor:
    """Drawings [N, C, H, W] with the blur that maps of pictures of their size have."""
    return seen_small(maps, lambda small: small)
