"""The digits' DCGAN: the published widths, its code's law, independence of the batch, what rows read."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.errors import CardInvalid
from wend.generators.build import build_discriminator, build_generator
from wend.generators.dcgan import DCGANConfig, DCGANDiscriminator, DCGANGenerator, MovingNorm
from wend.generators.generator import synthesize
from wend.latents.truncation import truncate

SMALL = DCGANConfig(resolution=16, z_dim=6, c_dim=3, dense=12, maps=8, discriminator_maps=4)


def _generator(config: DCGANConfig = SMALL) -> DCGANGenerator:
    """Random everywhere, also in what starts at 0 or 1."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = DCGANGenerator(config).eval().requires_grad_(False)
        for name, tensor in network.state_dict().items():
            if name.endswith("running_var"):
                tensor.uniform_(0.5, 2.0)
            elif tensor.is_floating_point():
                tensor.normal_(std=0.3)
    return network


def _c(*classes: int) -> Tensor:
    return F.one_hot(torch.tensor(classes), SMALL.c_dim).float()


def _rows(w: Tensor) -> Tensor:
    return w[:, None].repeat(1, 4, 1)


def test_pictures_in_colour() -> None:
    config = replace(SMALL, image_channels=3)
    network, judge = _generator(config), DCGANDiscriminator(config)
    w = network.mapping(torch.randn(4, 6, generator=torch.Generator().manual_seed(0)), _c(0, 1, 2, 0))
    images = synthesize(network, _rows(w), None)
    assert images.shape == (4, 3, 16, 16)
    assert not torch.equal(images[:, 0], images[:, 1])
    # Pictures of the same mean are the same to a judge of grey ones, not to one of colours.
    turned = images.roll(1, dims=1)
    assert not torch.equal(judge(images, _c(0, 1, 2, 0)), judge(turned, _c(0, 1, 2, 0)))
    with pytest.raises(ValueError, match="image_channels"):
        replace(SMALL, image_channels=2)


def test_the_published_widths() -> None:
    # z 100 and 10 classes; dense 1024; dense 128 x 7 x 7; stride-2 deconvolutions to 128 and to 1 map.
    # The discriminator: 11 maps, 74 maps, dense 1024, one logit; the class beside every layer's input.
    network = DCGANGenerator(DCGANConfig())
    shapes = {
        n: tuple(m.weight.shape) for n, m in network.named_modules() if hasattr(m, "weight") and n[0] == "d"
    }
    assert shapes == {
        "dense_0": (1024, 110),
        "dense_1": (128 * 7 * 7, 1034),
        "deconv_0": (138, 128, 5, 5),
        "deconv_1": (138, 1, 5, 5),
    }
    assert all(m.stride == (2, 2) for m in network.modules() if isinstance(m, nn.ConvTranspose2d))
    judge = DCGANDiscriminator(DCGANConfig())
    assert tuple(judge.conv_0.weight.shape) == (11, 11, 5, 5)
    assert tuple(judge.conv_1.weight.shape) == (74, 21, 5, 5)
    assert judge.conv_0.stride == judge.conv_1.stride == (2, 2)
    assert tuple(judge.dense_0.weight.shape) == (1024, 74 * 7 * 7 + 10)
    assert tuple(judge.dense_1.weight.shape) == (1, 1034)
    spec = network.spec
    assert (spec.resolution, spec.z_dim, spec.c_dim, spec.w_dim, spec.num_ws) == (28, 100, 10, 110, 4)


def test_shapes_and_range() -> None:
    generator = _generator()
    w = generator.mapping(torch.randn(2, 6), _c(0, 2))
    images = synthesize(generator, _rows(w), None)
    assert images.shape == (2, 3, 16, 16)
    assert images.dtype == torch.float32
    assert float(images.abs().max()) < 1.0
    assert torch.equal(images[:, 0], images[:, 2])
    logits = DCGANDiscriminator(SMALL)(images, _c(0, 2))
    assert logits.shape == (2, 1)


