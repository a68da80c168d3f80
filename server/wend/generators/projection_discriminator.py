"""The discriminator of the BigGAN-deep family: residual bottlenecks and a projection on the class.

Source: Brock et al. 2019, appendix B (BigGAN-deep); Miyato and Koyama, "cGANs with Projection
Discriminator", ICLR 2018, equation 6; pairs from Lin et al., "PacGAN: The power of two samples in
generative adversarial networks", NeurIPS 2018. Spectral norm (Miyato et al., ICLR 2018) is training's
business: published weights have it folded in.
"""

import itertools

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.attention import SelfAttention
from wend.generators.biggan import BigGANConfig
from wend.generators.plain_conv import PlainConv


class DiscriminatorBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H, W] or half that size; Co >= Ci.

    The shortcut keeps its channels and learns only those that are new.
    """

    def __init__(self, config: BigGANConfig, in_channels: int, out_channels: int, down: bool) -> None:
        super().__init__()
        inner = out_channels // config.reduction
        self.conv_0 = PlainConv(in_channels, inner, 1)
        self.conv_1 = PlainConv(inner, inner, 3)
        self.conv_2 = PlainConv(inner, inner, 3)
        self.conv_3 = PlainConv(inner, out_channels, 1)
        new = out_channels - in_channels
        self.conv_sc = PlainConv(in_channels, new, 1) if new else None
        self.down = down

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv_0(F.relu(x))
        y = self.conv_1(F.relu(y))
        y = F.relu(self.conv_2(F.relu(y)))
        if self.down:
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        shortcut = x if self.conv_sc is None else torch.cat([x, self.conv_sc(x)], dim=1)
        added: Tensor = self.conv_3(y) + shortcut
        return added


class ProjectionDiscriminator(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] and classes c [N, c_dim] to logits float32 [N, 1].

    Large for pictures it takes for real ones of their class: psi(h) + <V c, h>, h summed over places.
    Given pairs of one class it also judges how far apart their features are, since a picture alone never
    shows that all of a class look the same.
    """

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__()
        self.config = config
        share = config.discriminator_width / config.channel_width
        channels = [round(width * share) for width in config.channels[-2::-1]]
        self.conv_from_rgb = PlainConv(4 * config.image_channels, channels[0], 3)
        layers: list[nn.Module] = []
        side = config.resolution // 2
        for here, below in itertools.pairwise(channels):
            side //= 2
            layers.append(DiscriminatorBlock(config, here, below, down=True))
            if side == config.attention_resolution:
                layers.append(SelfAttention(below))
            layers.append(DiscriminatorBlock(config, below, below, down=False))
        self.layers = nn.ModuleList(layers)
        self.linear = nn.Linear(channels[-1], 1)
        self.embed = nn.Linear(config.c_dim, channels[-1], bias=False)
        self.variety = nn.Linear(channels[-1], 1, bias=False)
        self.variety_embed = nn.Linear(config.c_dim, channels[-1], bias=False)
        for head in (self.linear, self.embed, self.variety, self.variety_embed):
            nn.init.orthogonal_(head.weight)

    def forward(
        self, images: Tensor, c: Tensor, dtype: torch.dtype = torch.float32, in_pairs: bool = False
    ) -> Tensor:
        """dtype: precision of the activations; in_pairs: pictures 2i and 2i + 1 are of one class."""
        x = F.pixel_unshuffle(images.to(dtype), 2).contiguous(memory_format=torch.channels_last)
        x = self.conv_from_rgb(x)
        for layer in self.layers:
            x = layer(x)
        features = F.relu(x).float()
        logits = _judge(self.linear, self.embed, features.sum(dim=(2, 3)), c)
        if not in_pairs:
            return logits
        first, second = features.unflatten(0, (-1, 2)).unbind(1)
        apart = (first - second).abs().sum(dim=(2, 3)).repeat_interleave(2, dim=0)
        return logits + _judge(self.variety, self.variety_embed, apart, c)


def _judge(linear: nn.Linear, embed: nn.Linear, features: Tensor, c: Tensor) -> Tensor:
    """What all classes share, and the projection on the class: features [N, C] to [N, 1]."""
    logits: Tensor = linear(features) + (embed(c) * features).sum(dim=1, keepdim=True)
    return logits
