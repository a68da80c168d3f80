"""Region polish: a slider bent at its ends until what lies outside of its region moves less, and made
straight again through them."""

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.descent import Descent
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.leak import EndLeak
from wend.methods.region.rank import Energies
from wend.methods.region.whiten import Whitening
from wend.methods.still.scene import StillScene
from wend.methods.still.slope import PictureSlope

EVALUATIONS = 30
FREE = 0.2
"""What a squared difference inside from the slider as it was, over its squared change, weighs."""
RIDGE = 0.3
"""Squared 8-bit steps a pixel that one squared standard deviation of w, mean over rows, counts as."""
_FOLD = 20.0
"""Squared 8-bit steps a pixel that e times less leakage at one end counts as."""
_CAREFUL = 4.0
"""Times the curvature that derivatives tell: with steps half as long at first the search leaves no valley."""
_INSIDE = 0.1  # of what the inside is curved, that the search feels


def polish(
    jacobian: RegionJacobian,
    energies: Energies,
    mask: Tensor,
    vector: Tensor,
    low: float,
    high: float,
    evaluations: int = EVALUATIONS,
) -> Sliced[Tensor]:
    """A direction float32 [L, D], one standard deviation of which is `vector`, that leaks less at its ends
    low <= 0 <= high beyond a mask [h, w], and does about the same inside: float32 [L, D].

    Its derivatives say what it does at the picture; far from there they are out of date. Here the change at
    both ends is looked at itself, and a correction in proportion to the strength is sought by quasi-Newton
    steps, of every style row along every axis of w: minimise `EndLeak`, summed over the ends, + ridge
    |correction|^2. The derivatives at the picture say about how curved that is, so that few steps do.
    Straight is enough: ends corrected each by itself leak no less (docs/benchmarks.md).
    """
    at, groups = jacobian.at, jacobian.groups
    scene = StillScene.of(at, jacobian.axes, 1.0 - mask)
    reach = max(high, -low)
    slopes: list[tuple[float, PictureSlope]] = []
    start = scene.start.clamp(-1.0, 1.0)
    for end in (low, high):
        if end != 0.0:
            base, share = scene.ws + end * vector, end / reach
            plain = (yield from scene.draw(base)).clamp(-1.0, 1.0)
            leak = EndLeak(start, plain, mask, FREE)
            slopes.append((share, PictureSlope(scene, base, leak, RIDGE / _FOLD)))
    if not slopes:
        return vector
    squares = sum(share**2 for share, _ in slopes)
    curved = 2.0 * squares * (energies.outside + _INSIDE * energies.inside)
    num_ws = scene.ws.shape[1]
    white = Whitening.of(_CAREFUL * curved, scene.axes, groups, num_ws, _CAREFUL * 2.0 * squares * RIDGE)

    def evaluate(x: Tensor) -> Sliced[tuple[float, Tensor]]:
        total, slope = 0.0, torch.zeros(white.scale.numel(), dtype=torch.float64)
        moved = white.correction(x)
        for share, told in slopes:
            value, part = yield from told(share * moved)
            total += _FOLD * value
            slope += _FOLD * share * part
        return total, white.slope(slope)

    descent = Descent(evaluate, torch.zeros(len(white), dtype=torch.float64), is_whitened=True)
    yield from descent.run(evaluations)
    return vector + scene.displacement(white.correction(descent.x))[0] / reach
