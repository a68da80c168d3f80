"""The residual generator of WGAN-GP: a chain of blocks that double, normalised by standing statistics.

Source: Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017, appendix F, in the form of its
program (doubling before the first convolution). Later programs of the same networks double by bilinear
interpolation (Miyato et al., "Spectral Normalization", ICLR 2018, appendix B, in PyTorch).
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.deconvolution import AveragedNorm
from wend.generators.plain_conv import PlainConv
from wend.generators.widths import widths_of

BASES = (4, 6)


@dataclass(frozen=True)
class ResidualConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    base: side of the first maps; widths: channels at that side and after each block; is_bilinear: how blocks
    double. judge: what judges, the critic, or one without norms (`residual_discriminator`); judge_widths: of
    the critic, behind its first convolution and after each block, "" for the generator's, backwards; of a
    plain one after each block, the first judge_halvings of which halve the side.
    """

    z_dim: int = 128
    base: int = 4
    widths: str = "512,512,256,128,64"
    image_channels: int = 3
    is_bilinear: bool = False
    judge: str = "critic"
    judge_widths: str = ""
    judge_halvings: int = 0

    def __post_init__(self) -> None:
        if self.z_dim < 1 or self.base not in BASES or self.image_channels not in (1, 3):
            raise ValueError("z_dim must be at least 1, base 4 or 6, image_channels 1 or 3")
        if self.judge not in ("critic", "plain"):
            raise ValueError("judge must be critic or plain")
        count = len(self.judge_channels)
        fits = (
            count == len(self.channels) if self.judge == "critic" else 0 < self.judge_halvings <= count <= 10
        )
        if not 2 <= len(self.channels) <= 9 or not fits:
            raise ValueError(
                "widths must be 2 to 9 numbers, as many for the critic; of 10 blocks all may halve"
            )
        if self.judge == "plain" and self.resolution % 2**self.judge_halvings:
            raise ValueError(f"{self.resolution} px cannot be halved {self.judge_halvings} times")

    @property
    def channels(self) -> tuple[int, ...]:
        return widths_of(self.widths)

    @property
    def judge_channels(self) -> tuple[int, ...]:
        return widths_of(self.judge_widths) if self.judge_widths else self.channels[::-1]

    @property
    def resolution(self) -> int:
        side: int = self.base * 2 ** (len(self.channels) - 1)
        return side


class ResidualBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, 2H, 2W]: norm, ReLU, doubling, 3 x 3, norm, ReLU, 3 x 3; beside it 1 x 1."""

    def __init__(self, in_channels: int, out_channels: int, is_bilinear: bool) -> None:
        super().__init__()
        self.norm1, self.norm2 = AveragedNorm(in_channels), AveragedNorm(out_channels)
        self.conv1 = PlainConv(in_channels, out_channels, 3)
        self.conv2 = PlainConv(out_channels, out_channels, 3)
        self.shortcut = PlainConv(in_channels, out_channels, 1)
        self.is_bilinear = is_bilinear

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(self._twice(F.relu(self.norm1(x))))
        y = self.conv2(F.relu(self.norm2(y)))
        # A 1 x 1 convolution and interpolation may change places; this way round costs a quarter.
        added: Tensor = y + self._twice(self.shortcut(x))
        return added

    def _twice(self, x: Tensor) -> Tensor:
        if self.is_bilinear:
            return F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        return F.interpolate(x, scale_factor=2, mode="nearest")


class ResidualNetwork(nn.Module):
    """z [N, z_dim] -> pictures [N, C, R, R] in (-1, 1), a layer at a time."""

    def __init__(self, config: ResidualConfig) -> None:
        super().__init__()
        self.config = config
        self.linear = nn.Linear(config.z_dim, config.base**2 * config.channels[0])
        pairs = pairwise(config.channels)
        self.blocks = nn.ModuleList(ResidualBlock(a, b, config.is_bilinear) for a, b in pairs)
        self.norm = AveragedNorm(config.channels[-1])
        self.conv = PlainConv(config.channels[-1], config.image_channels, 3)

    @property
    def resolution(self) -> int:
        return self.config.resolution

    @property
    def z_dim(self) -> int:
        return self.config.z_dim

    @property
    def layer_names(self) -> tuple[str, ...]:
        return ("linear", *(f"blocks.{index}" for index in range(len(self.blocks))))

    @property
    def first(self) -> Tensor:
        return self.linear.weight

    def begin(self, z: Tensor, dtype: torch.dtype) -> Tensor:
        config = self.config
        x: Tensor = self.linear(z).to(dtype)
        shaped: Tensor = x.unflatten(1, (config.channels[0], config.base, config.base))
        return shaped

    def advance(self, index: int, x: Tensor) -> Tensor:
        drawn: Tensor = self.blocks[index - 1](x)
        return drawn

    def picture(self, x: Tensor) -> Tensor:
        return torch.tanh(self.conv(F.relu(self.norm(x))))


class LayerNorm(nn.Module):
    """All features of a picture together to mean 0 and deviation 1, then a gain and a shift per channel.

    Source: Ba, Kiros and Hinton, "Layer normalization", 2016, in the form of the PyTorch program: a sample's
    deviation, to which 1e-5 is added.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean(dim=(1, 2, 3), keepdim=True)
        deviation = x.std(dim=(1, 2, 3), keepdim=True)
        y = (x - mean) / (deviation + 1e-5)
        return torch.addcmul(self.bias[:, None, None], y, self.weight[:, None, None])


class CriticBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H/2, W/2]; the mean of four places is taken behind the second convolution."""

    def __init__(self, in_channels: int, out_channels: int) -> None:
        super().__init__()
        self.norm1, self.norm2 = LayerNorm(in_channels), LayerNorm(in_channels)
        self.conv1 = PlainConv(in_channels, in_channels, 3)
        self.conv2 = PlainConv(in_channels, out_channels, 3)
        self.shortcut = PlainConv(in_channels, out_channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv1(F.relu(self.norm1(x)))
        y = F.avg_pool2d(self.conv2(F.relu(self.norm2(y))), 2)
        added: Tensor = y + self.shortcut(F.avg_pool2d(x, 2))
        return added


class ResidualCritic(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] to scores [N, 1]: large for images it takes for real."""

    def __init__(self, config: ResidualConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.judge_channels
        self.conv = PlainConv(config.image_channels, channels[0], 3)
        self.blocks = nn.ModuleList(CriticBlock(a, b) for a, b in pairwise(channels))
        self.linear = nn.Linear(config.base**2 * channels[-1], 1)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - it has no classes
        x = self.conv(images if self.config.image_channels == 3 else images.mean(dim=1, keepdim=True))
        for block in self.blocks:
            x = block(x)
        scores: Tensor = self.linear(x.contiguous().flatten(1))
        return scores
