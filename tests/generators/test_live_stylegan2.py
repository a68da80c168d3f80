"""The network for live frames beside the exact one."""

from dataclasses import replace

import pytest
import torch

from tests.generators.conftest import disturb
from wend.generators.generator import synthesize
from wend.generators.live_stylegan2 import LiveStyleGAN2
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

# Channels many for few pixels and few for many, so that both ways of scaling are taken.
CONFIG = StyleGAN2Config(
    resolution=64, z_dim=6, w_dim=5, mapping_layers=2, channel_base=8192, channel_max=128, conv_clamp=3.0
)


@pytest.fixture(scope="module")
def exact() -> StyleGAN2Generator:
    generator = StyleGAN2Generator(CONFIG).eval()
    disturb(generator)
    return generator.requires_grad_(False)


def _inputs(generator: StyleGAN2Generator, count: int) -> tuple[torch.Tensor, list[torch.Tensor | None]]:
    rng = torch.Generator().manual_seed(3)
    ws = torch.randn(count, generator.spec.num_ws, 5, generator=rng)
    sizes = generator.spec.noise_sizes
    return ws, [torch.randn(count, 1, r, r, generator=rng) if r else None for r in sizes]


@pytest.mark.parametrize("is_tiled", [False, True])
@pytest.mark.parametrize("count", [1, 3])
@torch.inference_mode()
def test_in_float32_it_draws_the_same(exact: StyleGAN2Generator, is_tiled: bool, count: int) -> None:
    live = LiveStyleGAN2(exact, torch.float32, is_tiled)
    assert {row.is_own for row in live.rows} == {False, True}
    assert {row.is_tiled for row in live.rows} == {False, is_tiled}
    ws, noise = _inputs(exact, count)
    wanted = synthesize(exact, ws, noise)
    found = synthesize(live, ws, noise)
    assert torch.allclose(found, wanted, atol=2e-4 * float(wanted.abs().max()))
    shared: list[torch.Tensor | None] = [None if n is None else n[:1] for n in noise]
    assert torch.allclose(synthesize(live, ws, shared), synthesize(exact, ws, shared), atol=1e-2)
    assert not torch.allclose(synthesize(live, ws, None), found, atol=1e-2)


@torch.inference_mode()
def test_half_precision_is_near_and_keeps_small_pictures_whole(exact: StyleGAN2Generator) -> None:
    live = LiveStyleGAN2(exact, torch.bfloat16, is_tiled=True)
    ws, noise = _inputs(exact, 2)
    state = live.start(2, torch.bfloat16)
    found: list[torch.dtype] = []
    for row in range(live.spec.num_ws):
        state = live.step(state, ws[:, row], noise[row])
        found.append(state.x.dtype)
    assert set(found[:7]) == {torch.float32}
    assert found[7:-1] == [torch.bfloat16] * len(found[7:-1])
    assert state.rgb is not None
    assert state.rgb.dtype == torch.float32
    wanted = synthesize(exact, ws, noise)
    error = float((state.rgb - wanted).abs().max() / wanted.abs().max())
    assert 0.0 < error < 0.05


@torch.inference_mode()
def test_resumes_from_any_state_and_leaves_it_alone(exact: StyleGAN2Generator) -> None:
    live = LiveStyleGAN2(exact, torch.bfloat16, is_tiled=True)
    ws, noise = _inputs(exact, 1)
    whole = synthesize(live, ws, noise)
    state = live.start(1, torch.bfloat16)
    for row in range(live.spec.num_ws):
        kept = replace(state, x=state.x.clone(), rgb=None if state.rgb is None else state.rgb.clone())
        assert torch.equal(synthesize(live, ws, noise, state=state), whole)
        assert torch.equal(state.x, kept.x)
        if state.rgb is not None and kept.rgb is not None:
            assert torch.equal(state.rgb, kept.rgb)
        state = live.step(state, ws[:, row], noise[row])


def test_mapping_and_names_are_the_exact_ones(exact: StyleGAN2Generator) -> None:
    live = LiveStyleGAN2(exact, torch.bfloat16, is_tiled=False)
    z = torch.randn(2, 6, generator=torch.Generator().manual_seed(0))
    assert torch.equal(live.mapping(z), exact.mapping(z))
    assert live.spec is exact.spec
    assert torch.equal(live.center(None), exact.center(None))
    assert live.size_bytes > exact.size_bytes
