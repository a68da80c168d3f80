"""The discriminator of progressive growing: the generator's chain the other way round.

Source: Karras et al., "Progressive Growing of GANs", ICLR 2018: table 2, section 3 (deviation in a batch).
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.progressive import KERNEL, SLOPE, EqualizedConv, ProgressiveConfig

GROUP = 4


class ProgressiveDiscriminator(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] to logits [N, 1]: large for images it takes for real."""

    def __init__(self, config: ProgressiveConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.judge_channels
        self.input = EqualizedConv(config.image_channels, channels[-1], 1)
        layers: list[nn.Module] = []
        for here, below in zip(channels[:0:-1], channels[-2::-1], strict=True):
            layers += [EqualizedConv(here, here, 3), EqualizedConv(here, below, 3)]
        self.layers = nn.ModuleList(layers)
        first = channels[0]
        self.conv = EqualizedConv(first + 1, first, 3)
        self.dense = EqualizedConv(first, first, KERNEL, padding=0)
        self.output = EqualizedConv(first, 1, 1, gain=1.0)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - it has no classes
        if self.config.image_channels == 1:
            images = images.mean(dim=1, keepdim=True)
        return self.judge(F.leaky_relu(self.input(images), SLOPE), self.config.resolution)

    def judge(self, x: Tensor, side: int) -> Tensor:
        """Features [N, C, side, side], such as of a lower side's own first layer, to logits [N, 1]."""
        while side > KERNEL:
            x, side = self.halved(x, side), side // 2
        x = F.leaky_relu(self.conv(self._with_deviation(x)), SLOPE)
        logits: Tensor = self.output(F.leaky_relu(self.dense(x), SLOPE))
        return logits.flatten(1)

    def halved(self, x: Tensor, side: int) -> Tensor:
        """The two layers of one side: features [N, C, side, side] to those of half of it."""
        first = 2 * int(math.log2(self.config.resolution // side))
        for layer in self.layers[first : first + 2]:
            x = F.leaky_relu(layer(x), SLOPE)
        return F.avg_pool2d(x, 2)

    def _with_deviation(self, x: Tensor) -> Tensor:
        """x [N, C, 4, 4] with one channel more: how much its group of pictures differs, on the average."""
        count = len(x)
        group = count if count < GROUP else math.gcd(count, GROUP)
        y = x.unflatten(0, (group, count // group))
        if group > 1:
            deviation = (y.var(dim=0, correction=int(self.config.is_sample_deviation)) + 1e-8).sqrt()
            spread = deviation.mean(dim=(1, 2, 3)).repeat(group)
        else:
            # One picture alone has none; sqrt(0 + 1e-8) of the published formula is 1e-4.
            spread = x.new_full((count,), 0.0 if self.config.is_sample_deviation else 1e-4)
        return torch.cat([x, spread[:, None, None, None].expand(-1, 1, KERNEL, KERNEL)], dim=1)
