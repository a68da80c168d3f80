"""The discriminator of the first StyleGAN: that of progressive growing, with a blur before each halving.

Source: Karras, Laine, Aila, CVPR 2019, appendix C; Karras et al., "Progressive Growing of GANs", ICLR 2018,
table 2 and sections 3 and 4.1.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.discriminator import minibatch_std
from wend.generators.layers import LRELU_GAIN, at_least_single, leaky
from wend.generators.stylegan1 import StyleGAN1Config, blur_kernel, spread_kernel

GROUP = 4


class JudgeLayer(nn.Module):
    """A convolution with run-time scale and a leaky ReLU; `down`: a blur before, half the size behind."""

    blur: Tensor

    def __init__(
        self, before: int, after: int, kernel: int, down: bool = False, is_activated: bool = True
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(after))
        self.gain = LRELU_GAIN / math.sqrt(before * kernel**2)
        self.down, self.is_activated = down, is_activated
        self.register_buffer("blur", blur_kernel(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * self.gain
        if not self.down:
            x = F.conv2d(x, weight, self.bias, padding=weight.shape[-1] // 2)
            return leaky(x) if self.is_activated else x
        kernel = self.blur.to(x.dtype).expand(x.shape[1], 1, -1, -1)
        x = F.conv2d(x, kernel, padding=1, groups=x.shape[1])
        # The kernel and the mean of four pixels, in one.
        return leaky(F.conv2d(x, spread_kernel(weight) * 0.25, self.bias, stride=2, padding=1))


class JudgeDense(nn.Module):
    """A dense layer with run-time scale; a leaky ReLU where it is activated."""

    def __init__(self, before: int, after: int, is_activated: bool) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before))
        self.bias = nn.Parameter(torch.zeros(after))
        self.gain = (LRELU_GAIN if is_activated else 1.0) / math.sqrt(before)
        self.is_activated = is_activated

    def forward(self, x: Tensor) -> Tensor:
        y = F.linear(x, self.weight * self.gain, self.bias)
        return leaky(y) if self.is_activated else y


class StyleGAN1Discriminator(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] to logits [N, 1]: large for images it takes for real."""

    def __init__(self, config: StyleGAN1Config) -> None:
        super().__init__()
        self.config = config
        is_early = config.judge == "rosinality"
        widest = config.channels(config.resolution)
        self.input = JudgeLayer(config.image_channels, widest, 1, is_activated=not is_early)
        for side in config.sides[:0:-1]:
            here, below = config.channels(side), config.channels(side // 2)
            between = below if is_early else here
            setattr(self, f"b{side}_0", JudgeLayer(here, between, 3))
            setattr(self, f"b{side}_1", JudgeLayer(between, below, 3, down=True))
        first = config.channels(4)
        last = first if is_early else config.channels(2)
        self.conv = JudgeLayer(first + 1, first, 3)
        self.dense = JudgeDense(16 * first, last, is_activated=True)
        self.output = JudgeDense(last, max(config.c_dim, 1), is_activated=False)

    def forward(self, images: Tensor, c: Tensor | None = None) -> Tensor:
        x = self.input(images)
        for side in self.config.sides[:0:-1]:
            x = getattr(self, f"b{side}_1")(getattr(self, f"b{side}_0")(x))
        x = self.conv(minibatch_std(x, GROUP))
        # The published layout flattens NCHW; a channels_last tensor must be put back first.
        logits: Tensor = self.output(self.dense(at_least_single(x).contiguous().flatten(1)))
        if not self.config.c_dim:
            return logits
        if c is None:
            raise ValueError("a conditional discriminator needs c")
        return (logits * c).sum(dim=1, keepdim=True)
