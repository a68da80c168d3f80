"""Small generators with random weights, the same every time: a chain that ignores scale, one that does not, a
style-based one, a VAE's decoder, and two that cannot be cut.
"""

import torch
from torch import nn

from wend.generators.chain import ChainGenerator
from wend.generators.generator import Generator
from wend.generators.plain import PlainGenerator
from wend.generators.progressive import ProgressiveConfig, ProgressiveNetwork
from wend.generators.residual import ResidualConfig, ResidualNetwork
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.generators.vae import DenseVAEConfig, DenseVAEDecoder, VAEConfig, VAEDecoder

CHAIN = ProgressiveConfig(z_dim=12, widths="12,10,6")
RESIDUAL = ResidualConfig(z_dim=6, widths="6,5,4")
STYLED = StyleGAN2Config(resolution=16, z_dim=6, w_dim=6, mapping_layers=2, channel_base=64, channel_max=8)
VAE = VAEConfig(resolution=32, z_dim=4, channels=5, hidden=9)
KINDS = ("chain", "residual", "styled", "vae")


def small(kind: str) -> Generator:
    """One of KINDS, or 'dense', which has one layer for all; frozen, eval."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        generator = _build(kind)
    assert isinstance(generator, nn.Module)
    generator.eval().requires_grad_(False)
    return generator


def _build(kind: str) -> Generator:
    match kind:
        case "chain":
            return ChainGenerator(ProgressiveNetwork(CHAIN))
        case "residual":
            return ChainGenerator(ResidualNetwork(RESIDUAL))
        case "styled":
            generator = StyleGAN2Generator(STYLED)
            for name, parameter in generator.named_parameters():
                if name.endswith("noise_strength"):
                    nn.init.constant_(parameter, 0.3)
            return generator
        case "vae":
            return PlainGenerator(VAEDecoder(VAE), VAE.resolution, VAE.z_dim)
        case _:
            dense = DenseVAEConfig(resolution=8, z_dim=4, hidden=6)
            return PlainGenerator(DenseVAEDecoder(dense), dense.resolution, dense.z_dim)
