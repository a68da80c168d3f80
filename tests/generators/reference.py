"""Reference formulas of the StyleGAN2 family, written as the papers state them, per sample and slow."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor


def filter_kernel() -> Tensor:
    """[1, 3, 3, 1] twice, sum 1, [4, 4]."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8.0
    return taps[:, None] * taps[None, :]


def fir(x: Tensor, kernel: Tensor, pad: tuple[int, int, int, int]) -> Tensor:
    """Convolve each channel of [N, C, H, W] after zero padding (left, right, top, bottom)."""
    weight = kernel.flip(0, 1)[None, None].expand(x.shape[1], 1, -1, -1)
    return F.conv2d(F.pad(x, pad), weight, groups=x.shape[1])


def insert_zeros(x: Tensor) -> Tensor:
    """[N, C, H, W] -> [N, C, 2H, 2W], samples at even positions."""
    out = x.new_zeros(*x.shape[:2], 2 * x.shape[2], 2 * x.shape[3])
    out[:, :, ::2, ::2] = x
    return out


def upsample(x: Tensor) -> Tensor:
    """Twice the size: zero insertion, then the filter with gain 4."""
    return fir(insert_zeros(x), filter_kernel() * 4.0, (2, 1, 2, 1))


def modulated_conv(x: Tensor, weight: Tensor, styles: Tensor, demodulate: bool, up: bool) -> Tensor:
    """Karras et al. 2020, equations 1 to 3, with one explicit kernel per sample."""
    results: list[Tensor] = []
    for sample, style in zip(x, styles, strict=True):
        kernel = weight * style[None, :, None, None]
        if demodulate:
            kernel = kernel / (kernel.square().sum(dim=(1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            # Transposed convolution: zeros between samples, then the full correlation with the
            # flipped kernel, then the low-pass filter (gain 4, one pixel of padding).
            spread = insert_zeros(sample[None])[:, :, :-1, :-1]
            full = F.conv2d(spread, kernel.flip(2, 3), padding=2)
            results.append(fir(full, filter_kernel() * 4.0, (1, 1, 1, 1)))
        else:
            results.append(F.conv2d(sample[None], kernel, padding=weight.shape[-1] // 2))
    return torch.cat(results)


def lrelu(x: Tensor) -> Tensor:
    """Leaky ReLU of slope 0.2 with gain sqrt 2."""
    return F.leaky_relu(x, 0.2) * math.sqrt(2.0)
