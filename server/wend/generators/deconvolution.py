"""Small generators of one chain of layers: transposed convolutions (DCGAN), or dense layers.

Source: Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional generative
adversarial networks", ICLR 2016, section 3, in the form of the PyTorch examples, whose parameter names these
are; Goodfellow et al., "Generative adversarial nets", 2014, section 5, for the dense one.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.widths import widths_of

KERNEL = 4


@dataclass(frozen=True)
class DeconvolutionConfig:
    """widths: channels at 4, 8, 16, ... px. last_kernel 4: one more doubling; 1: the side stays, less
    2 x last_padding. c_dim: classes, 0 for none; embed_dim: of the numbers that stand for a class."""

    z_dim: int = 100
    widths: str = "512,256,128,64"
    image_channels: int = 3
    last_kernel: int = 4
    last_padding: int = 1
    has_last_bias: bool = False
    c_dim: int = 0
    embed_dim: int = 0

    def __post_init__(self) -> None:
        if self.image_channels not in (1, 3) or self.z_dim < 1:
            raise ValueError("image_channels must be 1 or 3, z_dim at least 1")
        if (self.last_kernel, self.last_padding) not in ((4, 1), (1, 0), (1, 1), (1, 2)):
            raise ValueError(f"no last layer has kernel {self.last_kernel}, padding {self.last_padding}")
        if not 1 <= len(self.channels) <= 8:
            raise ValueError("widths must be 1 to 8 numbers")
        _check_classes(self.c_dim, self.embed_dim)

    @property
    def channels(self) -> tuple[int, ...]:
        return widths_of(self.widths)

    @property
    def resolution(self) -> int:
        side: int = KERNEL * 2 ** (len(self.channels) - 1)
        return 2 * side if self.last_kernel == KERNEL else side - 2 * self.last_padding


def _check_classes(c_dim: int, embed_dim: int) -> None:
    if min(c_dim, embed_dim) < 0 or (c_dim == 0) != (embed_dim == 0):
        raise ValueError("classes and the numbers that stand for one come together")


class AveragedNorm(nn.Module):
    """Batch normalisation, [N, C, H, W] -> the same: by its moving averages, while training by the batch.

    Source: Ioffe and Szegedy, "Batch normalization", 2015, equation for inference.
    """

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        mean, var = self.running_mean, self.running_var
        return F.batch_norm(x, mean, var, self.weight, self.bias, training=self.training, eps=1e-5)


class Deconvolution(nn.Module):
    """z [N, z_dim], or w = (z, e(c)) -> pictures [N, C, R, R] in (-1, 1). Norms are by moving averages."""

    def __init__(self, config: DeconvolutionConfig) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = config.z_dim + config.embed_dim
        for index, width in enumerate(config.channels):
            stride, padding = (1, 0) if index == 0 else (2, 1)
            layers += [
                nn.ConvTranspose2d(before, width, KERNEL, stride, padding, bias=False),
                AveragedNorm(width),
                nn.ReLU(),
            ]
            before = width
        stride = 2 if config.last_kernel == KERNEL else 1
        last = (config.last_kernel, stride, config.last_padding)
        layers.append(nn.ConvTranspose2d(before, config.image_channels, *last, bias=config.has_last_bias))
        self.main = nn.Sequential(*layers)

    @property
    def first(self) -> nn.ConvTranspose2d:
        layer = self.main[0]
        assert isinstance(layer, nn.ConvTranspose2d)
        return layer

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(self.main(z[:, :, None, None]))


@dataclass(frozen=True)
class DenseConfig:
    """widths: of the hidden layers; slope: of their activation below 0. c_dim, embed_dim: as above."""

    resolution: int = 28
    z_dim: int = 64
    widths: str = "256,256"
    image_channels: int = 1
    slope: float = 0.0
    c_dim: int = 0
    embed_dim: int = 0

    def __post_init__(self) -> None:
        if not 4 <= self.resolution <= 256 or self.z_dim < 1 or self.image_channels not in (1, 3):
            raise ValueError("resolution must be 4 to 256, z_dim at least 1, image_channels 1 or 3")
        if not 0.0 <= self.slope < 1.0:
            raise ValueError(f"the slope must be from 0 to below 1, not {self.slope}")
        _check_classes(self.c_dim, self.embed_dim)
        widths_of(self.widths)


class DenseNetwork(nn.Module):
    """z [N, z_dim], or w = (z, e(c)) -> pictures [N, C, R, R] in (-1, 1). Layers are numbered 0, 2, 4, ..."""

    def __init__(self, config: DenseConfig) -> None:
        super().__init__()
        self.config = config
        last = config.image_channels * config.resolution**2
        widths = (config.z_dim + config.embed_dim, *widths_of(config.widths), last)
        pairs = enumerate(pairwise(widths))
        self.layers = nn.ModuleDict({str(2 * k): nn.Linear(a, b) for k, (a, b) in pairs})

    @property
    def first(self) -> nn.Linear:
        layer = self.layers["0"]
        assert isinstance(layer, nn.Linear)
        return layer

    def forward(self, z: Tensor) -> Tensor:
        x, config = z, self.config
        for index, layer in enumerate(self.layers.values()):
            x = layer(x if index == 0 else F.leaky_relu(x, config.slope))
        return torch.tanh(x).reshape(-1, config.image_channels, config.resolution, config.resolution)
