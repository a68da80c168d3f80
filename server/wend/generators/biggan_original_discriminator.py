"""The discriminator of BigGAN's first form: residual blocks that halve, attention, projection on the class.

Source: Brock et al. 2019, appendix B (figure 15b, tables 4 to 9); Miyato and Koyama, "cGANs with Projection
Discriminator", ICLR 2018, equation 6. Spectral norm is folded into the weights.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.attention import SelfAttention
from wend.generators.biggan_original import BigGANOriginalConfig
from wend.generators.plain_conv import PlainConv


class DiscriminatorBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H, W] or half that size. The first of all has no ReLU before it."""

    def __init__(
        self, in_channels: int, out_channels: int, down: bool, is_first: bool, attends: bool
    ) -> None:
        super().__init__()
        self.conv1 = PlainConv(in_channels, out_channels, 3)
        self.conv2 = PlainConv(out_channels, out_channels, 3)
        learns = in_channels != out_channels or down
        self.conv_sc = PlainConv(in_channels, out_channels, 1) if learns else None
        self.attention = SelfAttention(out_channels) if attends else None
        self.down, self.is_first = down, is_first

    def forward(self, x: Tensor) -> Tensor:
        y = self.conv2(F.relu(self.conv1(x if self.is_first else F.relu(x))))
        if self.down:
            # Means of places and a 1 x 1 convolution may change places.
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        added: Tensor = y + (x if self.conv_sc is None else self.conv_sc(x))
        return added if self.attention is None else self.attention(added)


class BigGANOriginalDiscriminator(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] and classes c [N, c_dim] to logits [N, 1].

    Large for pictures it takes for real ones of their class: psi(h) + <V c, h>, h summed over places.
    """

    def __init__(self, config: BigGANOriginalConfig) -> None:
        super().__init__()
        self.config = config
        before = config.image_channels
        blocks: list[nn.Module] = []
        for index, width in enumerate(config.judge_channels):
            attends = index + 1 in config.judge_attended
            blocks.append(DiscriminatorBlock(before, width, index < config.halvings, index == 0, attends))
            before = width
        self.blocks = nn.ModuleList(blocks)
        self.linear = nn.Linear(before, 1)
        self.embed = nn.Linear(config.c_dim, before, bias=False)

    def forward(self, images: Tensor, c: Tensor) -> Tensor:
        x = images if self.config.image_channels == 3 else images.mean(dim=1, keepdim=True)
        for block in self.blocks:
            x = block(x)
        features = F.relu(x).sum(dim=(2, 3))
        logits: Tensor = self.linear(features) + (self.embed(c) * features).sum(dim=1, keepdim=True)
        return logits
