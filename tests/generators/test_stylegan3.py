"""Our StyleGAN3: published counts, the formulas written a second time, states that can be resumed."""

import math
from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from tests.formats import naive_stylegan3
from tests.generators.conftest import disturb
from wend.errors import CardInvalid
from wend.generators.build import build_discriminator, build_generator
from wend.generators.generator import synthesize
from wend.generators.shapes_alone import shapes_alone
from wend.generators.stylegan3 import StyleGAN3Generator
from wend.generators.stylegan3_design import StyleGAN3Config, low_pass

# Rates of 4, 8, 16: layers that raise by 2 and by 4, two of them critically sampled.
SMALL_T = StyleGAN3Config(
    resolution=16, z_dim=6, w_dim=5, channel_base=40, channel_max=9, num_layers=5, margin_size=3,
    first_cutoff=1.0, first_stopband=1.5, discriminator_base=64, discriminator_max=8,
)  # fmt: skip
SMALL_R = replace(SMALL_T, conv_kernel=1, use_radial_filters=True)
SMALL = {"T": SMALL_T, "R": SMALL_R, "T with classes, clamped": replace(SMALL_T, c_dim=3, conv_clamp=0.5)}


def made(config: StyleGAN3Config) -> StyleGAN3Generator:
    """A network none of whose parameters is what it is at first."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        generator = StyleGAN3Generator(config)
    disturb(generator)
    generator.synthesis.input.transform.copy_(torch.tensor([[0.9, 0.2, 0.1], [-0.2, 1.1, 0.05], [0, 0, 1]]))
    for index, name in enumerate(generator.synthesis.names):
        generator.synthesis.get_buffer(f"{name}.magnitude_ema").fill_(0.5 + 0.3 * index)
    return generator.eval().requires_grad_(False)


def plan(config: StyleGAN3Config) -> naive_stylegan3.Plan:
    return naive_stylegan3.Plan(
        config.resolution, config.num_layers, config.channel_base, config.channel_max,
        config.use_radial_filters, config.num_critical, config.first_cutoff, config.first_stopband,
        config.last_stopband_rel, config.margin_size, config.filter_size, config.output_scale,
        math.inf if config.conv_clamp is None else config.conv_clamp,
    )  # fmt: skip


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


@pytest.mark.parametrize(("base", "widest", "kernel", "count"), [
    (32768, 512, 3, 22_313_167), (65536, 1024, 1, 15_093_151),
], ids=["T", "R"])  # fmt: skip
def test_official_counts(base: int, widest: int, kernel: int, count: int) -> None:
    config = StyleGAN3Config(
        resolution=1024, channel_base=base, channel_max=widest, conv_kernel=kernel,
        use_radial_filters=kernel == 1,
    )  # fmt: skip
    with shapes_alone():
        generator = StyleGAN3Generator(config)
        judge = build_discriminator(generator)
    assert sum(p.numel() for p in generator.parameters()) == count
    assert generator.spec.num_ws == 16
    assert generator.spec.layer_names[:2] == ("input", f"L0_36_{widest}")
    assert generator.spec.layer_names[-1] == "L14_1024_3"
    assert judge is not None
    assert sum(p.numel() for p in judge.parameters()) == 29_012_513


@pytest.mark.parametrize("config", SMALL.values(), ids=SMALL)
def test_it_draws_what_the_formulas_say(config: StyleGAN3Config) -> None:
    """Within 1e-5 of the picture's largest value, in float64, another w for every row."""
    generator = made(config).double()
    p = {key: t.numpy() for key, t in generator.state_dict().items()}
    z = np.random.RandomState(5).randn(config.z_dim)
    c = np.eye(config.c_dim)[1] if config.c_dim else None
    w = generator.mapping(torch.tensor(z)[None], None if c is None else torch.tensor(c)[None])
    naive_w = naive_stylegan3.mapping(z, p, c)
    np.testing.assert_allclose(w[0].numpy(), naive_w, rtol=1e-5, atol=1e-9)
    ws = naive_w[None] + 0.4 * np.random.RandomState(6).randn(config.num_ws, config.w_dim)
    ours = synthesize(generator, torch.tensor(ws)[None], None, torch.float64)
    naive = naive_stylegan3.synthesis(ws, p, plan(config))
    assert ours.dtype == torch.float64
    np.testing.assert_allclose(ours[0].numpy(), naive, rtol=0, atol=1e-5 * np.abs(naive).max())


@pytest.mark.parametrize("config", [SMALL_T, SMALL_R], ids=["T", "R"])
def test_gradients_reach_every_row_and_are_finite(config: StyleGAN3Config) -> None:
    generator = made(config)
    ws = _random(2, config.num_ws, config.w_dim).requires_grad_()
    synthesize(generator, ws, None).square().mean().backward()
    assert ws.grad is not None
    assert bool(ws.grad.isfinite().all())
    assert bool(ws.grad.abs().sum(dim=2).gt(0).all())


