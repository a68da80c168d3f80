"""Latent use: known KL, a code that drops a factor, reconstruction by hand."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor

from wend.generators.analytic import AnalyticGenerator
from wend.generators.generator import Generator
from wend.measure.latent_use import LatentUse, kl_chart, latent_use
from wend.measure.slices import finish
from wend.worlds.disc import Disc


class KnownEncoder:
    """Says of picture k the k-th row of given means, and one variance for all."""

    def __init__(self, means: Tensor, log_variance: Tensor) -> None:
        self.means, self.log_variance, self.at = means, log_variance, 0

    def __call__(self, images: Tensor) -> tuple[Tensor, Tensor]:
        rows = self.means[self.at : self.at + len(images)]
        self.at += len(images)
        return rows, self.log_variance.expand_as(rows)


def _use(
    generator: Generator, means: Tensor, log_variance: Tensor, images: Tensor, **told: Tensor
) -> LatentUse:
    return finish(latent_use(generator, KnownEncoder(means, log_variance), images, told))


def test_a_dropped_factor_shows() -> None:
    """Known KL: 0.5 (mean^2 + var - 1 - ln var); the first latent follows x, nothing follows y."""
    generator = AnalyticGenerator(Disc(), 16)
    dim = generator.spec.z_dim
    rng = torch.Generator().manual_seed(0)
    x, y = torch.randn(2, 40, generator=rng)
    means = torch.zeros(40, dim)
    means[:, 0] = 2.0 * x
    log_variance = torch.zeros(dim)
    log_variance[0] = math.log(0.1)
    means[:, 1] = 1e-3 * y  # it follows y, but is drowned by its own noise
    images = torch.zeros(40, 3, 16, 16)
    found = _use(generator, means, log_variance, images, x=x, y=y, still=torch.ones(40))
    first = 0.5 * (float(means[:, 0].square().mean()) + 0.1 - 1.0 - math.log(0.1))
    assert found.kl == pytest.approx([first, *[0.0] * (dim - 1)], abs=1e-5)
    assert (found.used, found.count) == (1, 40)
    assert found.total == pytest.approx(first)
    assert found.followed["x"] == pytest.approx(1.0 - 0.1 / 4.1, abs=0.03)
    assert found.followed["still"] is None
    assert found.dropped == ("y",)
    assert found.as_dict()["dropped"] == ["y"]
    chart = kl_chart("KL", {"one": found})
    assert chart.series["one"] == pytest.approx((first, *[0.0] * (dim - 1)), abs=1e-5)
    assert found.table().rows[0][1] == pytest.approx(first)


def test_reconstruction_is_what_bernoulli_pixels_miss() -> None:
    """The world draws its own pictures again exactly; what is left is the entropy of soft pixels."""
    generator = AnalyticGenerator(Disc(), 16)
    z = torch.randn(3, generator.spec.z_dim, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        state = generator.step(generator.start(3, torch.float32), generator.mapping(z), None)
    assert state.rgb is not None
    images = state.rgb
    found = _use(generator, z, torch.zeros(generator.spec.z_dim), images)
    assert found.error == pytest.approx(0.0, abs=1e-9)
    p = (0.5 * (images + 1.0)).double().mean(dim=1).clamp(1e-6, 1 - 1e-6).numpy()
    entropy = -(p * np.log(p) + (1 - p) * np.log(1 - p)).sum() / 3
    assert found.missed == pytest.approx(entropy, rel=1e-3)
    worse = _use(generator, z.flip(0) + 2.0, torch.zeros(generator.spec.z_dim), images)
    assert worse.error > found.error
    assert worse.missed > found.missed
