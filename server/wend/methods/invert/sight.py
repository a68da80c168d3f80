"""Invert sight: how far pictures are from the photo that is looked for."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.perception.distance import PixelDistance
from wend.perception.network import Distance


@dataclass(frozen=True)
class PhotoSight:
    """target: float32 [1, 3, R, R] in [-1, 1]. The distance, and `pixels` times the squared difference of
    pixels, which alone sees a picture's colours exactly."""

    target: Tensor
    distance: Distance
    pixels: float

    def parts(self, images: Tensor) -> dict[str, Tensor]:
        """The distance and the pixels' part, weighted, each float32 [N], of images [N, 3, R, R]."""
        target = self.target.expand(len(images), -1, -1, -1)
        found = {"distance": self.distance.distance(images, target)}
        if self.pixels > 0.0:
            found["pixels"] = self.pixels * PixelDistance().distance(images, target)
        return found

    def far(self, images: Tensor) -> Tensor:
        """All of it together, float32 [N]."""
        return torch.stack(list(self.parts(images).values())).sum(dim=0)

    def error(self, images: Tensor) -> float:
        """Mean absolute difference of pixels, in steps of eight bits."""
        return (images.detach().clamp(-1.0, 1.0) - self.target).abs().mean().item() * 127.5
