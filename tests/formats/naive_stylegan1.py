"""StyleGAN (the first) written a second time: numpy, one sample at a time, loops, from the papers alone.

Sources: Karras, Laine and Aila, "A style-based generator architecture for generative adversarial networks",
CVPR 2019: section 2 and figure 1b, equation 1 (AdaIN), appendix C (bilinear resampling, 0.01 of the learning
rate in the mapping, leaky ReLU of 0.2); Karras et al., ICLR 2018, section 4.1 (He's constant at run time).
Names: those of the genforce programs, docs/formats.md.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
Weights = Mapping[str, A]
GAIN = math.sqrt(2.0)
FUSED_FROM = 128
"""The side from which on doubling and convolution are one transposed convolution, its kernel turned."""


def lrelu(x: A) -> A:
    out: A = np.where(x > 0.0, x, 0.2 * x)
    return out


def mapping(z: A, p: Weights, label: A | None = None) -> A:
    """z [z_dim] -> w [w_dim]. label: a class's own vector, `label_weight[k]`, put behind z."""
    x = z if label is None else np.concatenate([z, label])
    x = x / math.sqrt(float(np.mean(x**2)) + 1e-8)
    index = 0
    while f"mapping.dense{index}.weight" in p:
        weight = p[f"mapping.dense{index}.weight"]
        scale = 0.01 * GAIN / math.sqrt(weight.shape[1])
        x = lrelu(weight @ x * scale + 0.01 * p[f"mapping.dense{index}.bias"])
        index += 1
    return x


def correlate(x: A, kernel: A) -> A:
    """x [Ci, H, W], kernel [Co, Ci, k, k], k odd -> [Co, H, W], every place by itself."""
    k = kernel.shape[-1]
    x = np.pad(x, ((0, 0), (k // 2, k // 2), (k // 2, k // 2)))
    high, wide = x.shape[1] - k + 1, x.shape[2] - k + 1
    out = np.zeros((len(kernel), high, wide))
    for i in range(high):
        for j in range(wide):
            out[:, i, j] = np.tensordot(kernel, x[:, i : i + k, j : j + k], axes=3)
    return out


def doubled(x: A, kernel: A, is_fused: bool) -> A:
    """Twice the side, then the kernel [Co, Ci, 3, 3]: [Ci, H, W] -> [Co, 2H, 2W]."""
    if not is_fused:
        return correlate(x.repeat(2, axis=1).repeat(2, axis=2), kernel)
    # Every pixel becomes a copy of a 4 x 4 kernel: the 3 x 3 one in four places, for the four nearest pixels.
    _, high, wide = x.shape
    wider = np.zeros((*kernel.shape[:2], 4, 4))
    for i in (0, 1):
        for j in (0, 1):
            wider[:, :, i : i + 3, j : j + 3] += kernel
    out = np.zeros((len(kernel), 2 * high + 2, 2 * wide + 2))
    for i in range(high):
        for j in range(wide):
            out[:, 2 * i : 2 * i + 4, 2 * j : 2 * j + 4] += np.tensordot(wider, x[:, i, j], axes=([1], [0]))
    return out[:, 1:-1, 1:-1]


def blurred(x: A) -> A:
    """1, 2, 1 along both axes, zeros around."""
    taps = np.outer([1.0, 2.0, 1.0], [1.0, 2.0, 1.0]) / 16.0
    _, high, wide = x.shape
    wider = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    out = np.zeros_like(x)
    for i in range(high):
        for j in range(wide):
            out[:, i, j] = (wider[:, i : i + 3, j : j + 3] * taps).sum(axis=(1, 2))
    return out


def epilogue(x: A, w: A, p: Weights, name: str, has_noise: bool) -> A:
    """Noise, bias, leaky ReLU, then AdaIN: each channel to mean 0 and variance 1, a gain and a shift by w."""
    if has_noise:
        x = x + p[f"{name}.apply_noise.weight"][:, None, None] * p[f"{name}.apply_noise.noise"][0]
    x = lrelu(x + p[f"{name}.bias"][:, None, None])
    x = x - x.mean(axis=(1, 2), keepdims=True)
    x = x / np.sqrt((x**2).mean(axis=(1, 2), keepdims=True) + 1e-8)
    weight = p[f"{name}.style.weight"]
    gain, shift = (weight @ w / math.sqrt(weight.shape[1]) + p[f"{name}.style.bias"]).reshape(2, len(x))
    out: A = x * (1.0 + gain[:, None, None]) + shift[:, None, None]
    return out


def synthesis(ws: A, p: Weights, resolution: int, has_noise: bool, fused_from: int = FUSED_FROM) -> A:
    """ws [L, w_dim] -> picture [3, R, R]. Noise: the constant maps of the checkpoint, or none."""
    x, side, index = p["synthesis.layer0.const"][0], 4, 0
    while True:
        for part in (0, 1):
            name = f"synthesis.layer{index}"
            if index > 0:
                kernel = p[f"{name}.weight"]
                kernel = kernel * (GAIN / math.sqrt(math.prod(kernel.shape[1:])))
                x = blurred(doubled(x, kernel, side >= fused_from)) if part == 0 else correlate(x, kernel)
            x = epilogue(x, ws[index], p, name, has_noise)
            index += 1
        if side == resolution:
            break
        side *= 2
    last = f"synthesis.output{index // 2 - 1}"
    weight = p[f"{last}.weight"]
    scaled = weight / math.sqrt(math.prod(weight.shape[1:]))
    out: A = correlate(x, scaled) + p[f"{last}.bias"][:, None, None]
    return out
