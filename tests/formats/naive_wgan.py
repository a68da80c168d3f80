"""The residual generator of WGAN-GP written a second time: numpy, one sample at a time, loops.

Source: Gulrajani et al., "Improved Training of Wasserstein GANs", NIPS 2017, appendix F (pre-activation
blocks of two 3 x 3 convolutions, normalised over the batch, nearest neighbours to twice the size, a linear
shortcut). The text doubles before the second convolution, the program before the first: `doubles_first`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
EPSILON = 1e-5


@dataclass(frozen=True)
class Norm:
    """Batch normalisation with standing statistics, each [C]."""

    weight: A
    bias: A
    mean: A
    variance: A


@dataclass(frozen=True)
class Convolution:
    """kernel [Co, Ci, k, k], bias [Co] or None."""

    kernel: A
    bias: A | None = None


@dataclass(frozen=True)
class Block:
    """norm1, ReLU, first, norm2, ReLU, second; beside it the shortcut: 1 x 1 after doubling."""

    norm1: Norm
    first: Convolution
    norm2: Norm
    second: Convolution
    shortcut: Convolution


def generate(
    z: A,
    dense: tuple[A, A],
    blocks: Sequence[Block],
    norm: Norm,
    last: Convolution,
    doubles_first: bool = True,
) -> A:
    """z [z_dim]; dense: weight [16 C, z_dim], bias [16 C] -> picture [3, R, R] in (-1, 1)."""
    weight, bias = dense
    x = (weight @ z + bias).reshape(-1, 4, 4)
    for one in blocks:
        x = _block(x, one, doubles_first)
    return np.tanh(convolve(np.maximum(normalized(x, norm), 0.0), last))


def _block(x: A, block: Block, doubles_first: bool) -> A:
    y = np.maximum(normalized(x, block.norm1), 0.0)
    y = convolve(twice(y) if doubles_first else y, block.first)
    y = np.maximum(normalized(y, block.norm2), 0.0)
    y = convolve(y if doubles_first else twice(y), block.second)
    return y + convolve(twice(x), block.shortcut)


def normalized(x: A, norm: Norm) -> A:
    out = np.zeros_like(x)
    for c in range(x.shape[0]):
        deviation = float(np.sqrt(norm.variance[c] + EPSILON))
        out[c] = (x[c] - norm.mean[c]) / deviation * norm.weight[c] + norm.bias[c]
    return out


def twice(x: A) -> A:
    out = np.zeros((x.shape[0], 2 * x.shape[1], 2 * x.shape[2]))
    for i in range(2):
        for j in range(2):
            out[:, i::2, j::2] = x
    return out


def convolve(x: A, layer: Convolution) -> A:
    """x [Ci, H, W] -> [Co, H, W], zeros around."""
    k = layer.kernel.shape[-1]
    pad = k // 2
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((layer.kernel.shape[0], *x.shape[1:]))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            out[:, i, j] = np.tensordot(layer.kernel, padded[:, i : i + k, j : j + k], axes=3)
    return out if layer.bias is None else out + layer.bias[:, None, None]
