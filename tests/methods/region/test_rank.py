"""Directions are ranked by what they change inside for what they change outside."""

import pytest
import torch
from torch import Tensor

from wend.measure.slices import finish
from wend.methods.region.rank import Energies, rank

GROUPS = ((0, 1), (1, 3))


def effects() -> Tensor:
    """Two groups of three axes on a picture of 4 x 4: axis 0 changes the left half, axis 1 the right, axis 2
    both; of the second group half as much."""
    plain = torch.zeros(3, 3, 4, 4)
    plain[0, :, :, :2] = 1.0
    plain[1, :, :, 2:] = 1.0
    plain[2] = 1.0
    return torch.stack([plain, 0.5 * plain])


def left() -> Tensor:
    mask = torch.zeros(4, 4)
    mask[:, :2] = 1.0
    return mask


def test_the_best_direction_leaves_the_outside_alone() -> None:
    energies = finish(Energies.of(effects(), left()))
    best = finish(rank(energies, GROUPS, 4))[0]
    assert best.inside > 100.0
    assert best.outside < 0.01 * best.inside


def test_a_direction_is_one_standard_deviation_in_every_row_that_it_moves() -> None:
    energies = finish(Energies.of(effects(), left()))
    for candidate in finish(rank(energies, GROUPS, 6)):
        moved = [
            c for c, rows in zip(candidate.coefficients, GROUPS, strict=True) if _within(rows, candidate.rows)
        ]
        assert torch.stack(moved).square().sum().item() / len(moved) == pytest.approx(1.0)
        vector = candidate.vector(torch.eye(3), GROUPS, 4)
        assert vector.shape == (4, 3)
        assert vector[3].abs().max() == 0.0


def _within(rows: tuple[int, int], whole: tuple[int, int]) -> bool:
    return whole[0] <= rows[0] and rows[1] <= whole[1]


def test_one_effect_is_told_once() -> None:
    energies = finish(Energies.of(effects(), left()))
    found = finish(rank(energies, GROUPS, 10))
    flat = energies.effects.flatten(2).flatten(0, 1)
    seen = [c.coefficients.flatten().float() @ flat for c in found]
    seen = [effect / effect.norm() for effect in seen]
    assert len(found) == 2, "there are two halves to change"
    assert abs(float(seen[0] @ seen[1])) < 0.9


def test_inside_and_outside_are_mean_squares_in_steps() -> None:
    energies = finish(Energies.of(effects(), left()))
    assert float(energies.inside[0, 0]) == pytest.approx(127.5**2)
    assert float(energies.outside[0, 0]) == 0.0
    assert float(energies.outside[5, 5]) == pytest.approx((0.5 * 127.5) ** 2)


def test_a_stiff_ridge_prefers_what_needs_a_short_way() -> None:
    weak = effects()
    weak[:, 0] *= 0.01  # clean, but hardly anything a standard deviation
    energies = finish(Energies.of(weak, left()))
    free = finish(rank(energies, GROUPS, 1, ridge=1e-6))[0]
    held = finish(rank(energies, GROUPS, 1, ridge=1e4))[0]
    assert held.inside > free.inside
    assert free.outside / free.inside <= held.outside / held.inside
