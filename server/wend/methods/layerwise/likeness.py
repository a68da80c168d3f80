"""Likeness: how far a picture is from the one that is looked for, in pixels and in features.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, equation 8: mean absolute differences of
pixels and of VGG-16 features up to relu4_2.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.errors import InvalidParams, NotFound, WeightsInvalid
from wend.methods.distances import model_features
from wend.methods.losses import LossName
from wend.methods.workbench import Workbench
from wend.perception.network import FeatureNetwork
from wend.perception.sizes import MIN_SIDE
from wend.perception.vgg_relu import find_vgg_relu


class Likeness:
    """One target. features: None for pixels alone; is_relative: differences of features count in units of the
    target's own mean absolute feature, a map at a time, for features that are not those of the source.
    """

    def __init__(
        self,
        target: Tensor,
        features: FeatureNetwork | None,
        pixels: float,
        perceptual: float,
        *,
        is_relative: bool = True,
    ) -> None:
        """target: float32 [1, 3, R, R] in [-1, 1]."""
        self.target, self.pixels = target, pixels
        self.perceptual = perceptual if features is not None else 0.0
        self._features = features
        self._maps: Sequence[Tensor] = ()
        self._units: list[Tensor] = []
        if features is not None and self.perceptual > 0.0:
            with torch.no_grad():
                self._maps = [each.float() for each in features.maps(target)]
                sizes = [each.abs().mean().clamp_min(1e-6) for each in self._maps]
                self._units = sizes if is_relative else [torch.ones_like(size) for size in sizes]

    def parts(self, image: Tensor) -> dict[str, Tensor]:
        """Both parts, weighted, each a number, of an image float32 [1, 3, R, R]. Differentiable."""
        found = {"pixels": self.pixels * (image - self.target).abs().mean()}
        if self._maps and self._features is not None:
            maps = self._features.maps(image)
            levels = [
                (a - b.float()).abs().mean() / unit
                for a, b, unit in zip(self._maps, maps, self._units, strict=True)
            ]
            found["features"] = self.perceptual * torch.stack(levels).mean()
        return found


def find_features(bench: Workbench, loss: LossName | None) -> tuple[str, FeatureNetwork | None, bool]:
    """What it is called, the network, None for pixels alone, and whether its features count relatively.

    loss: 'perceptual' for the networks of the model's world, 'l2' for pixels alone; None for the first that
    is there of: VGG-16, those networks, pixels. Raises: InvalidParams, PerceptionNotFound, WeightsInvalid
    for what was asked for and is not there.
    """
    if loss == "lpips":
        raise InvalidParams("loss", "layers are looked at by 'perceptual' or 'l2'")
    if loss == "l2" or bench.generator.spec.resolution < MIN_SIDE:
        return "pixels", None, True
    if loss is None:
        try:
            return "VGG-16 relu4_2", find_vgg_relu(bench.perception.trust).to(bench.device), False
        except WeightsInvalid:
            pass
        try:
            return "perceptual", model_features(bench), True
        except (InvalidParams, NotFound, WeightsInvalid):
            return "pixels", None, True
    return "perceptual", model_features(bench), True
