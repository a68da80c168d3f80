"""Our StyleGAN2: the checkpoints' own names and shapes, synthesis that can be left and resumed anywhere."""

import math
from dataclasses import replace

import pytest
import torch

from tests.generators.conftest import SMALL, disturb
from tests.generators.reference import upsample
from wend.errors import CardInvalid, InvalidInput
from wend.generators.build import build_generator
from wend.generators.generator import state_after, synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def _expected_names(config: StyleGAN2Config) -> dict[str, tuple[int, ...]]:
    """Names and shapes as published SG2 checkpoints have them (formats.md, section 1)."""
    w = config.w_dim
    names: dict[str, tuple[int, ...]] = {"mapping.w_avg": (w,)}
    for i in range(config.mapping_layers):
        names[f"mapping.fc{i}.weight"] = (w, config.z_dim if i == 0 else w)
        names[f"mapping.fc{i}.bias"] = (w,)
    before = 0
    resolution = 4
    while resolution <= config.resolution:
        c = min(config.channel_base // resolution, config.channel_max)
        b = f"synthesis.b{resolution}"
        names[f"{b}.resample_filter"] = (4, 4)
        convs = {"conv1": c}
        if resolution == 4:
            names[f"{b}.const"] = (c, 4, 4)
        else:
            convs["conv0"] = before
        for conv, width in convs.items():
            names[f"{b}.{conv}.weight"] = (c, width, 3, 3)
            names[f"{b}.{conv}.bias"] = (c,)
            names[f"{b}.{conv}.affine.weight"] = (width, w)
            names[f"{b}.{conv}.affine.bias"] = (width,)
            names[f"{b}.{conv}.noise_const"] = (resolution, resolution)
            names[f"{b}.{conv}.noise_strength"] = ()
            names[f"{b}.{conv}.resample_filter"] = (4, 4)
        names[f"{b}.torgb.weight"] = (3, c, 1, 1)
        names[f"{b}.torgb.bias"] = (3,)
        names[f"{b}.torgb.affine.weight"] = (c, w)
        names[f"{b}.torgb.affine.bias"] = (c,)
        before, resolution = c, 2 * resolution
    return names


@pytest.mark.parametrize("config", [StyleGAN2Config(), SMALL])
def test_names_and_shapes_are_the_checkpoints(config: StyleGAN2Config) -> None:
    state = StyleGAN2Generator(config).state_dict()
    assert {name: tuple(tensor.shape) for name, tensor in state.items()} == _expected_names(config)


@pytest.mark.parametrize(("resolution", "num_ws"), [(16, 6), (64, 10), (256, 14), (512, 16), (1024, 18)])
def test_num_ws(resolution: int, num_ws: int) -> None:
    assert StyleGAN2Config(resolution=resolution).num_ws == num_ws == 2 * int(math.log2(resolution)) - 2


def test_spec(small: StyleGAN2Generator) -> None:
    spec = small.spec
    assert spec.layer_names == ("b4.conv1", "b8.conv0", "b8.conv1", "b16.conv0", "b16.conv1", "b16.torgb")
    assert spec.noise_sizes == (4, 8, 8, 16, 16, 0)
    assert [None if m is None else m.shape[-1] for m in small.constant_noise()] == [4, 8, 8, 16, 16, None]
    assert small.size_bytes == sum(t.numel() * 4 for t in small.state_dict().values())


def test_image_shape_and_mapping(small: StyleGAN2Generator) -> None:
    z = _random(3, 6)
    w = small.mapping(z)
    assert w.shape == (3, 5)
    # The mapping sees only the direction of z.
    assert torch.allclose(small.mapping(z * 7.0), w, atol=1e-5)
    images = synthesize(small, w[:, None].expand(-1, 6, -1), small.constant_noise())
    assert images.shape == (3, 3, 16, 16)
    assert images.dtype == torch.float32


def test_skip_rgb_sums_every_block(small: StyleGAN2Generator) -> None:
    ws = _random(2, 6, 5)
    synthesis = small.synthesis
    x = synthesis.block(0).conv1(synthesis.block(0).const[None].expand(2, -1, -1, -1), ws[:, 0], None)
    rgb = synthesis.block(0).torgb(x, ws[:, 1])
    for index in (1, 2):
        block = synthesis.block(index)
        # Row 2i + 1 feeds toRGB of block i and conv0 of block i + 1.
        x = block.conv1(block.conv0(x, ws[:, 2 * index - 1], None), ws[:, 2 * index], None)
        rgb = upsample(rgb) + block.torgb(x, ws[:, 2 * index + 1])
    assert torch.allclose(synthesize(small, ws, None), rgb, atol=1e-5)


def test_forward_may_stop_at_a_lower_resolution(small: StyleGAN2Generator) -> None:
    ws = _random(2, 6, 5)
    half = small.synthesis(ws, None, 8)
    assert half.shape == (2, 3, 8, 8)
    changed = ws.clone()
    changed[:, 4:] += 1.0
    assert torch.equal(small.synthesis(changed, None, 8), half)


@pytest.mark.parametrize("row", range(6))
def test_synthesis_resumes_from_any_state_bit_for_bit(small: StyleGAN2Generator, row: int) -> None:
    ws, noise = _random(2, 6, 5), small.constant_noise()
    whole = synthesize(small, ws, noise)
    state = small.start(2, torch.float32)
    for k in range(row):
        state = small.step(state, ws[:, k], noise[k])
    assert state.row == row
    x = state.x.clone()
    assert torch.equal(synthesize(small, ws, noise, state=state), whole)
    # Activations can be read and fed back again: nothing was written into them.
    assert torch.equal(state.x, x)
    assert torch.equal(synthesize(small, ws[1:], noise, state=state.take(1, 2)), whole[1:]) or torch.allclose(
        synthesize(small, ws[1:], noise, state=state.take(1, 2)), whole[1:], atol=1e-5
    )


def test_activations_of_a_named_layer_are_read_and_fed_back(small: StyleGAN2Generator) -> None:
    ws = _random(1, 6, 5)
    state = state_after(small, ws, None, "b8.conv1")
    assert state.x.shape == (1, 8, 8, 8)
    assert torch.equal(synthesize(small, ws, None, state=state), synthesize(small, ws, None))
    silenced = replace(state, x=torch.zeros_like(state.x))
    changed = synthesize(small, ws, None, state=silenced)
    assert not torch.allclose(changed, synthesize(small, ws, None), atol=1e-3)


def test_a_layer_it_does_not_have_is_named(small: StyleGAN2Generator) -> None:
    with pytest.raises(InvalidInput, match=r"no layer 'b128\.conv0'.*b4\.conv1"):
        state_after(small, _random(1, 6, 5), None, "b128.conv0")


@pytest.mark.parametrize("row", range(6))
def test_style_mixing_each_row_matters_from_its_own_step_on(small: StyleGAN2Generator, row: int) -> None:
    ws, other = _random(1, 6, 5), _random(1, 6, 5) + 1.0
    mixed = torch.cat([ws[:, :row], other[:, row:]], dim=1)
    assert not torch.allclose(synthesize(small, mixed, None), synthesize(small, ws, None), atol=1e-3)
    a = b = small.start(1, torch.float32)
    for k in range(row):
        a, b = small.step(a, ws[:, k], None), small.step(b, mixed[:, k], None)
    assert torch.equal(a.x, b.x)


def test_noise_enters_where_its_strength_says(small: StyleGAN2Generator) -> None:
    ws, noise = _random(1, 6, 5), small.constant_noise()
    assert not torch.allclose(synthesize(small, ws, noise), synthesize(small, ws, None), atol=1e-3)
    for index in range(3):
        small.synthesis.block(index).conv1.noise_strength.zero_()
        if index:
            small.synthesis.block(index).conv0.noise_strength.zero_()
    assert torch.allclose(synthesize(small, ws, noise), synthesize(small, ws, None), atol=1e-6)


def test_low_precision_keeps_rgb_in_float32(small: StyleGAN2Generator) -> None:
    ws = _random(1, 6, 5)
    with torch.autocast("cpu", torch.bfloat16):
        images = synthesize(small, ws, None, torch.bfloat16)
    assert images.dtype == torch.float32
    exact = synthesize(small, ws, None)
    assert float((images - exact).abs().max()) < 0.05 * float(exact.abs().max())


def test_style_matrices_are_the_affines_of_the_layers_that_read(small: StyleGAN2Generator) -> None:
    matrices = small.style_matrices()
    assert [tuple(m.shape) for m in matrices] == [(8, 5), (8, 5), (8, 5), (8, 5), (4, 5), (4, 5)]
    w = _random(1, 5)
    affine = small.synthesis.block(1).conv0.affine
    # Style row 1 feeds b8.conv0; the matrix maps changes of w to changes of its styles.
    assert torch.allclose(matrices[1] @ w[0], (affine(w) - affine(torch.zeros(1, 5)))[0], atol=1e-5)


def test_conditional_generator() -> None:
    config = StyleGAN2Config(
        resolution=8, z_dim=4, w_dim=5, c_dim=3, mapping_layers=2, channel_base=32, channel_max=4
    )
    generator = StyleGAN2Generator(config, ("cat", "dog", "owl"))
    disturb(generator)
    generator.requires_grad_(False)
    assert generator.spec.classes == ("cat", "dog", "owl")
    assert generator.state_dict()["mapping.embed.weight"].shape == (5, 3)
    assert generator.state_dict()["mapping.fc0.weight"].shape == (5, 4 + 5)
    z, c = _random(1, 4).expand(3, -1), torch.eye(3)
    w = generator.mapping(z, c)
    assert float((w[0] - w[1]).abs().max()) > 1e-3
    with pytest.raises(ValueError, match="needs c"):
        generator.mapping(z)


def test_gradient_reaches_every_parameter(small: StyleGAN2Generator) -> None:
    small.requires_grad_(True)
    w = small.mapping(_random(2, 6))
    loss = synthesize(small, w[:, None].expand(-1, 6, -1), small.constant_noise()).square().sum()
    loss.backward()
    for name, parameter in small.named_parameters():
        assert parameter.grad is not None, name
        assert float(parameter.grad.abs().max()) > 0.0, name


def test_build_refuses_what_it_does_not_know() -> None:
    assert build_generator("stylegan2", {"resolution": 16}).spec.resolution == 16
    with pytest.raises(CardInvalid, match="none of"):
        build_generator("pixelcnn", {})
    with pytest.raises(CardInvalid, match="unknown settings depth"):
        build_generator("stylegan2", {"depth": 3})
    with pytest.raises(CardInvalid):
        build_generator("stylegan2", {"resolution": "big"})


def test_kept_energy_follows_the_weights() -> None:
    generator = StyleGAN2Generator(SMALL).eval().requires_grad_(False)
    ws = torch.randn(1, generator.spec.num_ws, SMALL.w_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        before = synthesize(generator, ws, None)
        assert torch.equal(before, synthesize(generator, ws, None))
    generator.load_state_dict({name: value * 1.5 for name, value in generator.state_dict().items()})
    fresh = StyleGAN2Generator(SMALL).eval().requires_grad_(False)
    fresh.load_state_dict(generator.state_dict())
    with torch.inference_mode():
        after = synthesize(generator, ws, None)
        assert torch.equal(after, synthesize(fresh, ws, None))
    assert not torch.equal(before, after)


def test_gradients_pass_frozen_weights_after_inference() -> None:
    generator = StyleGAN2Generator(SMALL).eval().requires_grad_(False)
    ws = torch.randn(1, generator.spec.num_ws, SMALL.w_dim, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        synthesize(generator, ws, None)
    moved = ws.requires_grad_(True)
    synthesize(generator, moved, None).square().sum().backward()
    assert moved.grad is not None
    assert bool((moved.grad.abs().sum(dim=2) > 0).all())


def test_weights_made_in_inference_mode_are_served() -> None:
    generator = StyleGAN2Generator(SMALL).eval().requires_grad_(False)
    ws = torch.randn(1, generator.spec.num_ws, SMALL.w_dim, generator=torch.Generator().manual_seed(0))
    expected = synthesize(generator, ws, None)
    with torch.inference_mode():
        for parameter in generator.parameters():
            parameter.data = parameter.data.clone()
        assert torch.equal(synthesize(generator, ws, None), expected)
