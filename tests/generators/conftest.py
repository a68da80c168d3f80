"""Small networks whose every parameter differs from its initial value, so that no term can hide."""

import pytest
import torch

from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

SMALL = StyleGAN2Config(resolution=16, z_dim=6, w_dim=5, mapping_layers=2, channel_base=64, channel_max=8)


def disturb(network: torch.nn.Module) -> None:
    """Move biases, noise strengths and averages away from zero and one."""
    rng = torch.Generator().manual_seed(1)
    for tensor in [*network.parameters(), *(b for n, b in network.named_buffers() if n.endswith("w_avg"))]:
        tensor.data += 0.3 * torch.randn(tensor.shape, generator=rng)


@pytest.fixture
def small() -> StyleGAN2Generator:
    """16 px, 6 style rows."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = StyleGAN2Generator(SMALL)
    disturb(generator)
    return generator.eval().requires_grad_(False)


@pytest.fixture
def judge() -> Discriminator:
    """The discriminator that belongs to `small`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        discriminator = Discriminator(SMALL)
    disturb(discriminator)
    return discriminator.eval().requires_grad_(False)
