"""The discriminator of the StyleGAN2 family: residual blocks, minibatch standard deviation, projection.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020, section 4.1;
minibatch standard deviation from Karras et al., "Progressive Growing of GANs", ICLR 2018, section 3.
"""

import math

import torch
from torch import Tensor, nn

from wend.generators.layers import (
    Conv2dLayer,
    FullyConnectedLayer,
    at_least_single,
    normalize_second_moment,
)
from wend.generators.lean import MOST_KEPT, lean
from wend.generators.stylegan2 import StyleGAN2Config


class DiscriminatorBlock(nn.Module):
    """One residual halving: [N, Ci, H, W] -> [N, Co, H/2, W/2]."""

    def __init__(self, config: StyleGAN2Config, resolution: int) -> None:
        super().__init__()
        here, below = config.channels(resolution), config.channels(resolution // 2)
        clamp = config.conv_clamp
        if resolution == config.resolution:
            self.fromrgb = Conv2dLayer(config.image_channels, here, 1, conv_clamp=clamp)
        self.conv0 = Conv2dLayer(here, here, 3, conv_clamp=clamp)
        self.conv1 = Conv2dLayer(here, below, 3, down=True, conv_clamp=clamp)
        self.skip = Conv2dLayer(here, below, 1, has_bias=False, is_activated=False, down=True)
        self.most_kept = MOST_KEPT

    def forward(self, x: Tensor) -> Tensor:
        # Kept for the backward pass: what goes in, and three stages of its first convolution.
        return lean(self, self._run, 4 * x.numel() * x.element_size(), self.most_kept, x)

    def _run(self, x: Tensor, _w: Tensor | None, _noise: Tensor | None) -> Tensor:
        gain = math.sqrt(0.5)
        halved: Tensor = self.skip(x, gain=gain) + self.conv1(self.conv0(x), gain=gain)
        return halved


def minibatch_std(x: Tensor, group_size: int) -> Tensor:
    """Append one channel: the standard deviation over groups of samples, averaged over C, H, W."""
    count, channels, height, width = x.shape
    group = count if count < group_size else math.gcd(count, group_size)
    y = at_least_single(x).reshape(group, count // group, channels, height, width)
    y = (y - y.mean(dim=0)).square().mean(dim=0)
    y = (y + 1e-8).sqrt().mean(dim=(1, 2, 3))
    y = y.repeat(group).reshape(count, 1, 1, 1).expand(-1, 1, height, width)
    return torch.cat([x, y.to(x.dtype)], dim=1)


class DiscriminatorEpilogue(nn.Module):
    """[N, C, 4, 4] to features [N, cmap or 1]."""

    def __init__(self, config: StyleGAN2Config, cmap_dim: int, mbstd_group_size: int) -> None:
        super().__init__()
        channels = config.channels(4)
        self.mbstd_group_size = mbstd_group_size
        self.conv = Conv2dLayer(channels + 1, channels, 3, conv_clamp=config.conv_clamp)
        self.fc = FullyConnectedLayer(channels * 16, channels, is_activated=True)
        self.out = FullyConnectedLayer(channels, cmap_dim or 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(minibatch_std(x, self.mbstd_group_size))
        # The published layout flattens NCHW; a channels_last tensor must be put back first.
        features: Tensor = self.out(self.fc(at_least_single(x).contiguous().flatten(1)))
        return features


class Discriminator(nn.Module):
    """Images float32 [N, 3, H, W] in [-1, 1] to logits [N, 1]: large for images it takes for real."""

    def __init__(self, config: StyleGAN2Config, mbstd_group_size: int = 4) -> None:
        super().__init__()
        self.config = config
        cmap_dim = config.channels(4) if config.c_dim else 0
        for resolution in config.block_resolutions[:0:-1]:
            setattr(self, f"b{resolution}", DiscriminatorBlock(config, resolution))
        if config.c_dim:
            self.mapping = DiscriminatorMapping(config.c_dim, cmap_dim)
        self.b4 = DiscriminatorEpilogue(config, cmap_dim, mbstd_group_size)

    def block(self, resolution: int) -> DiscriminatorBlock:
        block = getattr(self, f"b{resolution}")
        assert isinstance(block, DiscriminatorBlock)
        return block

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        x = self.block(self.config.resolution).fromrgb(images)
        return self.judge(x, self.config.resolution, c)

    def judge(self, x: Tensor, resolution: int, c: Tensor | None = None) -> Tensor:
        """Logits [N, 1] from features [N, C, r, r] at one resolution."""
        while resolution > 4:
            x = self.block(resolution)(x)
            resolution //= 2
        y: Tensor = self.b4(x)
        if self.config.c_dim:
            if c is None:
                raise ValueError("a conditional discriminator needs c")
            cmap = self.mapping(c)
            y = (y * cmap).sum(dim=1, keepdim=True) / math.sqrt(cmap.shape[1])
        return y


class DiscriminatorMapping(nn.Module):
    """Class vector c [N, c_dim] to the projection [N, cmap_dim]."""

    def __init__(self, c_dim: int, cmap_dim: int, num_layers: int = 8) -> None:
        super().__init__()
        self.num_layers = num_layers
        self.embed = FullyConnectedLayer(c_dim, cmap_dim)
        for index in range(num_layers):
            layer = FullyConnectedLayer(cmap_dim, cmap_dim, is_activated=True, lr_multiplier=0.01)
            setattr(self, f"fc{index}", layer)

    def forward(self, c: Tensor) -> Tensor:
        x = normalize_second_moment(self.embed(c.to(self.embed.weight.dtype)))
        for index in range(self.num_layers):
            x = getattr(self, f"fc{index}")(x)
        return x
