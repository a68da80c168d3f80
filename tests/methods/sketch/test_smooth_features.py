"""Owner of what is told smoothly from w: its features, and how much of noisy answers is believed."""

import pytest
import torch
from torch import Tensor

from wend.methods.sketch.evidence import _PRIORS, posterior_mean
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


def weights_of(features: Tensor, answers: Tensor) -> Tensor:
    found = posterior_mean(features, answers)
    assert found is not None
    return found


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
    told = features.of(w[2_000:]) @ weights_of(features.of(w[:2_000]), answers[:2_000])
    assert float(torch.corrcoef(torch.stack([told, clean[2_000:]]))[0, 1]) > 0.8


def test_what_bends_is_told_too() -> None:
    w = samples(3_000)
    features = of(w)
    bent = ((w - features.mean) @ features.axes)[:, -1].square()
    answers = bent - bent[:2_000].mean()
    told = features.of(w[2_000:]) @ weights_of(features.of(w[:2_000]), answers[:2_000])
    assert float(torch.corrcoef(torch.stack([told, bent[2_000:]]))[0, 1]) > 0.8


def test_the_more_noise_the_less_is_believed() -> None:
    w, rng = samples(2_000), torch.Generator().manual_seed(2)
    features = of(w).of(w)
    slope, noise = features[:, 0] / features[:, 0].std(), torch.randn(2_000, generator=rng)
    told = [features @ weights_of(features, slope + level * noise) for level in (0.0, 3.0, 30.0)]
    shares = [float((each * slope).mean() / slope.square().mean()) for each in told]
    assert shares[0] == pytest.approx(1.0, abs=0.05)
    assert shares[0] > shares[1] > shares[2]
    # Without a choice of prior it would be three times the slope.
    assert float(told[2].std()) < 1.5


def test_the_prior_is_the_one_with_most_evidence() -> None:
    w, rng = samples(300), torch.Generator().manual_seed(3)
    features = of(w).of(w).double()
    for level in (0.1, 1.0, 10.0):
        answers = features[:, 0] / features[:, 0].std() + level * torch.randn(300, generator=rng).double()

        def evidence(ridge: float, answers: Tensor = answers) -> tuple[float, Tensor]:
            """Of answers that are normal with covariance s (1 + F F' / ridge), s at its best."""
            shape = torch.eye(300, dtype=torch.float64) + features @ features.T / ridge
            solved = torch.linalg.solve(shape, answers)
            told = features.T @ solved / ridge
            return float(-150.0 * (answers @ solved / 300.0).log() - 0.5 * torch.logdet(shape)), told

        _, told = max((evidence(ridge) for ridge in _PRIORS), key=lambda pair: pair[0])
        assert torch.allclose(weights_of(features, answers), told, atol=1e-6)


def test_answers_that_are_no_numbers_tell_nothing() -> None:
    features = of(samples(200)).of(samples(50))
    answers = torch.zeros(50)
    answers[7] = float("nan")
    assert posterior_mean(features, answers) is None


def test_far_outside_nothing_runs_away() -> None:
    w = samples(500)
    far = torch.cat([w, w + 1e6])
    found = weights_of(of(w).of(far), torch.randn(1_000, generator=torch.Generator().manual_seed(4)))
    assert bool(found.isfinite().all())


def test_of_no_difference_nothing_is_told() -> None:
    features = of(samples(200)).of(samples(50))
    assert torch.equal(weights_of(features, torch.zeros(50)), torch.zeros(features.shape[1]))
