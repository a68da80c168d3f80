"""The first StyleGAN's discriminator written a second time: numpy, loops, from the papers alone.

Sources: Karras, Laine, Aila, CVPR 2019, appendix C (a blur before each halving); Karras et al., ICLR 2018,
table 2 (the layers), section 3 (deviation in a minibatch), section 4.1 (He's constant). Names: genforce's.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tests.formats.naive_stylegan1 import blurred, correlate, lrelu

A = NDArray[np.float64]
Weights = Mapping[str, A]


def judge(images: A, p: Weights, resolution: int, label: A | None = None) -> A:
    """Pictures [N, 3, R, R], N at most 4 -> logits [N]; label: one-hot [N, c_dim], which picks a logit."""
    features = [_features(image, p, resolution) for image in images]
    deviation = float(np.sqrt(np.stack(features).var(axis=0) + 1e-8).mean())
    first = 2 * (round(math.log2(resolution)) - 2)
    logits: list[float] = []
    for index, own in enumerate(features):
        x = _layer(np.concatenate([own, np.full((1, 4, 4), deviation)]), p, f"layer{first}")
        x = lrelu(_dense(x.reshape(-1), p, f"layer{first + 1}", math.sqrt(2.0)))
        y = _dense(x, p, f"layer{first + 2}", 1.0)
        logits.append(float(y[0] if label is None else (y * label[index]).sum()))
    return np.array(logits)


def _features(image: A, p: Weights, resolution: int) -> A:
    x, block, side = _layer(image, p, "input0"), 0, resolution
    while side > 4:
        x = blurred(_layer(x, p, f"layer{2 * block}"))
        x = _convolution(x, p, f"layer{2 * block + 1}")
        halved = np.zeros((x.shape[0], side // 2, side // 2))
        for i in range(side // 2):
            for j in range(side // 2):
                halved[:, i, j] = x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2].mean(axis=(1, 2))
        x, block, side = lrelu(halved), block + 1, side // 2
    return x


def _layer(x: A, p: Weights, name: str) -> A:
    return lrelu(_convolution(x, p, name))


def _convolution(x: A, p: Weights, name: str) -> A:
    kernel = p[f"{name}.weight"]
    out: A = correlate(x, kernel * math.sqrt(2.0 / math.prod(kernel.shape[1:])))
    return out + p[f"{name}.bias"][:, None, None]


def _dense(x: A, p: Weights, name: str, gain: float) -> A:
    weight = p[f"{name}.weight"]
    out: A = weight @ x * (gain / math.sqrt(weight.shape[1])) + p[f"{name}.bias"]
    return out
