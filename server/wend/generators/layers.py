"""Equalised layers shared by the generator and the discriminator of the StyleGAN2 family.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020; equalised
learning rate from Karras et al., "Progressive Growing of GANs", ICLR 2018, section 4.1. Parameter
names and shapes follow the published checkpoints, so that readers map them one to one.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LRELU_GAIN = math.sqrt(2.0)


def resample_kernel() -> Tensor:
    """The separable [1, 3, 3, 1] low-pass filter, [4, 4], sum 1."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0])
    kernel = torch.outer(taps, taps)
    return kernel / kernel.sum()


def filter2d(
    x: Tensor, kernel: Tensor, padding: int, gain: float = 1.0, bias: Tensor | None = None
) -> Tensor:
    """Depthwise FIR filter of [N, C, H, W] with zero padding, and a bias [C]."""
    channels = x.shape[1]
    weight = (kernel * gain).to(x.dtype)[None, None].expand(channels, 1, -1, -1)
    return F.conv2d(x, weight, bias, padding=padding, groups=channels)


def upsample2d(x: Tensor, kernel: Tensor) -> Tensor:
    """Twice the size by zero insertion and the low-pass filter: [N, C, H, W] -> [N, C, 2H, 2W].

    Keeps the dtype of x even under autocast: RGB is summed in float32.
    """
    channels = x.shape[1]
    weight = (kernel * 4.0).to(x.dtype)[None, None].expand(channels, 1, -1, -1)
    with torch.autocast(x.device.type, enabled=False):
        return F.conv_transpose2d(x, weight, stride=2, padding=1, groups=channels)


def leaky(x: Tensor, clamp: float | None = None) -> Tensor:
    """Leaky ReLU of slope 0.2; the gain that keeps the second moment is folded into what feeds it.

    lrelu(g x) = g lrelu(x) for g > 0, so scaling the (small) weights, biases and noise instead of the
    (large) activations saves one pass over memory, the scarce thing on a CPU.
    """
    x = F.leaky_relu(x, 0.2)
    return x if clamp is None else x.clamp(-clamp, clamp)


def leaky_over(x: Tensor, clamp: float | None = None) -> Tensor:
    """`leaky`, written over x, which nothing else may read: what is kept for its gradient is kept once.

    Bounded by a hard tanh, whose gradient is one pass where that of a clamp is three; at the bounds
    themselves it is 0.
    """
    x = F.leaky_relu_(x, 0.2)
    return x if clamp is None else F.hardtanh(x, -clamp, clamp)


def at_least_single(x: Tensor) -> Tensor:
    """Half precision becomes float32; a network in float64, as when it is compared, stays there."""
    return x if x.dtype == torch.float64 else x.float()


def normalize_second_moment(x: Tensor) -> Tensor:
    """[N, D] scaled to unit mean square over D."""
    return x * (x.square().mean(dim=1, keepdim=True) + 1e-8).rsqrt()


class FullyConnectedLayer(nn.Module):
    """y = act(x W^T gain + b): equalised learning rate, `lr_multiplier` for slow layers."""

    def __init__(
        self,
        in_features: int,
        out_features: int,
        is_activated: bool = False,
        lr_multiplier: float = 1.0,
        bias_init: float = 0.0,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_features, in_features) / lr_multiplier)
        self.bias = nn.Parameter(torch.full((out_features,), bias_init / lr_multiplier))
        self.weight_gain = lr_multiplier / math.sqrt(in_features)
        self.bias_gain = lr_multiplier
        self.is_activated = is_activated

    def forward(self, x: Tensor) -> Tensor:
        gain = LRELU_GAIN if self.is_activated else 1.0
        y = F.linear(x, self.weight * (self.weight_gain * gain), self.bias * (self.bias_gain * gain))
        return leaky(y) if self.is_activated else y


class Conv2dLayer(nn.Module):
    """Equalised convolution of the discriminator, optionally halving the size after a low-pass filter."""

    resample_filter: Tensor

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        has_bias: bool = True,
        is_activated: bool = True,
        down: bool = False,
        conv_clamp: float | None = None,
    ) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(out_channels)) if has_bias else None
        self.register_buffer("resample_filter", resample_kernel())
        self.weight_gain = 1.0 / math.sqrt(in_channels * kernel_size**2)
        self.padding = kernel_size // 2
        self.is_activated = is_activated
        self.down = down
        self.conv_clamp = conv_clamp

    def forward(self, x: Tensor, gain: float = 1.0) -> Tensor:
        """[N, Ci, H, W] -> [N, Co, H, W] or half that size; `gain` multiplies the result."""
        total = gain * LRELU_GAIN if self.is_activated else gain
        weight = self.weight * (self.weight_gain * total)
        bias = None if self.bias is None else self.bias * total
        if self.down and self.padding == 0:
            # Filter and 1x1 kernel in one: a strided depthwise filter's gradient is slow on a CPU
            # (measured 66 of 170 ms of this discriminator's forward and backward).
            x = F.conv2d(x, weight * self.resample_filter, bias, stride=2, padding=1)
        elif self.down:
            x = F.conv2d(filter2d(x, self.resample_filter, padding=2), weight, bias, stride=2)
        else:
            x = F.conv2d(x, weight, bias, padding=self.padding)
        if not self.is_activated:
            return x
        return leaky_over(x, None if self.conv_clamp is None else self.conv_clamp * gain)


def size_of(module: nn.Module) -> int:
    """Bytes that its parameters and buffers take."""
    return sum(t.numel() * t.element_size() for t in [*module.parameters(), *module.buffers()])
