"""Region polish: a slider bent at its ends until what lies outside of its region moves less, and made
straight again through them."""

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.descent import Descent
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.rank import Energies
from wend.methods.region.space import spread_over_rows
from wend.methods.still.scene import RIDGE, StillError, StillScene

EVALUATIONS = 6
FREE = 0.1
"""What a squared difference inside from the slider as it was weighs against a squared change outside."""


def polish(
    jacobian: RegionJacobian, energies: Energies, mask: Tensor, vector: Tensor, low: float, high: float
) -> Sliced[Tensor]:
    """A direction float32 [L, D], one standard deviation of which is `vector`, with less change outside of a
    mask [h, w] at its ends low <= 0 <= high and about the same inside: float32 [L, D].

    Its derivatives say what it does at the picture; far from there they are out of date. Here the change at
    both ends is looked at itself, and a correction in proportion to the strength is sought by quasi-Newton
    steps: minimise, summed over the ends, |change outside|^2 + free |difference inside from the uncorrected
    end|^2, in mean squares a pixel, + ridge |correction|^2. The derivatives at the picture, of the first axes
    of each range of rows, say about how curved that is, so that few steps do.
    """
    at, groups = jacobian.at, jacobian.groups
    scene = StillScene.of(at, jacobian.axes, 1.0 - mask)
    reach = max(high, -low)
    errors: list[tuple[float, StillError]] = []
    for end in (low, high):
        if end != 0.0:
            base = scene.ws + end * vector
            plain = yield from scene.draw(base)
            errors.append((end / reach, StillError(scene, base, plain, FREE)))
    if not errors:
        return vector
    size = energies.effects.shape[1]
    curved = sum(share**2 for share, _ in errors) * (energies.outside + FREE * energies.inside)
    count = len(curved)
    curved = 2.0 * (curved + RIDGE * torch.eye(count, dtype=torch.float64))
    factor = torch.linalg.cholesky(curved)

    def correction(x: Tensor) -> Tensor:
        """Over all rows and axes, float64 [L * K], from numbers of about equal effect."""
        solved = torch.linalg.solve_triangular(factor.T, x[:, None], upper=True)[:, 0]
        rows = spread_over_rows(solved.reshape(len(groups), size), groups, scene.ws.shape[1])
        return torch.nn.functional.pad(rows, (0, len(scene.axes) - size)).flatten()

    def evaluate(x: Tensor) -> Sliced[tuple[float, Tensor]]:
        total, slope = 0.0, torch.zeros(scene.ws.shape[1] * len(scene.axes), dtype=torch.float64)
        moved = correction(x)
        for share, error in errors:
            value, part = yield from error(share * moved)
            total += value
            slope += share * part
        by_row = slope.reshape(scene.ws.shape[1], -1)[:, :size]
        by_group = torch.stack([by_row[start:end].sum(dim=0) for start, end in groups]).flatten()
        return total, torch.linalg.solve_triangular(factor, by_group[:, None], upper=False)[:, 0]

    descent = Descent(evaluate, torch.zeros(count, dtype=torch.float64), is_whitened=True)
    yield from descent.run(EVALUATIONS)
    return vector + scene.displacement(correction(descent.x))[0] / reach
