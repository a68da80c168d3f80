"""Warm start: the generator first learns to redraw training pictures from codes, as an autoencoder does.

A GAN on two CPU cores spends its first hour finding out that a face has two eyes. A variational
autoencoder around the same generator learns that in minutes, without labels; the adversarial loss then
makes its samples sharp. Now and then the autoencoder goes on beside it, so that no kind of picture is
forgotten. Source: Larsen et al., "Autoencoding beyond pixels using a learned similarity metric", ICML
2016 (the combination); Kingma & Welling, ICLR 2014, eq. 10 (the bound).
"""

import torch
from torch import Tensor

from wend.generators.discriminator import Discriminator
from wend.generators.layers import FullyConnectedLayer
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator

# Variance of a pixel around its reconstruction, range [-1, 1]: what weighs pixels against code length.
PIXEL_VARIANCE = 0.03


class WarmStart:
    """An encoder of the discriminator's shape, and one optimiser over it and the generator."""

    def __init__(self, config: StyleGAN2Config, generator: StyleGAN2Generator, lr: float) -> None:
        self.encoder = Discriminator(config, mbstd_group_size=1)
        self.encoder.b4.out = FullyConnectedLayer(config.channels(4), 2 * config.z_dim)
        self.optimizer = torch.optim.Adam(
            [*self.encoder.parameters(), *generator.parameters()], lr=lr, betas=(0.9, 0.99), eps=1e-8
        )

    def loss(self, generator: StyleGAN2Generator, images: Tensor, rng: torch.Generator) -> Tensor:
        """Negative evidence bound per pixel, a scalar; images float32 [N, 3, R, R] in [-1, 1].

        The code is z, with the generator's own standard normal prior; no noise, no style mixing.
        """
        codes: Tensor = self.encoder(images.contiguous(memory_format=torch.channels_last)).float()
        mean, log_variance = codes.chunk(2, dim=1)
        log_variance = log_variance.clamp(-12.0, 4.0)
        noise = torch.randn(mean.shape, generator=rng).to(mean.device)
        w = generator.mapping(mean + torch.exp(0.5 * log_variance) * noise)
        with torch.no_grad():
            generator.mapping.w_avg.lerp_(w.float().mean(dim=0), 0.002)
        redrawn: Tensor = generator.synthesis(w[:, None].expand(-1, generator.spec.num_ws, -1))
        code_length = 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(dim=1).mean()
        error = (redrawn - images).square().mean()
        return 0.5 * error / PIXEL_VARIANCE + code_length / images[0].numel()

    def state_dict(self) -> dict[str, object]:
        return {"encoder": self.encoder.state_dict(), "optimizer": self.optimizer.state_dict()}

    def load_state_dict(self, state: dict[str, dict[str, object]]) -> None:
        self.encoder.load_state_dict(state["encoder"])
        self.optimizer.load_state_dict(state["optimizer"])

    def to(self, device: torch.device) -> None:
        self.encoder.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
