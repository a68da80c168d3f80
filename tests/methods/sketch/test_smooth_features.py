"""Owner of what is told smoothly from w: its features, and how much of noisy answers is believed."""

import pytest
import torch
from torch import Tensor

from wend.methods.sketch.evidence import posterior_mean
from wend.methods.sketch.smooth_features import SmoothFeatures


def samples(count: int, seed: int = 0) -> Tensor:
    """w [count, 6] about (3, ..): one direction is wide, one a fiftieth of it, across the axes."""
    rng = torch.Generator().manual_seed(seed)
    mix, _ = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(9)))
    w: Tensor = (
        3.0 + torch.randn(count, 6, generator=rng) * torch.tensor([5.0, 2.0, 1.0, 1.0, 0.5, 0.1]) @ mix
    )
    return w


def of(w: Tensor) -> SmoothFeatures:
    return SmoothFeatures.over(w, seed=0)


def test_features_are_of_one_size_however_wide_w_is() -> None:
    for factor in (0.01, 1.0, 100.0):
        w = factor * samples(4_000)
        norms = of(w).of(w).square().sum(dim=1)
        assert float(norms.mean()) == pytest.approx(1.0, abs=0.05)


def test_features_depend_on_w_alone_and_go_with_its_gradient() -> None:
    w = samples(500)
    features = of(w)
    assert features.of(w).shape == (500, features.count)
    assert torch.equal(of(w).of(w[:3]), features.of(w[:3]))
    place = w[:3].clone().requires_grad_(True)
    features.of(place).sum().backward()
    assert place.grad is not None
    assert bool((place.grad != 0.0).all())


def test_a_w_without_width_is_told_without_a_fault() -> None:
    w = torch.ones(100, 4)
    assert bool(of(w).of(w).isfinite().all())


@pytest.mark.parametrize("direction", [0, 1, 2])
def test_a_slope_is_found_in_noise_three_times_as_large(direction: int) -> None:
    w, rng = samples(3_000), torch.Generator().manual_seed(1)
    features = of(w)
    # Along principal directions, narrow ones too: in standard deviations.
    placed = ((w - features.mean) @ features.axes)[:, -1 - direction]
    clean = placed / placed.std()
    answers = clean + 3.0 * torch.randn(3_000, generator=rng)
    told = features.of(w[2_000:]) @ posterior_mean(features.of(w[:2_000]), answers[:2_000])
    assert float(torch.corrcoef(torch.stack([told, clean[2_000:]]))[0, 1]) > 0.8


def test_what_bends_is_told_too() -> None:
    w = samples(3_000)
    features = of(w)
    bent = ((w - features.mean) @ features.axes)[:, -1].square()
    answers = bent - bent[:2_000].mean()
    told = features.of(w[2_000:]) @ posterior_mean(features.of(w[:2_000]), answers[:2_000])
    assert float(torch.corrcoef(torch.stack([told, bent[2_000:]]))[0, 1]) > 0.8


def test_the_more_noise_the_less_is_believed() -> None:
    w, rng = samples(2_000), torch.Generator().manual_seed(2)
    features = of(w).of(w)
    slope, noise = features[:, 0] / features[:, 0].std(), torch.randn(2_000, generator=rng)
    sizes = [
        float((features @ posterior_mean(features, slope + level * noise)).std())
        for level in (0.0, 3.0, 30.0)
    ]
    assert sizes[0] == pytest.approx(1.0, abs=0.1)
    # Of noise alone less is told than of a slope, though the answers are thirty times as far apart.
    nothing = features @ posterior_mean(features, noise)
    assert float(nothing.std()) < 0.3


def test_of_no_difference_nothing_is_told() -> None:
    features = of(samples(200)).of(samples(50))
    assert torch.equal(posterior_mean(features, torch.zeros(50)), torch.zeros(features.shape[1]))
