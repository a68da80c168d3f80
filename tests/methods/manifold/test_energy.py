"""Energies of hand-made chains, against equations 2, 4 and 5."""

import math

import pytest
import torch

from wend.methods.manifold.energy import (
    inside_energy,
    offsets_of,
    spacing,
    spring_energy,
    stiffener_energy,
)


def test_a3_a_straight_evenly_spaced_chain_is_at_rest() -> None:
    way = torch.tensor([[3.0, 0.0], [0.0, 4.0]]) / 5.0
    chain = torch.arange(6.0)[:, None, None] * 2.0 * way / way.norm()
    assert spring_energy(chain, 2.0).item() == pytest.approx(0.0, abs=1e-9)
    assert stiffener_energy(chain, 2.0).item() == pytest.approx(0.0, abs=1e-9)
    assert spacing(chain).tolist() == pytest.approx([2.0] * 5)


def test_a3_energies_are_sums_of_squares_over_neighbours() -> None:
    chain = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 3.0], [5.0, 3.0]])
    # Neighbours are 1, 3, 4 apart; every second ones sqrt(10) and 5.
    assert spring_energy(chain, 2.0).item() == pytest.approx(1.0 + 1.0 + 4.0)
    assert stiffener_energy(chain, 2.0).item() == pytest.approx((math.sqrt(10.0) - 4.0) ** 2 + 1.0)


def test_a3_bending_one_point_raises_the_stiffeners() -> None:
    chain = torch.stack([torch.arange(5.0), torch.zeros(5)], dim=1)
    bent = chain.clone()
    # Moved along a circle about its neighbour, so that one spring keeps its length.
    bent[4] = chain[3] + torch.tensor([math.cos(0.7), math.sin(0.7)])
    assert spring_energy(bent, 1.0).item() == pytest.approx(spring_energy(chain, 1.0).item(), abs=1e-6)
    assert stiffener_energy(bent, 1.0).item() > stiffener_energy(chain, 1.0).item() + 0.01


def test_slopes_are_numbers_where_points_meet_and_where_the_change_is_reached() -> None:
    chain = torch.zeros(4, 3, requires_grad=True)
    (spring_energy(chain, 1.0) + stiffener_energy(chain, 1.0)).backward()
    assert chain.grad is not None
    assert bool(torch.isfinite(chain.grad).all())
    inside = torch.tensor([0.25, 0.5], requires_grad=True)
    inside_energy(inside, torch.tensor([0.25, 0.25])).sum().backward()
    assert inside.grad is not None
    assert inside.grad.tolist() == [0.0, 1.0]


def test_two_frames_have_no_stiffener() -> None:
    assert stiffener_energy(torch.zeros(2, 3), 1.0).item() == 0.0


def test_a10_offsets_are_constant_or_grow_up_to_c() -> None:
    assert offsets_of("constant", 0.3, 4, is_pinned=True).tolist() == pytest.approx([0.3] * 4)
    growing = offsets_of("growing", 0.4, 4, is_pinned=False)
    assert growing.tolist() == pytest.approx([0.4 / 16, 0.4 / 4, 0.4 * 9 / 16, 0.4])
    pinned = offsets_of("growing", 0.4, 3, is_pinned=True)
    assert pinned.tolist() == pytest.approx([0.0, 0.1, 0.4])
