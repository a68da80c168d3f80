"""Owner of jitter."""

import pytest
import torch

from wend.methods.sketch.jitter import jittered

SIDE, COUNT, MOST = 64, 300, 0.05


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


def middles(maps: torch.Tensor) -> torch.Tensor:
    """Centres of mass of maps [N, 1, S, S], (x, y) in pixels, [N, 2]."""
    places = torch.arange(SIDE) + 0.5
    whole = maps.sum(dim=(1, 2, 3))
    x = (maps.sum(dim=2)[:, 0] * places).sum(dim=1) / whole
    y = (maps.sum(dim=3)[:, 0] * places).sum(dim=1) / whole
    return torch.stack([x, y], dim=1)


def test_it_moves_each_of_its_own_by_so_much_at_most_and_by_nothing_in_the_mean() -> None:
    maps = torch.zeros(COUNT, 1, SIDE, SIDE)
    maps[:, :, 30:34, 30:34] = 1.0
    ways = middles(jittered(maps, MOST, rng())) - SIDE / 2
    # Of a spot in the middle turning moves nothing, and sizing next to nothing.
    assert ways.abs().max().item() == pytest.approx(MOST * SIDE, rel=0.1)
    assert ways.mean(dim=0).abs().max().item() < 0.3
    assert len(ways.unique(dim=0)) == COUNT


def test_it_turns_and_sizes() -> None:
    maps = torch.zeros(COUNT, 1, SIDE, SIDE)
    maps[:, :, 30:34, 8:12] = maps[:, :, 30:34, 52:56] = 1.0
    seen = jittered(maps, MOST, rng())
    left, right = (seen * (torch.arange(SIDE) < 32), seen * (torch.arange(SIDE) >= 32))
    across = middles(right) - middles(left)
    angles = torch.atan2(across[:, 1], across[:, 0])
    lengths = across.norm(dim=1) / 44.0
    assert angles.abs().max().item() == pytest.approx(MOST, rel=0.1)
    assert lengths.min().item() == pytest.approx(1.0 / (1.0 + MOST), abs=0.01)
    assert lengths.max().item() == pytest.approx(1.0 / (1.0 - MOST), abs=0.01)


def test_paper_stays_paper_up_to_the_edge_and_nothing_is_nothing() -> None:
    paper = torch.ones(3, 3, SIDE, SIDE)
    assert torch.allclose(jittered(paper, MOST, rng()), paper, atol=1e-6)
    maps = torch.rand(2, 1, SIDE, SIDE, generator=rng())
    assert torch.allclose(jittered(maps, 0.0, rng()), maps, atol=1e-5)


def test_a_penalty_on_gradients_passes() -> None:
    maps = torch.rand(2, 1, 16, 16, requires_grad=True)
    weight = torch.ones((), requires_grad=True)
    (gradient,) = torch.autograd.grad(
        (weight * jittered(maps, MOST, rng())).square().sum(), maps, create_graph=True
    )
    gradient.square().sum().backward()
    assert weight.grad is not None
    assert weight.grad.item() != 0.0
