"""Layers equal the papers' formulas: convolutions, filters, gains."""

import math

import pytest
import torch
import torch.nn.functional as F

from tests.generators.reference import filter_kernel, fir, lrelu, modulated_conv, upsample
from wend.generators.layers import (
    Conv2dLayer,
    FullyConnectedLayer,
    normalize_second_moment,
    resample_kernel,
    upsample2d,
)
from wend.generators.modulated import SynthesisLayer
from wend.generators.stylegan2 import StyleGAN2Generator


def _random(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(sum(shape)))


def test_filter_is_the_papers() -> None:
    assert torch.allclose(resample_kernel(), filter_kernel())


def test_upsampling_equals_zero_insertion_and_filter() -> None:
    x = _random(2, 3, 5, 5)
    assert torch.allclose(upsample2d(x, resample_kernel()), upsample(x), atol=1e-6)


def test_upsampling_keeps_float32_under_autocast() -> None:
    with torch.autocast("cpu", torch.bfloat16):
        assert upsample2d(_random(1, 3, 4, 4), resample_kernel()).dtype == torch.float32


def test_second_moment() -> None:
    z = normalize_second_moment(torch.tensor([[3.0, 4.0]]))
    assert torch.allclose(z, torch.tensor([[3.0, 4.0]]) / math.sqrt(12.5))


@pytest.mark.parametrize("is_activated", [False, True])
def test_fully_connected(is_activated: bool) -> None:
    layer = FullyConnectedLayer(4, 3, is_activated, lr_multiplier=0.01, bias_init=0.5)
    x = _random(2, 4)
    # Equalised learning rate: the effective weight is w * lr / sqrt(fan in), the bias b * lr.
    y = x @ (layer.weight * 0.01 / 2.0).T + layer.bias * 0.01
    assert torch.allclose(layer.bias * 0.01, torch.tensor(0.5))
    assert torch.allclose(layer(x), lrelu(y) if is_activated else y, atol=1e-6)


@pytest.mark.parametrize("up", [False, True])
def test_modulated_convolution_equals_per_sample_kernels(up: bool) -> None:
    layer = SynthesisLayer(4, 3, w_dim=5, resolution=8, up=up, clamp=None)
    with torch.no_grad():
        layer.bias.add_(_random(3))
        layer.noise_strength.add_(0.7)
        x, w, noise = _random(2, 4, 4 if up else 8, 4 if up else 8), _random(2, 5), _random(1, 1, 8, 8)
        styles = w @ (layer.affine.weight / math.sqrt(5)).T + layer.affine.bias
        y = modulated_conv(x, layer.weight, styles, demodulate=True, up=up)
        expected = lrelu(y + noise * layer.noise_strength + layer.bias[:, None, None])
        assert torch.allclose(layer(x, w, noise), expected, atol=1e-5)
        quiet = lrelu(y + layer.bias[:, None, None])
        assert torch.allclose(layer(x, w, None), quiet, atol=1e-5)


def test_clamp() -> None:
    layer = SynthesisLayer(4, 3, w_dim=5, resolution=8, up=False, clamp=0.5)
    y = layer(_random(2, 4, 8, 8) * 10, _random(2, 5), None)
    assert float(y.detach().abs().max()) == 0.5


def test_to_rgb_is_not_demodulated(small: StyleGAN2Generator) -> None:
    layer = small.synthesis.block(2).torgb
    x, w = _random(2, 4, 16, 16), _random(2, 5)
    styles = (w @ (layer.affine.weight / math.sqrt(5)).T + layer.affine.bias) / math.sqrt(4)
    expected = modulated_conv(x, layer.weight, styles, demodulate=False, up=False) + layer.bias[:, None, None]
    assert torch.allclose(layer(x, w), expected, atol=1e-5)


@pytest.mark.parametrize("kernel_size", [1, 3])
def test_downsampling_equals_filter_then_stride(kernel_size: int) -> None:
    layer = Conv2dLayer(
        4, 3, kernel_size, has_bias=kernel_size == 3, is_activated=kernel_size == 3, down=True
    )
    x = _random(2, 4, 8, 8)
    weight = layer.weight / math.sqrt(4 * kernel_size**2)
    # For the 1x1 kernel the paper filters and drops samples; for 3x3 it filters wider, then strides.
    pad = (1, 1, 1, 1) if kernel_size == 1 else (2, 2, 2, 2)
    filtered = fir(x, filter_kernel(), pad)
    if kernel_size == 1:
        expected = F.conv2d(filtered[:, :, ::2, ::2], weight) * 0.5
    else:
        with torch.no_grad():
            assert layer.bias is not None
            layer.bias.add_(_random(3))
        expected = lrelu(F.conv2d(filtered, weight, layer.bias, stride=2)) * 0.5
    assert torch.allclose(layer(x, gain=0.5), expected, atol=1e-5)
