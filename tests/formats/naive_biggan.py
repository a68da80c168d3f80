"""BigGAN (not deep) written a second time: numpy, one sample at a time, loops, from the published formulas.

Sources: Brock, Donahue, Simonyan, ICLR 2019: appendix B, figure 15 and tables 4 to 9 (blocks, hierarchical
z, shared embedding); Miyato et al., "Spectral Normalization", ICLR 2018, section 2.1 and algorithm 1; Zhang
et al., "Self-Attention GAN", ICML 2019, section 3. Names are those of the first author's PyTorch program.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
Weights = Mapping[str, A]
EPSILON = 1e-5


def generate(z: A, label: int, p: Weights, norm_epsilon: float = EPSILON) -> A:
    """z [z_dim], its class -> picture [3, R, R] in (-1, 1).

    `linear` reads as much of z as it is wide; where z is longer, each block reads a chunk of the rest.
    """
    embedded = p["shared.weight"][label]
    width = p["linear.weight"].shape[1]
    chunks = [z[start : start + width] for start in range(0, len(z), width)]
    flat = normed(p, "linear") @ chunks[0] + p["linear.bias"]
    x = flat.reshape(-1, 4, 4)
    index = 0
    while f"blocks.{index}.0.conv1.weight" in p:
        told = embedded if len(chunks) == 1 else np.concatenate([embedded, chunks[index + 1]])
        x = block(x, told, p, f"blocks.{index}.0", norm_epsilon)
        if f"blocks.{index}.1.theta.weight" in p:
            x = attention(x, p, f"blocks.{index}.1")
        index += 1
    last = "output_layer.0"
    x = standard(x, p[f"{last}.stored_mean"], p[f"{last}.stored_var"], EPSILON)
    x = np.maximum(x * p[f"{last}.gain"][:, None, None] + p[f"{last}.bias"][:, None, None], 0.0)
    return np.tanh(convolve(x, normed(p, "output_layer.2"), p["output_layer.2.bias"]))


def block(x: A, told: A, p: Weights, name: str, epsilon: float) -> A:
    """Figure 15a: norm, ReLU, twice the size, 3 x 3; norm, ReLU, 3 x 3; beside it twice the size, 1 x 1."""
    y = twice(np.maximum(conditional(x, told, p, f"{name}.bn1", epsilon), 0.0))
    y = convolve(y, normed(p, f"{name}.conv1"), p[f"{name}.conv1.bias"])
    y = np.maximum(conditional(y, told, p, f"{name}.bn2", epsilon), 0.0)
    y = convolve(y, normed(p, f"{name}.conv2"), p[f"{name}.conv2.bias"])
    return y + convolve(twice(x), normed(p, f"{name}.conv_sc"), p[f"{name}.conv_sc.bias"])


def conditional(x: A, told: A, p: Weights, name: str, epsilon: float) -> A:
    """Standing statistics; gain 1 + G y and bias B y of what the block is told."""
    gain, bias = 1.0 + normed(p, f"{name}.gain") @ told, normed(p, f"{name}.bias") @ told
    y = standard(x, p[f"{name}.stored_mean"], p[f"{name}.stored_var"], epsilon)
    return y * gain[:, None, None] + bias[:, None, None]


def standard(x: A, mean: A, variance: A, epsilon: float) -> A:
    out: A = (x - mean[:, None, None]) / np.sqrt(variance + epsilon)[:, None, None]
    return out


def attention(x: A, p: Weights, name: str) -> A:
    """x + gamma o(sum over j of softmax(theta_i . phi_j) g_j); phi and g are max-pooled 2 x 2."""
    query = convolve(x, normed(p, f"{name}.theta"))
    key, value = (pooled(convolve(x, normed(p, f"{name}.{part}"))) for part in ("phi", "g"))
    heard = np.zeros((value.shape[0], *x.shape[1:]))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            likeness = np.tensordot(query[:, i, j], key, axes=1)
            weights = np.exp(likeness - likeness.max())
            heard[:, i, j] = (value * (weights / weights.sum())).sum(axis=(1, 2))
    return x + float(p[f"{name}.gamma"]) * convolve(heard, normed(p, f"{name}.o"))


def pooled(x: A) -> A:
    out = np.zeros((x.shape[0], x.shape[1] // 2, x.shape[2] // 2))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].max(axis=(1, 2))
    return out


def normed(p: Weights, name: str) -> A:
    """W / sigma, by one step of the power iteration from the stored u0 [1, rows]; W where there is none."""
    weight = p[f"{name}.weight"]
    if f"{name}.u0" not in p:
        return weight
    matrix = weight.reshape(weight.shape[0], -1)
    v = p[f"{name}.u0"][0] @ matrix
    v = v / math.sqrt(float((v**2).sum()))
    u = matrix @ v
    u = u / math.sqrt(float((u**2).sum()))
    out: A = weight / float(u @ matrix @ v)
    return out


def twice(x: A) -> A:
    return x.repeat(2, axis=1).repeat(2, axis=2)


def convolve(x: A, kernel: A, bias: A | None = None) -> A:
    """x [Ci, H, W], kernel [Co, Ci, k, k] -> [Co, H, W], zeros around."""
    k = kernel.shape[-1]
    pad = k // 2
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((kernel.shape[0], *x.shape[1:]))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            out[:, i, j] = np.tensordot(kernel, padded[:, i : i + k, j : j + k], axes=3)
    return out if bias is None else out + bias[:, None, None]