def test_the_code_is_uniform_and_keeps_its_rank() -> None:
    generator = _generator()
    z = torch.randn(20_000, 6, generator=torch.Generator().manual_seed(0))
    w = generator.mapping(z, _c(1).expand(20_000, -1))
    u = w[:, :6]
    assert float(u.abs().max()) < 1.0
    assert u.mean(dim=0).abs().max() < 0.02
    assert torch.allclose(u.var(dim=0), torch.full((6,), 1.0 / 3.0), atol=0.01)
    assert torch.equal(z[:, 0].argsort(), u[:, 0].argsort())
    assert torch.equal(w[:, 6:], _c(1).expand(20_000, -1))
    with pytest.raises(ValueError, match="needs c"):
        generator.mapping(z)


def test_a_sample_does_not_depend_on_its_batch() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(3, 6), _c(0, 1, 2)))
    together = synthesize(generator, ws, None)
    alone = torch.cat([synthesize(generator, row[None], None) for row in ws])
    assert torch.allclose(together, alone, atol=1e-5)


def test_rows_above_the_first_read_the_class_alone() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(1, 6), _c(0)))
    still = synthesize(generator, ws, None)
    for row in range(4):
        moved, told = ws.clone(), ws.clone()
        moved[:, row, :6] += 0.5
        told[:, row, 6:] = _c(2)
        assert torch.equal(synthesize(generator, moved, None), still) == (row > 0)
        assert not torch.allclose(synthesize(generator, told, None), still)
    for matrix in generator.style_matrices():
        assert matrix.shape[1] == 9
        assert not matrix[:, 6:].any()


def test_truncation_leaves_the_class_alone() -> None:
    generator = _generator()
    w = generator.mapping(torch.randn(2, 6), _c(1, 2))
    half = truncate(_rows(w), generator.center(_c(1, 2)), 0.5, None)
    assert torch.allclose(half[:, 0, :6], 0.5 * w[:, :6])
    assert torch.equal(half[:, 0, 6:], w[:, 6:])
    assert generator.w_avg.tolist() == pytest.approx([0.0] * 6 + [1.0 / 3.0] * 3)


def test_half_precision_runs_and_is_near() -> None:
    generator = _generator()
    ws = _rows(generator.mapping(torch.randn(4, 6), _c(0, 1, 2, 0)))
    exact, rough = synthesize(generator, ws, None), synthesize(generator, ws, None, torch.bfloat16)
    assert rough.dtype == torch.float32
    assert float((exact - rough).abs().max()) < 0.2


def test_a_norm_follows_its_batches_and_then_stands_still() -> None:
    norm = MovingNorm(2)
    with torch.no_grad():
        norm.weight.fill_(2.0)
        norm.bias.fill_(1.0)
    x = torch.randn(512, 2, generator=torch.Generator().manual_seed(1)) * 3.0 + 5.0
    while_training = norm(x)
    assert while_training.mean(dim=0).tolist() == pytest.approx([1.0, 1.0], abs=1e-4)
    for _ in range(200):
        norm(x)
    norm.eval()
    assert torch.allclose(norm(x), while_training, atol=0.02)
    assert torch.allclose(norm(x[:1]), norm(x)[:1])


def test_a_card_builds_it_and_its_judge() -> None:
    generator = build_generator(
        "dcgan", {"c_dim": 2, "dense": 8, "maps": 4, "discriminator_maps": 4}, ("a", "b")
    )
    assert generator.spec.classes == ("a", "b")
    assert isinstance(build_discriminator(generator), DCGANDiscriminator)
    for config, why in (
        ({"resolution": 30}, "multiple of 4"),
        ({"kernel": 4}, "odd"),
        ({"maps": 0}, "at least 1"),
        ({"width": 3}, "unknown settings width"),
    ):
        with pytest.raises(CardInvalid, match=why):
            build_generator("dcgan", config)
    with pytest.raises(CardInvalid, match="c_dim is 10"):
        build_generator("dcgan", {}, ("a", "b"))
