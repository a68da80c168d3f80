"""Modulated convolutions: a style scales what goes in, demodulation what comes out.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020, section 2.2.
"""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.layers import (
    LRELU_GAIN,
    FullyConnectedLayer,
    at_least_single,
    filter2d,
    leaky_over,
    resample_kernel,
)
from wend.generators.lean import MOST_KEPT, lean


class SynthesisLayer(nn.Module):
    """One modulated 3x3 convolution with demodulation, noise and leaky ReLU.

    Modulation scales the activations instead of building a kernel per sample: the same result, one
    ordinary convolution for the whole batch.
    """

    noise_const: Tensor
    resample_filter: Tensor

    def __init__(
        self, in_channels: int, out_channels: int, w_dim: int, resolution: int, up: bool, clamp: float | None
    ) -> None:
        super().__init__()
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 3, 3))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.register_buffer("noise_const", torch.randn(resolution, resolution))
        self.register_buffer("resample_filter", resample_kernel())
        self.resolution, self.up, self.clamp = resolution, up, clamp
        self.most_kept = MOST_KEPT
        self._kept_energy: tuple[tuple[int, int], Tensor] | None = None

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """x [N, Ci, H, W], w [N, w_dim], noise [1 or N, 1, r, r] or None -> [N, Co, r, r]."""
        # Kept for the backward pass: what goes in, twice, and three stages of what comes out.
        out = len(x) * len(self.bias) * self.resolution**2
        kept_bytes = (2 * x.numel() + 3 * out) * x.element_size()
        return lean(self, self._run, kept_bytes, self.most_kept, x, w, noise)

    def _run(self, x: Tensor, w: Tensor | None, noise: Tensor | None) -> Tensor:
        assert w is not None
        styles = at_least_single(self.affine(w))
        demod = (styles.square() @ self.energy().T + 1e-8).rsqrt() * LRELU_GAIN
        x = x * styles[:, :, None, None].to(x.dtype)
        if self.up:
            x = F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2)
            x = filter2d(x, self.resample_filter, padding=1, gain=4.0)
        else:
            x = F.conv2d(x, self.weight, padding=1)
        shift = (self.bias * LRELU_GAIN)[:, None, None]
        x = torch.addcmul(shift.to(x.dtype), x, demod[:, :, None, None].to(x.dtype))
        if noise is not None:
            # Beside the bias it would be a tensor as large as x, laid out otherwise: two slow passes more.
            x += (noise * (self.noise_strength * LRELU_GAIN)).to(x.dtype)
        return leaky_over(x, self.clamp)

    def energy(self) -> Tensor:
        """Energy of the kernel per (out, in) pair, float32 [Co, Ci]: demodulation without per-sample kernels.

        Frozen weights keep theirs, a tenth of a forward on a CPU; `load_state_dict` counts as a change.
        """
        if self.weight.requires_grad:
            return at_least_single(self.weight).square().sum(dim=(2, 3))
        # A tensor made in inference mode counts no versions; nothing may write into it outside that mode.
        version = (self.weight.data_ptr(), 0 if self.weight.is_inference() else self.weight._version)
        if self._kept_energy is None or self._kept_energy[0] != version:
            # An ordinary tensor even when first asked for in inference mode: gradients may pass it later.
            with torch.inference_mode(mode=False), torch.no_grad():
                energy = at_least_single(self.weight).square().sum(dim=(2, 3))
                self._kept_energy = (version, energy)
        return self._kept_energy[1]


class ToRGBLayer(nn.Module):
    """Modulated 1x1 convolution to RGB, without demodulation."""

    def __init__(self, in_channels: int, out_channels: int, w_dim: int, clamp: float | None) -> None:
        super().__init__()
        self.affine = FullyConnectedLayer(w_dim, in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(out_channels, in_channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(out_channels))
        self.weight_gain = 1.0 / math.sqrt(in_channels)
        self.clamp = clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        styles = at_least_single(self.affine(w)) * self.weight_gain
        rgb = at_least_single(F.conv2d(x * styles[:, :, None, None].to(x.dtype), self.weight))
        rgb = rgb + self.bias[:, None, None]
        return rgb if self.clamp is None else rgb.clamp(-self.clamp, self.clamp)
