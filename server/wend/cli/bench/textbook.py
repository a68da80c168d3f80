"""Textbook: StyleGAN2's synthesis as it is usually written, for the bench to compare with.

A kernel per sample, modulated and demodulated, and one grouped convolution for the batch; zero insertion and
a depthwise filter where a picture is enlarged; float32 throughout. Source: Karras et al., "Analyzing and
Improving the Image Quality of StyleGAN", CVPR 2020, section 2.2, in the form of the authors' reference path
(fused modulation, no custom kernels), which is what a machine without a compiler runs.
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from wend.generators.layers import LRELU_GAIN, FullyConnectedLayer
from wend.generators.modulated import SynthesisLayer, ToRGBLayer
from wend.generators.stylegan2 import StyleGAN2Generator


def draw(generator: StyleGAN2Generator, ws: Tensor, noise: Sequence[Tensor | None]) -> Tensor:
    """ws float32 [N, L, D], a noise map for each row or None -> images float32 [N, 3, R, R]."""
    synthesis = generator.synthesis
    x = synthesis.block(0).const[None].repeat(len(ws), 1, 1, 1)
    image: Tensor | None = None
    for index in range(len(generator.config.block_resolutions)):
        block = synthesis.block(index)
        if index:
            x = _layer(block.conv0, x, ws[:, 2 * index - 1], noise[2 * index - 1])
        x = _layer(block.conv1, x, ws[:, 2 * index], noise[2 * index])
        own = _to_rgb(block.torgb, x, ws[:, 2 * index + 1])
        if image is not None:
            own = own + _filtered(_spread(image), block.resample_filter, (2, 1, 2, 1))
        image = own
    assert image is not None
    return image


def _layer(layer: SynthesisLayer, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
    count, (out, channels) = len(x), layer.weight.shape[:2]
    weight = layer.weight[None] * _styles(layer.affine, w)[:, None, :, None, None]
    weight = weight * (weight.square().sum(dim=(2, 3, 4)) + 1e-8).rsqrt()[:, :, None, None, None]
    x = x.reshape(1, -1, *x.shape[2:])
    if layer.up:
        weight = weight.transpose(1, 2).reshape(count * channels, out, 3, 3)
        x = F.conv_transpose2d(x, weight, stride=2, groups=count)
        x = _filtered(x, layer.resample_filter, (1, 1, 1, 1))
    else:
        x = F.conv2d(x, weight.reshape(count * out, channels, 3, 3), padding=1, groups=count)
    x = x.reshape(count, out, *x.shape[2:])
    if noise is not None:
        x = x + noise * layer.noise_strength
    x = F.leaky_relu(x + layer.bias[:, None, None], 0.2) * LRELU_GAIN
    return x if layer.clamp is None else x.clamp(-layer.clamp, layer.clamp)


def _to_rgb(layer: ToRGBLayer, x: Tensor, w: Tensor) -> Tensor:
    count, (out, channels) = len(x), layer.weight.shape[:2]
    styles = _styles(layer.affine, w) * layer.weight_gain
    weight = (layer.weight[None] * styles[:, None, :, None, None]).reshape(count * out, channels, 1, 1)
    rgb = F.conv2d(x.reshape(1, -1, *x.shape[2:]), weight, groups=count)
    rgb = rgb.reshape(count, out, *rgb.shape[2:]) + layer.bias[:, None, None]
    return rgb if layer.clamp is None else rgb.clamp(-layer.clamp, layer.clamp)


def _styles(affine: FullyConnectedLayer, w: Tensor) -> Tensor:
    return F.linear(w, affine.weight * affine.weight_gain, affine.bias)


def _spread(x: Tensor) -> Tensor:
    """Zeros between the pixels: twice the size."""
    count, channels, height, width = x.shape
    x = F.pad(x.reshape(count, channels, height, 1, width, 1), (0, 1, 0, 0, 0, 1))
    return x.reshape(count, channels, 2 * height, 2 * width)


def _filtered(x: Tensor, kernel: Tensor, padding: tuple[int, int, int, int]) -> Tensor:
    channels = x.shape[1]
    weight = (kernel * 4.0)[None, None].repeat(channels, 1, 1, 1)
    return F.conv2d(F.pad(x, padding), weight, groups=channels)
