"""Label areas: how much of every picture each label covers, and how long its outline is."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidShape
from wend.perception.network import LabelNetwork


@dataclass(frozen=True)
class LabelAreas:
    """Of N pictures and K labels.

    shares: float64 [N, K], of the picture's pixels, 0..1, every row summing to 1; outlines: float64 [N, K],
    pairs of neighbouring pixels (of 4 neighbours) of which one alone has the label, in sides of the picture.
    """

    shares: NDArray[np.float64]
    outlines: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.shares)


def see_areas(network: LabelNetwork, images: Tensor) -> LabelAreas:
    """What a network sees in images float32 [N, 3, H, W] in [-1, 1]: every pixel counts for its likeliest
    label.

    Source: Bau et al., "Seeing what a GAN cannot generate", 2019, section 3.1.
    """
    with torch.no_grad():
        labels = network.logits(images).argmax(dim=1)
    return areas_of_maps(labels, len(network.labels))


def areas_of_maps(labels: Tensor, count: int) -> LabelAreas:
    """The same of label maps, integers [N, H, W] from 0 to count - 1. Raises: InvalidShape."""
    if labels.ndim != 3:
        raise InvalidShape("labels", "[N, H, W]", str(list(labels.shape)))
    number, height, width = labels.shape
    # One key per picture and label, so that one count serves the whole batch.
    keys = labels.long() + count * torch.arange(number, device=labels.device)[:, None, None]
    pixels = _counts(keys.flatten(), number, count)
    edges = torch.zeros_like(pixels)
    for left, right in ((keys[:, :, :-1], keys[:, :, 1:]), (keys[:, :-1], keys[:, 1:])):
        differs = left != right
        edges += _counts(left[differs], number, count) + _counts(right[differs], number, count)
    side = float(np.sqrt(height * width))
    return LabelAreas(_array(pixels) / (height * width), _array(edges) / side)


def _counts(keys: Tensor, number: int, count: int) -> Tensor:
    return torch.bincount(keys, minlength=number * count).view(number, count)


def _array(counts: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = counts.cpu().double().numpy()
    return array
