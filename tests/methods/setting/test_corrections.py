"""Corrections: strengths that bring what is seen to targets within three rounds."""

import pytest
import torch

from wend.methods.setting.corrections import ROUNDS, Corrections

COUNT = 200


def _bent(alphas: torch.Tensor, hidden: torch.Tensor) -> torch.Tensor:
    """Two factors that are not what their curves say, that leak into each other, and bend."""
    mix = torch.tensor([[0.7, 0.2], [-0.15, 1.3]], dtype=torch.float64)
    return 1.1 * torch.tanh(alphas @ mix.T + hidden)


def _start() -> tuple[torch.Tensor, torch.Tensor]:
    rng = torch.Generator().manual_seed(4)
    targets = 1.6 * torch.rand(COUNT, 2, generator=rng, dtype=torch.float64) - 0.8
    return targets, 0.2 * torch.randn(COUNT, 2, generator=rng, dtype=torch.float64)


def _corrected(targets: torch.Tensor, hidden: torch.Tensor, furthest: float = 2.0) -> Corrections:
    ends = torch.full((COUNT, 2), furthest, dtype=torch.float64)
    looked = Corrections(targets, torch.tensor([2.0, 2.0]), 0.0 * ends, -ends, ends)
    while not looked.is_done:
        looked.look(_bent(looked.alphas, hidden))
    return looked


def test_two_factors_that_leak_come_together() -> None:
    targets, hidden = _start()
    looked = _corrected(targets, hidden)
    alphas, seen = looked.best
    assert looked.looks == 1 + ROUNDS
    assert torch.equal(seen, _bent(alphas, hidden)), "what is told was seen there"
    before = (_bent(0.0 * targets, hidden) - targets).abs().mean()
    assert float((seen - targets).abs().mean()) < 0.02 * float(before)


def test_what_is_likely_is_tried_first() -> None:
    ends, slopes = torch.ones(1, 1), torch.tensor([0.5])
    looked = Corrections(0.3 * ends, torch.ones(1), 0.0 * ends, -ends, ends, slopes=slopes)
    looked.look(0.0 * ends)
    assert looked.alphas.item() == pytest.approx(0.6)
    looked.look(0.5 * looked.alphas)
    assert looked.is_done


def test_no_strength_leaves_its_ends() -> None:
    targets, hidden = _start()
    alphas, _ = _corrected(targets, hidden, furthest=0.3).best
    assert float(alphas.abs().max()) <= 0.3


def test_the_best_is_kept_where_correcting_makes_it_worse() -> None:
    ends = torch.ones(1, 1)
    looked = Corrections(ends, torch.ones(1), torch.zeros(1, 1), -ends, ends)
    for seen in (0.9, 5.0, -3.0, float("nan")):
        looked.look(torch.tensor([[seen]]))
    assert looked.is_done
    alphas, seen_there = looked.best
    assert (float(alphas), round(float(seen_there), 6)) == (0.0, 0.9)


def test_what_is_there_is_left_alone() -> None:
    ends = torch.ones(1, 1)
    looked = Corrections(torch.full((1, 1), 0.5), torch.ones(1), torch.zeros(1, 1), -ends, ends)
    looked.look(torch.tensor([[0.505]]))
    assert looked.is_done
    assert looked.looks == 1
