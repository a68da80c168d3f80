"""Muon on convolutions: a step is of one size in every direction, and goes on after a stop."""

import pytest
import torch
from torch import nn

from wend.optim.conv_muon import ConvMuon
from wend.optim.guarded_step import apply_update


def _layers() -> list[nn.Module]:
    torch.manual_seed(0)
    layers: list[nn.Module] = [nn.Conv2d(4, 8, 3), nn.Linear(6, 5)]
    for layer in layers:
        layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack it
    return layers


def _weights(layers: list[nn.Module]) -> list[nn.Parameter]:
    return [parameter for layer in layers for parameter in layer.parameters() if parameter.ndim > 1]


def _step(optimizer: ConvMuon, weights: list[nn.Parameter], seed: int) -> None:
    rng = torch.Generator().manual_seed(seed)
    optimizer.zero_grad()
    for weight in weights:
        weight.grad = torch.randn(weight.shape, generator=rng)
    optimizer.gather()
    apply_update(optimizer)


def test_a_step_is_of_one_size_in_every_direction() -> None:
    weights = _weights(_layers())
    before = [weight.detach().clone() for weight in weights]
    _step(ConvMuon(weights, lr=0.1), weights, 1)
    for weight, was in zip(weights, before, strict=True):
        sizes = torch.linalg.svdvals((weight.detach() - was).flatten(1))
        wanted = 0.1 * 0.2 * max(weight.flatten(1).shape) ** 0.5
        # Five rounds bring singular values between 0.7 and 1.2, and no nearer.
        assert 0.6 * wanted < float(sizes.min())
        assert float(sizes.max()) < 1.3 * wanted


def test_it_comes_down_a_slope() -> None:
    layer = nn.Conv2d(3, 8, 3, padding=1).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimizer = ConvMuon([layer.weight], lr=0.05)
    x = torch.randn(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        loss = (layer(x) - 1.0).square().mean()
        loss.backward()
        optimizer.gather()
        apply_update(optimizer)
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]


def test_without_a_gradient_nothing_moves() -> None:
    weights = _weights(_layers())
    optimizer, before = ConvMuon(weights, lr=0.1), [weight.detach().clone() for weight in weights]
    _step(optimizer, weights, 1)
    moved = [weight.detach().clone() for weight in weights]
    optimizer.zero_grad()
    optimizer.gather()
    apply_update(optimizer)
    assert not any(torch.equal(a, b) for a, b in zip(before, moved, strict=True))
    assert all(torch.equal(a, b) for a, b in zip(moved, weights, strict=True))


def test_it_goes_on_after_a_stop() -> None:
    whole, half = _weights(_layers()), _weights(_layers())
    first, second = ConvMuon(whole, lr=0.1), ConvMuon(half, lr=0.1)
    _step(first, whole, 1)
    _step(second, half, 1)
    rest = ConvMuon(half, lr=0.1)
    rest.load_state_dict(second.state_dict())
    _step(first, whole, 2)
    _step(rest, half, 2)
    assert all(torch.equal(a, b) for a, b in zip(whole, half, strict=True))


def test_weights_that_lie_otherwise_are_refused() -> None:
    with pytest.raises(ValueError, match="channels last"):
        ConvMuon([next(nn.Conv2d(4, 8, 3).parameters())], lr=0.1)
