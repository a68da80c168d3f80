"""Spectral norm as PyTorch programs store it, folded into a weight.

Source: Miyato et al., "Spectral normalization for generative adversarial networks", ICLR 2018, algorithm 1.
"""

import math

import numpy as np

from wend.errors import FormatDamaged
from wend.formats.tensors import Array


def divided(name: str, layer: str, weight: Array, start: Array) -> Array:
    """W / sigma with v = normed(u W), u' = normed(W v), sigma = u' . (W v); W flattened to [out, rest].

    start: u, [out] or [1, out]. Raises: FormatDamaged.
    """
    flat = weight.reshape(len(weight), -1).astype(np.float64)
    v = start.astype(np.float64).reshape(-1) @ flat
    length = math.sqrt(float(v @ v))
    sigma = math.sqrt(float(np.square(flat @ v).sum())) / length if length > 1e-12 else 0.0
    if not sigma > 1e-12:
        raise FormatDamaged(name, f"{layer} has the spectral norm {sigma:g}")
    found: Array = (weight / sigma).astype(np.float32)
    return found
