"""Variational autoencoders: the decoder as a generator, the encoder as what finds z of a picture.

Source: Burgess et al., "Understanding disentangling in beta-VAE", 2018, appendix A (the convolutional pair);
Kingma and Welling, "Auto-encoding variational Bayes", 2014, appendix C (the pair of dense layers). Parameter
names follow the checkpoints of the programs that are read here.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

KERNEL = 4
SIDES = (32, 64)


@dataclass(frozen=True)
class VAEConfig:
    """Everything that fixes the shapes of both: saved on the card, enough to rebuild them.

    channels: of every hidden convolution; hidden: width of the dense layers.
    """

    resolution: int = 64
    z_dim: int = 10
    image_channels: int = 3
    channels: int = 32
    hidden: int = 256

    def __post_init__(self) -> None:
        if self.resolution not in SIDES:
            raise ValueError(f"resolution must be {' or '.join(map(str, SIDES))}, not {self.resolution}")
        if self.image_channels not in (1, 3):
            raise ValueError(f"image_channels must be 1 or 3, not {self.image_channels}")
        if min(self.z_dim, self.channels, self.hidden) < 1:
            raise ValueError("z_dim, channels and hidden must be at least 1")

    @property
    def has_fourth(self) -> bool:
        """Pictures of 64 px have one convolution more than those of 32."""
        return self.resolution == SIDES[1]


def _up(before: int, after: int) -> nn.ConvTranspose2d:
    return nn.ConvTranspose2d(before, after, KERNEL, stride=2, padding=1)


def _down(before: int, after: int) -> nn.Conv2d:
    return nn.Conv2d(before, after, KERNEL, stride=2, padding=1)


class VAEDecoder(nn.Module):
    """z [N, z_dim] -> the means of the pixels' laws, [N, C, R, R] in (-1, 1)."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        c = config.channels
        self.lin1 = nn.Linear(config.z_dim, config.hidden)
        self.lin2 = nn.Linear(config.hidden, config.hidden)
        self.lin3 = nn.Linear(config.hidden, c * KERNEL**2)
        if config.has_fourth:
            self.convT_64 = _up(c, c)
        self.convT1, self.convT2 = _up(c, c), _up(c, c)
        self.convT3 = _up(c, config.image_channels)

    @property
    def first(self) -> nn.Linear:
        return self.lin1

    def logits(self, z: Tensor) -> Tensor:
        """Log odds of each pixel being white, [N, C, R, R]."""
        x = F.relu(self.lin3(F.relu(self.lin2(F.relu(self.lin1(z))))))
        x = x.reshape(-1, self.config.channels, KERNEL, KERNEL)
        if self.config.has_fourth:
            x = F.relu(self.convT_64(x))
        found: Tensor = self.convT3(F.relu(self.convT2(F.relu(self.convT1(x)))))
        return found

    def forward(self, z: Tensor) -> Tensor:
        # A sigmoid's picture in 0..1, in our range of -1..1: 2 sigmoid(x) - 1 = tanh(x / 2).
        return torch.tanh(0.5 * self.logits(z))


class VAEEncoder(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] -> mean and log variance of their z, both [N, z_dim]."""

    def __init__(self, config: VAEConfig) -> None:
        super().__init__()
        self.config = config
        c = config.channels
        self.conv1 = _down(config.image_channels, c)
        self.conv2, self.conv3 = _down(c, c), _down(c, c)
        if config.has_fourth:
            self.conv_64 = _down(c, c)
        self.lin1 = nn.Linear(c * KERNEL**2, config.hidden)
        self.lin2 = nn.Linear(config.hidden, config.hidden)
        self.mu_logvar_gen = nn.Linear(config.hidden, 2 * config.z_dim)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x = _shown(images, self.config.image_channels)
        x = F.relu(self.conv3(F.relu(self.conv2(F.relu(self.conv1(x))))))
        if self.config.has_fourth:
            x = F.relu(self.conv_64(x))
        x = F.relu(self.lin2(F.relu(self.lin1(x.contiguous().flatten(1)))))
        # Means and log variances stand in turn.
        mean, log_variance = self.mu_logvar_gen(x).unflatten(1, (self.config.z_dim, 2)).unbind(2)
        return mean, log_variance


def kl_to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Kullback-Leibler divergence of each latent's Gaussian from N(0, 1), in nats: all [N, z_dim].

    Source: Kingma and Welling, "Auto-encoding variational Bayes", 2014, appendix B.
    """
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance)


def _shown(images: Tensor, channels: int) -> Tensor:
    """Pictures as the encoder was trained on them: 0..1, grey ones with one channel."""
    shown = 0.5 * (images + 1.0)
    return shown if channels == 3 else shown.mean(dim=1, keepdim=True)


@dataclass(frozen=True)
class DenseVAEConfig:
    """Shapes of the dense pair, whose pictures are grey: one hidden layer either way."""

    resolution: int = 28
    z_dim: int = 20
    hidden: int = 400

    def __post_init__(self) -> None:
        if not 4 <= self.resolution <= 256 or min(self.z_dim, self.hidden) < 1:
            raise ValueError("resolution must be 4 to 256, z_dim and hidden at least 1")


class DenseVAEDecoder(nn.Module):
    """z [N, z_dim] -> grey pictures [N, 1, R, R] in (-1, 1)."""

    def __init__(self, config: DenseVAEConfig) -> None:
        super().__init__()
        self.config = config
        self.fc3 = nn.Linear(config.z_dim, config.hidden)
        self.fc4 = nn.Linear(config.hidden, config.resolution**2)

    @property
    def first(self) -> nn.Linear:
        return self.fc3

    def forward(self, z: Tensor) -> Tensor:
        side = self.config.resolution
        return torch.tanh(0.5 * self.fc4(F.relu(self.fc3(z)))).reshape(-1, 1, side, side)


class DenseVAEEncoder(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] -> mean and log variance of z, both [N, z_dim]."""

    def __init__(self, config: DenseVAEConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.resolution**2, config.hidden)
        self.fc21 = nn.Linear(config.hidden, config.z_dim)
        self.fc22 = nn.Linear(config.hidden, config.z_dim)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        x = F.relu(self.fc1(_shown(images, 1).flatten(1)))
        return self.fc21(x), self.fc22(x)
