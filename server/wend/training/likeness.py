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

    def __init__(self, eye: UNet | None, weight: float, by_parts: float) -> None:
        """eye: frozen, the caller's; None: pixels alone, and all alike. weight: of features, beside pixels.
        by_parts: as `power` of `part_weights`."""
        self._eye, self._weight, self._by_parts = eye, weight, by_parts

    def loss(self, drawn: Tensor, real: Tensor) -> Tensor:
        """Of images [N, 3, S, S]; gradients reach `drawn`."""
        wanted, counts = self._look(real)
        difference = (drawn - real).float()
        total = (counts * difference.abs()).mean()
        beside = counts[..., 1:] * (difference[..., 1:] - difference[..., :-1]).abs()
        below = counts[..., 1:, :] * (difference[..., 1:, :] - difference[..., :-1, :]).abs()
        total = total + _EDGES * (beside.mean() + below.mean())
        for _ in range(_LEVELS - 1):
            difference = F.avg_pool2d(difference, 2)
            total = total + difference.abs().mean()
        if self._eye is None:
            return total
        seen = self._eye.decode(drawn.contiguous(memory_format=torch.channels_last))
        for a, b in zip(seen, wanted, strict=True):
            total = total + self._weight * (a - b).float().abs().mean() / b.float().abs().mean()
        return total

    @torch.no_grad()
    def _look(self, real: Tensor) -> tuple[list[Tensor], Tensor]:
        """What is seen in the pictures, and how much each pixel counts: [N or 1, 1, S, S], of mean 1."""
        if self._eye is None:
            return [], real.new_ones(1, 1, *real.shape[2:])
        seen = self._eye.decode(real.contiguous(memory_format=torch.channels_last))
        return seen, part_weights(self._eye.classify(seen)[:, :-1].argmax(dim=1), self._by_parts)


def part_weights(labels: Tensor, power: float) -> Tensor:
    """How much each pixel counts, float32 [N, 1, H, W] of mean 1, so that small parts are not forgotten.

    labels: int64 [N, H, W]. Each counts for the area of its class in its picture to the power of -power: at
    0 all alike, at 1 every class as much as any other. Source: Eigen and Fergus, "Predicting depth, surface
    normals and semantic labels with a common multi-scale convolutional architecture", ICCV 2015, section
    5.3, for weights that fall with how frequent a class is.
    """
    flat = labels.flatten(1)
    ones = torch.ones_like(flat, dtype=torch.float32)
    areas = torch.zeros(len(flat), int(flat.max()) + 1, device=flat.device).scatter_add(1, flat, ones)
    weights = areas.gather(1, flat).pow(-power)
    return (weights / weights.mean(dim=1, keepdim=True)).view(len(labels), 1, *labels.shape[1:])
