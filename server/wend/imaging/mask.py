"""Mask: how much each pixel belongs to a painted region, and what a mask says at another size."""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidShape


def fit_mask(mask: Tensor, height: int, width: int) -> Tensor:
    """A mask float [H, W] in 0..1 at [height, width]: shrunk by the mean over areas, grown bilinearly.

    The share of the picture that it covers stays; of that size already, it is returned as it is.
    Raises: InvalidShape.
    """
    if mask.ndim != 2:
        raise InvalidShape("mask", "[H, W]", str(list(mask.shape)))
    size = (height, width)
    if tuple(mask.shape) == size:
        return mask
    planes = mask[None, None].float()
    if height <= mask.shape[0] and width <= mask.shape[1]:
        return F.interpolate(planes, size=size, mode="area")[0, 0]
    return F.interpolate(planes, size=size, mode="bilinear", align_corners=False, antialias=True)[0, 0]


@dataclass(frozen=True)
class MaskCover:
    """What a mask covers. inside: its pixels, soft ones counted in part; pixels: all that there are."""

    inside: float
    pixels: int

    @classmethod
    def of(cls, mask: Tensor) -> "MaskCover":
        """Of a mask float [H, W] in 0..1."""
        return cls(float(mask.sum()), mask.numel())

    @property
    def lack(self) -> str | None:
        """Why nothing can be found in such a mask, as a sentence; None for one of any use."""
        if self.inside < 0.5:
            return "The mask is empty: nothing is inside of it."
        if self.inside < 1.5:
            return "The mask is a single pixel: too little for anything to change in it."
        if self.pixels - self.inside < 1.5:
            return "The mask covers the whole picture: nothing is left that could stay as it is."
        return None
