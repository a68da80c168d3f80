"""Distances between pictures: perceptual on features, plain L2 and blurred L2, behind one protocol."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.errors import InvalidShape
from wend.imaging.blur import gaussian_blur
from wend.perception.network import FeatureNetwork
from wend.perception.sizes import check_images

_EPSILON = 1e-6
_TINY = 1e-12


@runtime_checkable
class WeightedFeatures(Protocol):
    """Features that bring the channel weights they were fitted with."""

    @property
    def channel_weights(self) -> Sequence[Tensor]: ...


class PerceptualDistance:
    """Squared differences of unit-normalised features, weighted by channel, averaged over the picture.

    Weights are the network's own where it has fitted ones, else 1 / C of every map: plain cosine
    distance. Source: Zhang et al. 2018 (LPIPS), eq. 1.
    """

    def __init__(self, features: FeatureNetwork) -> None:
        self.features = features

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """float32 [N] for images [N, 3, H, W] each. Raises: InvalidShape."""
        _check_pair(a, b)
        return self.compare_means(self.features.maps(a), self.features.maps(b))

    def compare_means(self, left: Sequence[Tensor], right: Sequence[Tensor]) -> Tensor:
        """`distance` of features already looked at, float32 [N]; right may be of one picture, for all N.

        Each level is averaged at its own size, as the source has it.
        """
        levels = zip(left, right, self._weights(len(left)), strict=True)
        return torch.stack([compare_maps(x, y, w).mean(dim=(1, 2)) for x, y, w in levels]).sum(dim=0)

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        """float32 [N, H, W], whose spatial mean is the distance. Raises: InvalidShape."""
        _check_pair(a, b)
        return self.compare(self.features.maps(a), self.features.maps(b), a.shape[2:])

    def compare(
        self, left: Sequence[Tensor], right: Sequence[Tensor], size: Sequence[int], only_placed: bool = False
    ) -> Tensor:
        """`map` of features already looked at, float32 [N, H, W]; right may be of one picture, for all N.

        size: (H, W). only_placed: without the levels of a single cell, which say nothing of where.
        """
        levels = zip(left, right, self._weights(len(left)), strict=True)
        differences = [
            compare_maps(x, y, w) for x, y, w in levels if not only_placed or x.shape[2] * x.shape[3] > 1
        ]
        height, width = size
        return torch.stack([_stretch(d, height, width) for d in differences]).sum(dim=0)

    def _weights(self, levels: int) -> Sequence[Tensor | None]:
        if isinstance(self.features, WeightedFeatures):
            return self.features.channel_weights
        return [None] * levels


def _stretch(level: Tensor, height: int, width: int) -> Tensor:
    """[N, h, w] to [N, height, width], its mean kept, which stretching by no whole number shifts."""
    found = F.interpolate(level[:, None], size=(height, width), mode="bilinear", align_corners=False)[:, 0]
    if height % level.shape[1] == 0 and width % level.shape[2] == 0:
        return found
    means = found.mean(dim=(1, 2), keepdim=True).clamp_min(_TINY)
    return found * (level.mean(dim=(1, 2), keepdim=True) / means)


def compare_maps(x: Tensor, y: Tensor, weights: Tensor | None) -> Tensor:
    """One level of a perceptual distance: [N, C, h, w] twice to float32 [N, h, w].

    weights: non-negative [C], or None for 1 / C.
    """
    square = (_normalise(x.float()) - _normalise(y.float())).square()
    if weights is None:
        return square.mean(dim=1)
    return (square * weights.view(1, -1, 1, 1)).sum(dim=1)


def _normalise(x: Tensor) -> Tensor:
    """Unit length along channels; the root is taken of no zero, whose slope is infinite."""
    return x * torch.rsqrt(x.square().sum(dim=1, keepdim=True) + _EPSILON)


class PixelDistance:
    """Mean squared difference of pixels in [-1, 1] (L2), after a Gaussian blur where `blur` > 0.

    blur: standard deviation in shares of the side; blurred, small shifts cost what they look like.
    """

    def __init__(self, blur: float = 0.0) -> None:
        self.blur = blur

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """float32 [N] for images [N, 3, H, W] each. Raises: InvalidShape."""
        return self.map(a, b).mean(dim=(1, 2))

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        """float32 [N, H, W], of pictures of any size. Raises: InvalidShape."""
        if a.shape != b.shape:
            raise InvalidShape("b", str(tuple(a.shape)), str(tuple(b.shape)))
        difference = (a - b).float()
        if self.blur > 0.0:
            difference = gaussian_blur(difference, self.blur * max(a.shape[2:]))
        return difference.square().mean(dim=1)


def _check_pair(a: Tensor, b: Tensor) -> None:
    check_images(a)
    if a.shape != b.shape:
        raise InvalidShape("b", str(tuple(a.shape)), str(tuple(b.shape)))
