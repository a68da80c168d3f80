"""Dense GANs in a sequence of numbered layers, with norms between them and a class beside z.

Source: docs/formats.md, section 4. A norm with standing statistics behind a dense layer is folded into it.
"""

import math
import re

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Converted, Found, Scalar
from wend.formats.layouts.parts import NORM, StoredTensors, bare, demand, dense, norm, pair
from wend.formats.layouts.stylegan2_shapes import Shapes
from wend.formats.limits import Limits
from wend.formats.modules import taken
from wend.formats.tensors import Array

_EPS = 1e-5
_EPS_OF_GANS = 0.8
"""The programs with `model.` pass 0.8 as the second argument of their norms: it is what norms add."""
_LABELS = ("label_emb.weight", "label_embedding.weight")
_DENSE = re.compile(r"(model|main|net|layers|gen)\.(\d{1,2})\.weight")
_FC = re.compile(r"(relulayer(\d{1,2})\.linear|linear)\.weight")
_SQUARES = (1, 3)


def convert(found: Found, limits: Limits) -> Converted | None:
    """Dense layers in one sequence, with norms between them and a class beside z; None for anything else."""
    tensors = bare(found)
    matches = [
        (m[1], int(m[2])) for key in tensors if (m := _DENSE.fullmatch(key)) and len(tensors[key].shape) == 2
    ]
    if len(matches) < 2 or len({prefix for prefix, _ in matches}) != 1 or (matches[0][0], 0) not in matches:
        return None
    prefix, label = matches[0][0], next((key for key in _LABELS if key in tensors), None)
    names = [f"{prefix}.{index}" for index in sorted(index for _, index in matches)]
    # The sequence's own numbers tell which layer a norm follows: the one before it.
    norms = {name: f"{prefix}.{int(name.rpartition('.')[2]) + 1}" for name in names}
    norms = {name: other for name, other in norms.items() if f"{other}.running_mean" in tensors}
    eps = _EPS_OF_GANS if prefix == "model" else _EPS
    return _dense_gan(found, tensors, names, norms, eps, 0.2, label, limits)


def convert_relu_layers(found: Found, limits: Limits) -> Converted | None:
    """The dense generator of the WGAN-GP port: ReLU layers, then a linear one; None for anything else."""
    tensors = bare(found)
    if "relulayer1.linear.weight" not in tensors or "linear.weight" not in tensors:
        return None
    count = sum(1 for key in tensors if (m := _FC.fullmatch(key)) is not None and m[2])
    names = [*(f"relulayer{index + 1}.linear" for index in range(count)), "linear"]
    return _dense_gan(found, tensors, names, {}, _EPS, 0.0, None, limits)


def _dense_gan(
    found: Found,
    tensors: StoredTensors,
    names: list[str],
    norms: dict[str, str],
    eps: float,
    slope: float,
    label: str | None,
    limits: Limits,
) -> Converted:
    name = found.name
    c_dim, embed_dim = pair(name, tensors, label) if label else (0, 0)
    before = pair(name, tensors, f"{names[0]}.weight")[1]
    widths = [pair(name, tensors, f"{one}.weight")[0] for one in names]
    if widths[-1] == 1:
        raise FormatUnsupported(name, "it is a discriminator, which draws nothing")
    if before <= embed_dim:
        raise FormatUnsupported(name, "it reads no z")
    side, image_channels = _square(name, widths[-1])
    wanted: Shapes = {label: (c_dim, embed_dim)} if label else {}
    for index, one in enumerate(names):
        wanted |= dense(one, before if index == 0 else widths[index - 1], widths[index])
        wanted |= norm(norms[one], widths[index]) if one in norms else {}
    demand(name, "generator", tensors, wanted)
    arrays = taken(name, tensors, limits)
    generator: dict[str, Array] = {}
    for index, one in enumerate(names):
        weight, bias = arrays[f"{one}.weight"], arrays[f"{one}.bias"]
        if one in norms:
            gain, shift = _affine(arrays, norms[one], eps)
            weight, bias = weight * gain[:, None], bias * gain + shift
        if index == 0 and label:
            # Theirs read the class first.
            weight = np.concatenate([weight[:, embed_dim:], weight[:, :embed_dim]], axis=1)
        generator[f"network.layers.{2 * index}.weight"] = np.ascontiguousarray(weight, np.float32)
        generator[f"network.layers.{2 * index}.bias"] = np.ascontiguousarray(bias, np.float32)
    config: dict[str, Scalar] = {
        "resolution": side, "z_dim": before - embed_dim, "widths": ",".join(map(str, widths[:-1])),
        "image_channels": image_channels, "slope": slope,
    }  # fmt: skip
    if label:
        generator["embeddings.weight"] = np.ascontiguousarray(arrays[label].T)
        config |= {"c_dim": c_dim, "embed_dim": embed_dim}
    what = f"leaky ReLU ({slope:g})" if slope else "ReLU"
    added = f", {eps:g} in its norms" if norms else ""
    return Converted(
        layout="GAN of dense layers" + (" with classes" if label else ""),
        kind="dense",
        config=config,
        generator=generator,
        notes=(
            f"{what} between its layers{added} and tanh behind them are guessed: they are not in the file",
        ),
        psi=1.0,
        guessed=("slope",),
    )


def _affine(arrays: dict[str, Array], layer: str, eps: float) -> tuple[Array, Array]:
    """Gain and shift, float64 [C], that a norm with standing statistics amounts to."""
    weight, bias, mean, variance = (arrays[f"{layer}.{part}"].astype(np.float64) for part in NORM)
    if bool((variance < 0.0).any()):
        raise FormatUnsupported(layer, "a variance is negative")
    gain: Array = weight / np.sqrt(variance + eps)
    shift: Array = bias - mean * gain
    return gain, shift


def _square(name: str, pixels: int) -> tuple[int, int]:
    """Side and channels of a flat picture. Raises: FormatUnsupported."""
    for channels in _SQUARES:
        side = math.isqrt(pixels // channels)
        if channels * side * side == pixels and 4 <= side <= 256:
            return side, channels
    raise FormatUnsupported(name, f"its pictures have {pixels} numbers, which make no square")
