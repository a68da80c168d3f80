"""`wend bench generator`: the textbook is the same network, and the figures are of both."""

import pytest
import torch

from tests.generators.conftest import disturb
from wend.cli.bench.generator import CONTRAST, measure_generator, random_generator
from wend.cli.bench.textbook import draw
from wend.generators.generator import synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

TINY = StyleGAN2Config(
    resolution=16, z_dim=6, w_dim=5, mapping_layers=2, channel_base=64, channel_max=8, conv_clamp=2.0
)


@pytest.mark.parametrize("count", [1, 3])
def test_the_textbook_draws_the_same_pictures(count: int) -> None:
    generator = StyleGAN2Generator(TINY).eval().requires_grad_(False).double()
    disturb(generator)
    rng = torch.Generator().manual_seed(0)
    ws = torch.randn(count, 6, 5, generator=rng, dtype=torch.float64)
    noise = [
        torch.randn(count, 1, r, r, generator=rng).double() if r else None for r in generator.spec.noise_sizes
    ]
    wanted = synthesize(generator, ws, noise, torch.float64)
    assert torch.allclose(draw(generator, ws, noise), wanted, rtol=1e-9, atol=1e-9)


def test_random_pictures_have_the_contrast_of_photographs() -> None:
    generator = random_generator(TINY)
    w = generator.mapping(torch.randn(64, 6, generator=torch.Generator().manual_seed(0)))
    images = synthesize(generator, w[:, None].expand(-1, 6, -1), None)
    assert 0.5 * CONTRAST < float(images.std()) < 2.0 * CONTRAST


def test_measures_both_at_both_batches() -> None:
    result = measure_generator(1, TINY)
    rows = result["rows"]
    assert isinstance(rows, list)
    assert [row["batch"] for row in rows] == [1, 8]
    for row in rows:
        assert row["textbook_ms"] > 0.0
        assert row["live_ms"] > 0.0
        assert row["times_faster"] > 0.0
        assert 0.0 <= row["mean_abs_error"] <= row["max_abs_error"] < 4.0
    assert result["precision"] in ("float32", "bfloat16")
