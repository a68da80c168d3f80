"""Still share: what is left of a change where nothing was to move, and how unlike the rest has become, as
shares of what the edits do."""

from dataclasses import dataclass

from torch import Tensor

from wend.methods.region.rank import STEPS
from wend.methods.still.scene import StillScene

SLIGHT = 0.15
"""Of the edits' own change in the region: less counts by its square, so that there is a slope at none."""


@dataclass(frozen=True)
class StillShare:
    """The mean absolute change inside the mask as a share of the edits' own there, over `aim`, and `free`
    times the mean squared difference elsewhere from the picture with the edits alone, as a share of theirs.

    plain: that picture, [1, 3, h, w]; own: mean absolute change inside that it has, in 8-bit steps, above 0.
    Absolute changes are what is judged; squares would leave a slight change nearly as it is.
    """

    scene: StillScene
    plain: Tensor
    own: float
    free: float
    aim: float

    def __call__(self, picture: Tensor) -> Tensor:
        mask, scene = self.scene.mask, self.scene
        slight = SLIGHT * self.own
        change = STEPS * (picture.clamp(-1.0, 1.0) - scene.start.clamp(-1.0, 1.0))
        still = (((change.square() + slight**2).sqrt() - slight).mean(dim=1)[0] * mask).sum() / mask.sum()
        unlike = self._elsewhere(picture - self.plain) / self.spread
        return still / (self.own * self.aim) + self.free * unlike

    @property
    def spread(self) -> Tensor:
        """Mean squared change elsewhere with the edits alone, in squared 8-bit steps: []."""
        return self._elsewhere(self.plain - self.scene.start).clamp_min(1e-3)

    @property
    def curved(self) -> Tensor:
        """About the second derivative by each value of the picture once little is left: [h, w]."""
        rest = 1.0 - self.scene.mask
        still = self.scene.mask / (self.scene.mask.sum() * self.own**2 * self.aim * self.aim)
        return STEPS**2 / 3.0 * (still + 2.0 * self.free * rest / (rest.sum().clamp_min(1.0) * self.spread))

    def _elsewhere(self, change: Tensor) -> Tensor:
        rest = 1.0 - self.scene.mask
        return STEPS**2 * (change.square().mean(dim=1)[0] * rest).sum() / rest.sum().clamp_min(1.0)
