"""Progressive GAN written a second time: numpy, one sample at a time, loops, from the published formulas.

Sources: Karras et al., "Progressive Growing of GANs", ICLR 2018: table 2 (the generator), section 4.1 (scale
at run time: He's constant, sqrt(2 / fan-in)), section 4.2 (each pixel's features at unit length). The three
programs differ in their names and in what they scale, said at each.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
Weights = Mapping[str, A]


@dataclass(frozen=True)
class Layer:
    """A convolution as it runs, scaled: kernel [Co, Ci, k, k], bias [Co]; is_up: on pixels twice."""

    kernel: A
    bias: A
    is_up: bool = False


def generate(z: A, layers: Sequence[Layer], to_rgb: Layer) -> A:
    """z [z_dim] -> picture [3, R, R]. The first layer reads the code as one pixel and puts out 4 x 4."""
    x = unit_pixels(z.reshape(-1, 1, 1))
    for index, layer in enumerate(layers):
        if layer.is_up:
            x = twice(x)
        y = correlate(x, layer.kernel, 3 if index == 0 else 1) + layer.bias[:, None, None]
        x = unit_pixels(np.where(y > 0.0, y, 0.2 * y))
    return correlate(x, to_rgb.kernel, 0) + to_rgb.bias[:, None, None]


def unit_pixels(x: A) -> A:
    """Section 4.2: b = a / sqrt(mean over channels of a^2 + 1e-8)."""
    out = np.zeros_like(x)
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            length = math.sqrt(sum(float(v) ** 2 for v in x[:, i, j]) / x.shape[0] + 1e-8)
            out[:, i, j] = x[:, i, j] / length
    return out


def twice(x: A) -> A:
    """Every pixel four times."""
    out = np.zeros((x.shape[0], 2 * x.shape[1], 2 * x.shape[2]))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = x[:, i // 2, j // 2]
    return out


def correlate(x: A, kernel: A, pad: int) -> A:
    """x [Ci, H, W], kernel [Co, Ci, k, k] -> [Co, H', W'], zeros around."""
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    k = kernel.shape[-1]
    out = np.zeros((kernel.shape[0], x.shape[1] - k + 1, x.shape[2] - k + 1))
    for i in range(out.shape[1]):
        for j in range(out.shape[2]):
            out[:, i, j] = np.tensordot(kernel, x[:, i : i + k, j : j + k], axes=3)
    return out


def he(kernel: A) -> float:
    return math.sqrt(2.0 / math.prod(kernel.shape[1:]))


def netdissect(z: A, p: Weights) -> A:
    """`layer{n}.conv.weight`, `layer{n}.wscale.b`, `output_{r}x{r}.*`: the bias is added unscaled."""
    layers: list[Layer] = []
    number = 1
    while f"layer{number}.conv.weight" in p:
        kernel = p[f"layer{number}.conv.weight"]
        # Layers 3, 5, 7, ... are the first of a larger size.
        is_up = number > 1 and number % 2 == 1
        layers.append(Layer(kernel * he(kernel), p[f"layer{number}.wscale.b"], is_up))
        number += 1
    side = 4 * 2 ** (len(layers) // 2 - 1)
    kernel = p[f"output_{side}x{side}.conv.weight"]
    gain = math.sqrt(0.5)  # the picture's layer has gain 1, not sqrt(2)
    return generate(z, layers, Layer(kernel * he(kernel) * gain, p[f"output_{side}x{side}.wscale.b"]))


def genforce(z: A, p: Weights) -> A:
    """`layer{i}.weight`, `layer{i}.bias`, `output{i}.*`, from 0: the bias is added unscaled."""
    layers: list[Layer] = []
    while f"layer{len(layers)}.weight" in p:
        index = len(layers)
        kernel = p[f"layer{index}.weight"]
        layers.append(Layer(kernel * he(kernel), p[f"layer{index}.bias"], index > 0 and index % 2 == 0))
    last = f"output{len(layers) // 2 - 1}"
    kernel = p[f"{last}.weight"]
    return generate(z, layers, Layer(kernel * he(kernel) * math.sqrt(0.5), p[f"{last}.bias"]))


def gan_zoo(z: A, p: Weights) -> A:
    """`formatLayer.module.*` and so on: He's constant everywhere, to RGB too, on weight and bias.

    The first layer is dense, [16 C, z_dim], its output read as [C, 4, 4]; its fan-in is z_dim alone.
    """
    dense = p["formatLayer.module.weight"]
    scale = math.sqrt(2.0 / dense.shape[1])
    # A 4 x 4 kernel over one pixel with zeros around meets it with its last element first.
    kernel = dense.reshape(-1, 4, 4, dense.shape[1]).transpose(0, 3, 1, 2)[:, :, ::-1, ::-1]
    first = (p["formatLayer.module.bias"] * scale).reshape(-1, 4, 4)
    layers = [_zoo(p, "groupScale0.0", False)]
    step = 0
    while f"scaleLayers.{step}.0.module.weight" in p:
        layers += [_zoo(p, f"scaleLayers.{step}.0", True), _zoo(p, f"scaleLayers.{step}.1", False)]
        step += 1
    x = correlate(unit_pixels(z.reshape(-1, 1, 1)), kernel * scale, 3) + first  # a bias of its own per pixel
    x = unit_pixels(np.where(x > 0.0, x, 0.2 * x))
    for layer in layers:
        y = correlate(twice(x) if layer.is_up else x, layer.kernel, 1) + layer.bias[:, None, None]
        x = unit_pixels(np.where(y > 0.0, y, 0.2 * y))
    to_rgb = _zoo(p, f"toRGBLayers.{step}", False)
    return correlate(x, to_rgb.kernel, 0) + to_rgb.bias[:, None, None]


def _zoo(p: Weights, name: str, is_up: bool) -> Layer:
    kernel = p[f"{name}.module.weight"]
    return Layer(kernel * he(kernel), p[f"{name}.module.bias"] * he(kernel), is_up)
