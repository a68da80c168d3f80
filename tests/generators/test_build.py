"""Owner of what is known of a kind without its network: it holds of the networks that are built."""

import pytest
import torch
from torch import nn

from wend.generators.build import (
    BUILDERS,
    CORRECTED_KINDS,
    NOISY_KINDS,
    Config,
    build_discriminator,
    build_generator,
)
from wend.generators.shapes_alone import shapes_alone
from wend.generators.split import takes_corrections

CONFIGS: dict[str, Config] = {
    "stylegan2": {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_max": 8},
    "stylegan3": {"resolution": 16, "z_dim": 8, "w_dim": 8, "channel_max": 8, "num_layers": 3},
    "stylegan1": {"resolution": 8, "z_dim": 8, "w_dim": 8, "channel_max": 8},
    "biggan": {"c_dim": 3},
    "biggan-original": {"c_dim": 3, "widths": "8,8,8", "z_dim": 6, "embed_dim": 4, "attention": "16"},
    "dcgan": {"c_dim": 3, "dense": 8, "maps": 4, "discriminator_maps": 4},
    "analytic": {"world": "disc"},
    "vae": {"resolution": 32, "channels": 4, "hidden": 8},
    "vae-dense": {"resolution": 8, "hidden": 8},
    "deconvolution": {"widths": "8,4"},
    "dense": {"resolution": 8, "widths": "8"},
    "progressive": {"z_dim": 4, "widths": "8,4"},
    "residual": {"z_dim": 4, "widths": "8,4"},
    "program": {"size": 4, "z_dim": 4, "resolution": 8},
}


SMALLER: dict[str, Config] = {"biggan": {"widths": "2,1", "channel_width": 8, "z_dim": 4, "embed_dim": 4}}


def test_every_kind_is_tried() -> None:
    assert set(CONFIGS) == set(BUILDERS)


@pytest.mark.parametrize("kind", CONFIGS)
def test_a_kind_is_noisy_where_its_synthesis_reads_noise_and_corrected_where_it_adds_some(kind: str) -> None:
    classes = ("a", "b", "c") if "c_dim" in CONFIGS[kind] else ()
    generator = build_generator(kind, CONFIGS[kind], classes)
    assert any(generator.spec.noise_sizes) == (kind in NOISY_KINDS)
    assert takes_corrections(generator) == (kind in CORRECTED_KINDS)


@pytest.mark.parametrize(
    "kind",
    ["biggan", "biggan-original", "dcgan", "progressive", "residual", "stylegan1", "stylegan2", "stylegan3"],
)
def test_what_judges_has_finite_gradients(kind: str) -> None:
    config = {**CONFIGS[kind], **SMALLER.get(kind, {})}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        generator = build_generator(kind, config)
        judge = build_discriminator(generator)
        assert judge is not None
        side, c_dim = generator.spec.resolution, generator.spec.c_dim
        images = torch.randn(2, 3, side, side).requires_grad_(True)
    told = (torch.eye(c_dim)[[0, 1]],) if c_dim else ()
    judge(images, *told).sum().backward()
    assert images.grad is not None
    assert bool(images.grad.isfinite().all())
    assert float(images.grad.abs().max()) > 0.0
    learned = [parameter.grad for parameter in judge.parameters() if parameter.grad is not None]
    assert len(learned) > 4
    assert all(bool(gradient.isfinite().all()) for gradient in learned)


_DEEP: Config = {
    "z_dim": 128,
    "embed_dim": 128,
    "channel_width": 128,
    "c_dim": 1000,
    "attention_resolution": 64,
}
_TO_RGB_UNUSED = 125 * (9 * 128 + 1)  # BigGAN-deep's last layer has 128 outputs, of which 3 are a picture


@pytest.mark.parametrize(
    ("kind", "config", "count", "judges"),
    [
        # The examples of PyTorch, 64 px: what its program counts.
        ("deconvolution", {"z_dim": 100, "widths": "512,256,128,64"}, 3_576_704, None),
        # "50.4 M", "55.9 M" and "56.2 M" in the words of those who published them.
        ("biggan", {**_DEEP, "widths": "16,16,8,4,2,1"}, 50_388_609 - _TO_RGB_UNUSED, None),
        ("biggan", {**_DEEP, "widths": "16,16,8,8,4,2,1"}, 55_880_833 - _TO_RGB_UNUSED, None),
        ("biggan", {**_DEEP, "widths": "16,16,8,8,4,2,1,1"}, 56_163_905 - _TO_RGB_UNUSED, None),
        # 1024 px. 23 087 249 are counted of its discriminator with layers from RGB for 8 smaller sizes.
        ("stylegan1", {"resolution": 1024}, 26_212_019, 23_087_249 - 4 * 2528),
        # What csinva's file holds of its VAE's decoder, and the parts of the dense GAN's.
        ("vae-dense", {}, 20 * 400 + 400 + 400 * 784 + 784, None),
        ("dense", {}, 64 * 256 + 256 + 256 * 256 + 256 + 256 * 784 + 784, None),
    ],
)
def test_parameters_of_published_networks(kind: str, config: Config, count: int, judges: int | None) -> None:
    with shapes_alone():
        generator = build_generator(kind, config)
        judge = build_discriminator(generator)
    assert isinstance(generator, nn.Module)
    assert _count(generator) == count
    if judges is not None:
        assert judge is not None
        assert _count(judge) == judges


def _count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())
