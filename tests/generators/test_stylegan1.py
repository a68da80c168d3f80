"""Our first StyleGAN: names and rows, states that can be left and resumed, gradients, cards."""

from dataclasses import asdict

import pytest
import torch
import torch.nn.functional as F

from tests.generators.conftest import disturb
from wend.errors import CardInvalid
from wend.generators.build import build_discriminator, build_generator
from wend.generators.generator import synthesize
from wend.generators.shapes_alone import shapes_alone
from wend.generators.stylegan1 import StyleGAN1Config, StyleGAN1Generator, spread_kernel

SMALL = StyleGAN1Config(resolution=16, z_dim=6, w_dim=5, mapping_layers=2, channel_base=64, channel_max=8)


@pytest.fixture(scope="module")
def small() -> StyleGAN1Generator:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = StyleGAN1Generator(SMALL)
    disturb(generator)
    return generator.eval().requires_grad_(False)


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def test_spec_of_the_published_configuration() -> None:
    with shapes_alone():
        generator = StyleGAN1Generator(StyleGAN1Config(resolution=1024))
        judge = build_discriminator(generator)
    assert generator.spec.num_ws == 18
    assert generator.spec.noise_sizes[:4] == (4, 4, 8, 8)
    assert generator.spec.noise_sizes[-1] == 1024
    # 26 219 627 are stated by its authors' program, which counts the 8 layers for smaller pictures, too.
    of_smaller = sum(3 * SMALL_CHANNELS[side] + 3 for side in SMALL_CHANNELS)
    assert sum(p.numel() for p in generator.parameters()) + of_smaller == 26_219_627
    assert judge is not None
    assert isinstance(judge, torch.nn.Module)


SMALL_CHANNELS = {4 * 2**k: min(16384 // (4 * 2**k), 512) for k in range(8)}


def test_spec(small: StyleGAN1Generator) -> None:
    assert small.spec.layer_names == tuple(f"layer{row}" for row in range(6))
    assert small.spec.noise_sizes == (4, 4, 8, 8, 16, 16)
    maps = small.constant_noise()
    assert [m.shape[-1] for m in maps if m is not None] == [4, 4, 8, 8, 16, 16]
    assert [m.shape for m in small.style_matrices()] == [(16, 5)] * 4 + [(8, 5)] * 2
    assert small.size_bytes > sum(p.numel() * 4 for p in small.parameters())


@pytest.mark.parametrize("row", range(7))
def test_synthesis_resumes_from_any_state_bit_for_bit(small: StyleGAN1Generator, row: int) -> None:
    ws, noise = _random(2, 6, 5), small.constant_noise()
    state = small.start(2, torch.float32)
    for k in range(row):
        state = small.step(state, ws[:, k], noise[k])
    assert (state.rgb is None) == (row < 6)
    assert torch.equal(synthesize(small, ws, noise, state=state), synthesize(small, ws, noise))


def test_noise_changes_the_picture_and_a_map_of_each_sample_its_own(small: StyleGAN1Generator) -> None:
    ws = _random(1, 6, 5).expand(2, -1, -1)
    maps: list[torch.Tensor | None] = [_random(2, 1, n, n) for n in small.spec.noise_sizes]
    first, second = synthesize(small, ws, maps)
    assert not torch.allclose(first, second, atol=1e-3)
    alone = synthesize(small, ws[:1], [None if m is None else m[:1] for m in maps])
    assert torch.allclose(alone[0], first, atol=1e-4)


def test_gradients_reach_every_row_and_are_finite(small: StyleGAN1Generator) -> None:
    ws = _random(2, 6, 5).requires_grad_()
    synthesize(small, ws, None).square().mean().backward()
    assert ws.grad is not None
    assert bool(ws.grad.isfinite().all())
    assert bool(ws.grad.abs().sum(dim=2).gt(0).all())


def test_a_spread_kernel_is_the_kernel_on_a_pixel_and_its_copies() -> None:
    x, weight = _random(1, 2, 4, 4), _random(3, 2, 3, 3)
    doubled = F.conv2d(F.interpolate(x, scale_factor=2, mode="nearest"), weight, padding=1)
    at_once = F.conv_transpose2d(x, spread_kernel(weight.flip(2, 3)).transpose(0, 1), stride=2, padding=1)
    assert torch.allclose(at_once, doubled, atol=1e-5)


def test_a_card_builds_it_and_a_wrong_one_does_not() -> None:
    generator = build_generator("stylegan1", asdict(SMALL))
    assert isinstance(generator, StyleGAN1Generator)
    assert generator.config == SMALL
    for wrong in (
        {"resolution": 48}, {"z_dim": 0}, {"norm_epsilon": 0.0}, {"judge": "mine"}, {"channel_base": 4},
        {"c_dim": -1}, {"what": 1},
    ):  # fmt: skip
        with pytest.raises(CardInvalid):
            build_generator("stylegan1", {**asdict(SMALL), **wrong})
