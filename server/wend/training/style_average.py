"""The averaged StyleGAN2 of a training: what of it is settled, and the pictures it draws."""

from dataclasses import asdict

import torch
from torch import Tensor

from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.kinship import ADDITIONS
from wend.training.recipe import Setting

W_AVG_SAMPLES = 20_000


def card_config(config: StyleGAN2Config) -> dict[str, Setting]:
    """A configuration as cards hold it."""
    # What only sketched children have is no setting of theirs: siblings have one configuration.
    return {name: v for name, v in asdict(config).items() if v is not None and name not in ADDITIONS}


@torch.no_grad()
def settle_w_avg(average: StyleGAN2Generator, z_dim: int, device: torch.device) -> None:
    """The running mean of training lags behind the averaged weights: take w_avg anew, seeded."""
    z = torch.randn(W_AVG_SAMPLES, z_dim, generator=torch.Generator().manual_seed(0)).to(device)
    average.mapping.w_avg.copy_(average.mapping(z).mean(dim=0))


@torch.no_grad()
def draw_samples(average: StyleGAN2Generator, z: Tensor, psi: float, resolution: int | None = None) -> Tensor:
    """Images float32 [N, 3, S, S] of z [N, z_dim], its own noise maps, no mixing, on the CPU.

    resolution: S, in pixels; None: all there are.
    """
    w = average.mapping.w_avg.lerp(average.mapping(z), psi)
    ws = w[:, None].expand(-1, average.synthesis.num_ws, -1)
    noise = average.synthesis.constant_noise()
    return torch.cat([average.synthesis(chunk, noise, resolution) for chunk in ws.split(32)]).cpu()
