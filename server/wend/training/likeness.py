"""Likeness: how far a drawn picture is from the one it should be, in pixels and in what is seen in them."""

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.perception.unet import UNet

_LEVELS = 4
_EDGES = 0.5
"""Weight of differences of neighbouring pixels, which plain distances of pixels hardly mind."""


class Likeness:
    """Absolute differences of pixels at four scales, of neighbours, and of features of a frozen network.

    Absolute ones draw the median of what there may be, squares its mean, which is blurred. Source of
    features as a loss: Johnson, Alahi and Fei-Fei, "Perceptual losses for real-time style transfer and
    super-resolution", ECCV 2016, equation 2, here absolute and each scale by its own mean size.
    """

    def __init__(self, eye: UNet | None, weight: float) -> None:
        """eye: frozen, the caller's; None: pixels alone. weight: of features, beside pixels."""
        self._eye, self._weight = eye, weight

    def loss(self, drawn: Tensor, real: Tensor) -> Tensor:
        """Of images [N, 3, S, S]; gradients reach `drawn`."""
        difference = (drawn - real).float()
        total = difference.abs().mean()
        beside = difference[..., 1:] - difference[..., :-1]
        below = difference[..., 1:, :] - difference[..., :-1, :]
        total = total + _EDGES * (beside.abs().mean() + below.abs().mean())
        for _ in range(_LEVELS - 1):
            difference = F.avg_pool2d(difference, 2)
            total = total + difference.abs().mean()
        if self._eye is None:
            return total
        with torch.no_grad():
            wanted = self._eye.decode(real.contiguous(memory_format=torch.channels_last))
        seen = self._eye.decode(drawn.contiguous(memory_format=torch.channels_last))
        for a, b in zip(seen, wanted, strict=True):
            total = total + self._weight * (a - b).float().abs().mean() / b.float().abs().mean()
        return total
