"""Felt curvature: about how curved an error of a picture is by every style row and axis, by a few probes."""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool1d

from wend.measure.slices import Sliced
from wend.methods.still.scene import StillScene
from wend.methods.still.slope import PictureSlope

PROBES = 6
_ALIKE = 9  # axes beside each other, that are taken to be about as curved


def felt(scene: StillScene, base: Tensor, curved: Tensor, probes: int = PROBES) -> Sliced[Tensor]:
    """The diagonal of J'CJ, float64 [L * K]: J the derivatives of the picture at base float32 [1, L, D], C
    the curvature [h, w] by the values of the picture; a mean over axes beside each other.

    With e of independent signs, (J' C^1/2 e)^2 has that mean. The signs are the same each time.
    Source: Bekas, Kokiopoulou and Saad, "An estimator for the diagonal of a matrix", 2007.
    """
    numbers = torch.Generator().manual_seed(0)
    roots = curved.sqrt()
    count = scene.ws.shape[1] * len(scene.axes)
    found = torch.zeros(count, dtype=torch.float64)
    for _ in range(probes):
        signs = 2.0 * torch.randint(0, 2, scene.start.shape, generator=numbers).to(scene.start) - 1.0
        told = _Weighed(signs * roots)
        _, slope = yield from PictureSlope(scene, base, told, 0.0)(torch.zeros_like(found))
        found += slope.square() / probes
    return _smooth(found.reshape(scene.ws.shape[1], -1)).flatten()


def _smooth(values: Tensor) -> Tensor:
    """Each of [L, K] the mean of itself and the four on either side, as far as there are."""
    return avg_pool1d(values[None], _ALIKE, 1, _ALIKE // 2, count_include_pad=False)[0]


@dataclass(frozen=True)
class _Weighed:
    """A weighted sum of a picture."""

    weights: Tensor

    def __call__(self, picture: Tensor) -> Tensor:
        return (self.weights * picture).sum()
