"""Region leak: how much of what a slider's end changes lies outside of its region, as a number to descend."""

from dataclasses import dataclass

from torch import Tensor

from wend.methods.region.rank import STEPS

SLIGHT = 0.5
"""8-bit steps: a change below counts by its square, so that there is a slope at none."""
_NONE = 0.05
_LEAST = 1e-3


@dataclass(frozen=True)
class EndLeak:
    """log(change outside / change inside) of a picture, in mean absolute 8-bit steps as leakage is measured,
    and `free` times the squared difference inside from the end as it was, over its squared change.

    start, plain: [1, 3, h, w], the picture at zero and the end as it was; mask: [h, w] in 0..1. Squares would
    care for the few pixels around a mask that change most; absolute changes care for all that lies outside.
    Source of the smooth absolute value: Charbonnier et al., "Two deterministic half-quadratic regularization
    algorithms for computed imaging", 1994.
    """

    start: Tensor
    plain: Tensor
    mask: Tensor
    free: float

    def __call__(self, picture: Tensor) -> Tensor:
        rest = 1.0 - self.mask
        change = STEPS * (picture.clamp(-1.0, 1.0) - self.start)
        slight = (change.square() + SLIGHT**2).sqrt() - SLIGHT
        outside = (slight.mean(dim=1)[0] * rest).sum() / rest.sum()
        inside = self._inside(change)
        before = self._inside(STEPS * (self.plain - self.start))
        bent = STEPS * (picture.clamp(-1.0, 1.0) - self.plain)
        bent = (bent.square().mean(dim=1)[0] * self.mask).sum() / self.mask.sum()
        return (outside + _NONE).log() - inside.log() + self.free * bent / before.square()

    def _inside(self, change: Tensor) -> Tensor:
        found = (change.abs().mean(dim=1)[0] * self.mask).sum() / self.mask.sum()
        return found.clamp_min(_LEAST)
