"""Region rank: from derivatives to directions that change the inside of a mask most for what they change
outside."""

from dataclasses import dataclass

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.region.space import Rows, spread_over_rows

STEPS = 127.5
"""8-bit steps in one unit of an image."""
RIDGE = 0.5
"""Outside energy, in squared 8-bit steps a pixel, that one squared standard deviation counts as: with it
directions go no farther from the mean of w than what they change is worth. Tried on the bundled portraits:
at 0.1 leakage is a tenth less, and pictures fall apart at half the range; at 1 it is a fifth more."""
SAME = 0.9
"""Cosine of two effects on the picture from which on they are one."""


@dataclass(frozen=True)
class RegionCandidate:
    """A direction before anyone has looked at it. coefficients: float64 [G, K] in standard deviations of the
    space's axes, of norm 1 over the groups it moves; rows: all it moves, [start, end).

    inside, outside: root mean square change a pixel of one standard deviation, in 8-bit steps, as the
    derivatives say. gain: inside energy over outside energy with the ridge.
    """

    coefficients: Tensor
    rows: Rows
    inside: float
    outside: float
    gain: float

    def vector(self, axes: Tensor, groups: tuple[Rows, ...], num_ws: int) -> Tensor:
        """What one standard deviation adds to ws: float32 [L, D]."""
        count = self.coefficients.shape[1]
        return spread_over_rows(self.coefficients.to(axes) @ axes[:count], groups, num_ws)


@dataclass(frozen=True)
class Energies:
    """Mean squared change a pixel per pair of directions, in squared 8-bit steps: float64 [G K, G K] inside
    and outside of a mask; effects: the derivatives [G, K, 3, h, w]."""

    inside: Tensor
    outside: Tensor
    effects: Tensor

    @classmethod
    def of(cls, effects: Tensor, mask: Tensor) -> Sliced["Energies"]:
        """effects float32 [G, K, 3, h, w]; mask float32 [h, w] in 0..1, neither empty nor full."""
        weights = mask.to(effects)
        inside = _energy(effects, weights)
        yield
        outside = _energy(effects, 1.0 - weights)
        yield
        return cls(inside, outside, effects)


def _energy(effects: Tensor, weights: Tensor) -> Tensor:
    flat = (effects * (STEPS * weights.sqrt())).flatten(2).flatten(0, 1)
    pixels = float(weights.sum()) * effects.shape[2]
    return (flat @ flat.T).double().cpu() / pixels


def rank(
    energies: Energies, groups: tuple[Rows, ...], count: int, ridge: float = RIDGE
) -> Sliced[list[RegionCandidate]]:
    """The best directions, best first, no two of the same effect: of all row ranges together, of all with
    one displacement for every row, and of each range alone.

    Maximises c'Ac / c'(B + ridge I)c with the mean squared change inside (A) and outside (B): the leading
    generalised eigenvectors. Source: Zhu et al., "Region-Based Semantic Factorization in GANs", ICML 2022,
    the Rayleigh quotient of the Jacobian's two parts; the ridge and the space are ours.
    """
    axes_count = energies.effects.shape[1]
    found: list[RegionCandidate] = []
    for basis, rows in _families(groups, axes_count):
        found += _solve(energies, basis, rows, groups, count, ridge)
        yield
    found.sort(key=lambda candidate: -candidate.gain)
    kept: list[RegionCandidate] = []
    flat = energies.effects.flatten(2).flatten(0, 1)
    seen: list[Tensor] = []
    for candidate in found:
        effect = candidate.coefficients.flatten().to(flat) @ flat
        effect = effect / effect.norm().clamp_min(1e-12)
        if all(abs(float(effect @ other)) < SAME for other in seen):
            kept.append(candidate)
            seen.append(effect)
        if len(kept) == count:
            break
    return kept


def _families(groups: tuple[Rows, ...], axes_count: int) -> list[tuple[Tensor, Rows]]:
    """Subspaces to look in: [G K, n] of orthonormal columns, and the rows each moves."""
    count = len(groups)
    whole = torch.eye(count * axes_count, dtype=torch.float64)
    everything = (groups[0][0], groups[-1][1])
    if count == 1:
        return [(whole, everything)]
    tied = torch.eye(axes_count, dtype=torch.float64).repeat(count, 1) / count**0.5
    alone = [
        (whole[:, index * axes_count : (index + 1) * axes_count], rows) for index, rows in enumerate(groups)
    ]
    return [(whole, everything), (tied, everything), *alone]


def _solve(
    energies: Energies, basis: Tensor, rows: Rows, groups: tuple[Rows, ...], count: int, ridge: float
) -> list[RegionCandidate]:
    inside = basis.T @ energies.inside @ basis
    outside = basis.T @ energies.outside @ basis
    factor = torch.linalg.cholesky(outside + ridge * torch.eye(len(outside), dtype=torch.float64))
    half = torch.linalg.solve_triangular(factor, inside, upper=False)
    values, vectors = torch.linalg.eigh(torch.linalg.solve_triangular(factor, half.T, upper=False))
    found: list[RegionCandidate] = []
    for index in range(len(values) - 1, max(-1, len(values) - 1 - count), -1):
        solved = torch.linalg.solve_triangular(factor.T, vectors[:, index : index + 1], upper=True)
        coefficients = (basis @ solved)[:, 0]
        moved = sum(1 for group in groups if rows[0] <= group[0] and group[1] <= rows[1])
        # One standard deviation of w in every row that moves.
        coefficients = coefficients / (coefficients.norm() / moved**0.5).clamp_min(1e-12)
        found.append(
            RegionCandidate(
                coefficients.reshape(len(groups), -1),
                rows,
                _length(energies.inside, coefficients),
                _length(energies.outside, coefficients),
                float(values[index]),
            )
        )
    return found


def _length(energy: Tensor, coefficients: Tensor) -> float:
    return float((coefficients @ energy @ coefficients).clamp_min(0.0).sqrt())
