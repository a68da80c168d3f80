"""The residual discriminator without norms: blocks of two convolutions, features summed over places.

Source: Miyato et al., "Spectral Normalization for Generative Adversarial Networks", ICLR 2018, appendix B
(figures 9 and 10), in the form of a PyTorch program: the ReLU before a block works in place, so its shortcut
reads what that leaves. Spectral norm is folded into the weights.
"""

import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.plain_conv import PlainConv
from wend.generators.residual import ResidualConfig


class DiscriminatorBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H, W] or half that size. The first of all has no ReLU before it."""

    def __init__(self, in_channels: int, out_channels: int, down: bool, is_first: bool) -> None:
        super().__init__()
        inner = out_channels if is_first else in_channels
        self.conv1 = PlainConv(in_channels, inner, 3)
        self.conv2 = PlainConv(inner, out_channels, 3)
        learns = in_channels != out_channels or down
        self.shortcut = PlainConv(in_channels, out_channels, 1) if learns else None
        self.down, self.is_first = down, is_first

    def forward(self, x: Tensor) -> Tensor:
        x = x if self.is_first else F.relu(x)
        y = self.conv2(F.relu(self.conv1(x)))
        if self.down:
            # Means of places and a 1 x 1 convolution may change places.
            x, y = F.avg_pool2d(x, 2), F.avg_pool2d(y, 2)
        added: Tensor = y + (x if self.shortcut is None else self.shortcut(x))
        return added


class ResidualDiscriminator(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] to logits [N, 1]: large for images it takes for real."""

    def __init__(self, config: ResidualConfig) -> None:
        """config: with `judge` "plain"."""
        super().__init__()
        self.config = config
        before = config.image_channels
        blocks: list[nn.Module] = []
        for index, width in enumerate(config.judge_channels):
            blocks.append(DiscriminatorBlock(before, width, index < config.judge_halvings, index == 0))
            before = width
        self.blocks = nn.ModuleList(blocks)
        self.linear = nn.Linear(before, 1)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - it has no classes
        x = images if self.config.image_channels == 3 else images.mean(dim=1, keepdim=True)
        for block in self.blocks:
            x = block(x)
        logits: Tensor = self.linear(F.relu(x).sum(dim=(2, 3)))
        return logits