def test_spec_and_names_are_the_checkpoints() -> None:
    generator = StyleGAN3Generator(SMALL_T)
    spec = generator.spec
    assert spec.num_ws == 7
    assert spec.noise_sizes == (0,) * 7
    assert generator.constant_noise() == [None] * 7
    names = set(generator.state_dict())
    own = ("weight", "transform", "freqs", "phases", "affine.weight", "affine.bias")
    assert {f"synthesis.input.{key}" for key in own} <= names
    parts = ("weight", "bias", "magnitude_ema", "affine.weight", "affine.bias")
    assert {f"synthesis.L0_10_9.{part}" for part in parts} <= names
    assert len(names) == 5 + len(own) + 6 * len(parts)
    assert [m.shape[0] for m in generator.style_matrices()] == [4, 9, 9, 9, 5, 2, 2]


@pytest.mark.parametrize("row", range(8))
def test_synthesis_resumes_from_any_state_bit_for_bit(row: int) -> None:
    generator = made(SMALL_T)
    ws = _random(2, 7, 5)
    state = generator.start(2, torch.float32)
    for k in range(row):
        state = generator.step(state, ws[:, k], None)
    assert (state.rgb is None) == (row < 7)
    assert torch.equal(synthesize(generator, ws, None, state=state), synthesize(generator, ws, None))


def test_parts_of_a_large_map_make_the_whole() -> None:
    generator = made(SMALL_R)
    ws = _random(1, 7, 5)
    whole = synthesize(generator, ws, None)
    for index in range(5):
        generator.synthesis.layer(index).at_once = 1000  # one to three channels
    assert torch.allclose(synthesize(generator, ws, None), whole, atol=1e-6)


@pytest.mark.parametrize("upsampling", [1, 2])
def test_drawing_without_gradients_changes_no_bit(upsampling: int) -> None:
    """Raised maps are then written over; what a step was given is not."""
    generator = made(replace(SMALL_T, lrelu_upsampling=upsampling, conv_clamp=0.5))
    ws = _random(2, 7, 5)
    with torch.inference_mode():
        state = generator.step(generator.start(2, torch.float32), ws[:, 0], None)
        kept = state.x.clone()
        drawn = synthesize(generator, ws, None, state=state)
    assert torch.equal(drawn, synthesize(generator, ws, None))
    assert torch.equal(state.x, kept)


def test_shifting_the_input_shifts_the_picture() -> None:
    """By 2 of 16 pixels: equal but for what the filters let through, away from the edges."""
    config = replace(SMALL_T, filter_size=12, margin_size=8)
    generator = made(config)
    ws = _random(1, 7, 5)[:, :1].expand(-1, 7, -1)
    generator.synthesis.input.affine.weight.zero_()
    generator.synthesis.input.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
    generator.synthesis.input.transform.copy_(torch.eye(3))
    still = synthesize(generator, ws, None)
    # Theirs moves the coordinates: the picture goes the other way.
    generator.synthesis.input.transform[0, 2] = -2 / 16
    moved = synthesize(generator, ws, None)
    varies = float((still - still.mean(dim=(2, 3), keepdim=True)).square().mean().sqrt())
    apart = (moved[..., 2:] - still[..., :-2]).square().mean().sqrt()
    assert float(apart) < 0.05 * varies
    assert float((moved - still)[..., 2:].square().mean().sqrt()) > 0.3 * varies


def test_filters_sum_to_one_and_radial_ones_are_round() -> None:
    flat, radial = low_pass(12, 2.0, 1.5, 16.0), low_pass(12, 2.0, 1.5, 16.0, is_radial=True)
    assert flat is not None
    assert radial is not None
    assert flat.sum() == pytest.approx(1.0)
    assert radial.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(flat, flat[::-1], atol=1e-12)
    np.testing.assert_allclose(radial, radial.T, atol=1e-12)
    assert low_pass(1, 2.0, 1.5, 16.0) is None
    # Read at every load, and designed once: nobody writes to them.
    assert replace(SMALL_R).layers is SMALL_R.layers
    with pytest.raises(ValueError, match="read-only"):
        radial[0, 0] = 1.0


def test_a_card_builds_it_and_a_wrong_one_does_not() -> None:
    config = {key: value for key, value in asdict(SMALL_R).items() if value is not None}
    generator = build_generator("stylegan3", config)
    assert isinstance(generator, StyleGAN3Generator)
    assert generator.config == SMALL_R
    for wrong in (
        {"resolution": 48}, {"num_layers": 2}, {"conv_kernel": 5}, {"what": 1}, {"first_cutoff": 0.0},
        {"filter_size": 99}, {"lrelu_upsampling": 3}, {"first_cutoff": 9.0, "first_stopband": 10.0},
        {"margin_size": -1}, {"z_dim": 0}, {"resolution": 128, "margin_size": 65}, {"last_stopband_rel": 0.5},
    ):  # fmt: skip
        with pytest.raises(CardInvalid):
            build_generator("stylegan3", {**config, **wrong})
    far = {"resolution": 4096, "lrelu_upsampling": 4, "filter_size": 1}
    with pytest.raises(CardInvalid, match=r"works at \d+ px"):
        build_generator("stylegan3", {**config, **far})
    with pytest.raises(CardInvalid, match="2 classes"):
        build_generator("stylegan3", config, ("a", "b"))
