"""Still error: how wrong a picture is, part of which was to stay."""

from dataclasses import dataclass

from torch import Tensor

from wend.methods.region.rank import STEPS
from wend.methods.still.scene import StillScene


@dataclass(frozen=True)
class StillError:
    """Mean squared change a pixel inside the mask, and `free` times the mean squared difference elsewhere
    from the picture as it is without anything kept still, in squared 8-bit steps.

    plain: that picture, [1, 3, h, w].
    """

    scene: StillScene
    plain: Tensor
    free: float

    def __call__(self, picture: Tensor) -> Tensor:
        mask, scene = self.scene.mask, self.scene
        inside = (picture - scene.start).square().mean(dim=1)[0] * mask
        outside = (picture - self.plain).square().mean(dim=1)[0] * (1.0 - mask)
        elsewhere = (1.0 - mask).sum().clamp_min(1.0)
        return STEPS**2 * (inside.sum() / mask.sum() + self.free * outside.sum() / elsewhere)
