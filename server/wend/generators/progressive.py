"""The generator of progressive growing: one chain of convolutions, each pixel's features at unit length.

Source: Karras et al., "Progressive Growing of GANs", ICLR 2018: table 2, sections 4.1 (scale) and 4.2 (unit
length). z is brought to one length first, so that pulling it towards 0 (truncation) changes
nothing; this family has no truncation.

The programs that write its checkpoints double by repeating pixels and convolve then. Where one does both in a
single transposed convolution, its kernel turned by 180 degrees is the kernel here.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.layers import at_least_single
from wend.generators.widths import widths_of

KERNEL = 4
SLOPE = 0.2


@dataclass(frozen=True)
class ProgressiveConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    widths: channels at 4, 8, 16, ... px, so their number fixes the resolution. bias_per_place: the first
    layer has a bias for each of its 16 places, not one for each channel. judge_widths: the discriminator's,
    "" for the same; is_sample_deviation: its deviation in a batch divides by one less than the count.
    """

    z_dim: int = 512
    widths: str = "512,512,512,512,256,128,64,32,16"
    image_channels: int = 3
    bias_per_place: bool = False
    judge_widths: str = ""
    is_sample_deviation: bool = False

    def __post_init__(self) -> None:
        if self.z_dim < 1 or self.image_channels not in (1, 3):
            raise ValueError("z_dim must be at least 1, image_channels 1 or 3")
        if not 1 <= len(self.channels) <= 9 or len(self.judge_channels) != len(self.channels):
            raise ValueError("widths must be 1 to 9 numbers, as many for the discriminator")

    @property
    def channels(self) -> tuple[int, ...]:
        """Of the generator, from 4 px up."""
        return widths_of(self.widths)

    @property
    def judge_channels(self) -> tuple[int, ...]:
        """Of the discriminator, from 4 px up."""
        return widths_of(self.judge_widths or self.widths)

    @property
    def resolution(self) -> int:
        side: int = KERNEL * 2 ** (len(self.channels) - 1)
        return side


class EqualizedConv(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H', W']: unit weights, scaled by gain / sqrt(fan-in) as they run.

    Source: section 4.1. Computed in the dtype of what comes in.
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        gain: float = math.sqrt(2.0),
        padding: int | None = None,
        bias_shape: tuple[int, ...] = (),
    ) -> None:
        """padding: None keeps the side; bias_shape: what follows the channels, () or the places."""
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels, *bias_shape))
        self.scale = gain / math.sqrt(in_channels * kernel_size**2)
        self.padding = kernel_size // 2 if padding is None else padding

    def forward(self, x: Tensor) -> Tensor:
        weight = (self.weight * self.scale).to(x.dtype)
        bias = self.bias.to(x.dtype)
        if bias.ndim == 1:
            return F.conv2d(x, weight, bias, padding=self.padding)
        return F.conv2d(x, weight, padding=self.padding) + bias


def unit_length(x: Tensor) -> Tensor:
    """Each pixel's features, axis 1, with a mean square of 1. Source: section 4.2."""
    return x * (at_least_single(x).square().mean(dim=1, keepdim=True) + 1e-8).rsqrt().to(x.dtype)


class ProgressiveNetwork(nn.Module):
    """Two layers a side: `layer{2k}` doubles (the first reads z), `layer{2k+1}` stays; `output` is toRGB."""

    def __init__(self, config: ProgressiveConfig) -> None:
        super().__init__()
        self.config = config
        places = (KERNEL, KERNEL) if config.bias_per_place else ()
        layers: list[nn.Module] = []
        before = config.z_dim
        for index, width in enumerate(config.channels):
            if index == 0:
                # Over one pixel, zeros around: 16 places, each of which meets one element of the kernel.
                layers.append(EqualizedConv(before, width, KERNEL, padding=KERNEL - 1, bias_shape=places))
            else:
                layers.append(EqualizedConv(before, width, 3))
            layers.append(EqualizedConv(width, width, 3))
            before = width
        self.layers = nn.ModuleList(layers)
        self.output = EqualizedConv(before, config.image_channels, 1, gain=1.0)

    @property
    def resolution(self) -> int:
        return self.config.resolution

    @property
    def z_dim(self) -> int:
        return self.config.z_dim

    @property
    def layer_names(self) -> tuple[str, ...]:
        return tuple(f"layer{index}" for index in range(len(self.layers)))

    @property
    def first(self) -> Tensor:
        return self.layer(0).weight.transpose(1, 3).flatten(0, 2)

    def layer(self, index: int) -> EqualizedConv:
        layer = self.layers[index]
        assert isinstance(layer, EqualizedConv)
        return layer

    def begin(self, z: Tensor, dtype: torch.dtype) -> Tensor:
        return self._run(0, unit_length(z)[:, :, None, None].to(dtype))

    def advance(self, index: int, x: Tensor) -> Tensor:
        return self._run(index, F.interpolate(x, scale_factor=2, mode="nearest") if index % 2 == 0 else x)

    def picture(self, x: Tensor) -> Tensor:
        rgb: Tensor = self.output(x)
        return rgb

    def _run(self, index: int, x: Tensor) -> Tensor:
        return unit_length(F.leaky_relu(self.layers[index](x), SLOPE))
