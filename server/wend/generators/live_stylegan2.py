"""Live StyleGAN2: the same network for pictures that are only shown: half precision, nothing differentiated.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020, as `stylegan2.py`;
where activations are many, styles and demodulation scale the weights (section 2.2's own form).
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.given import corrected, parted
from wend.generators.layers import LRELU_GAIN, filter2d, size_of
from wend.generators.modulated import SynthesisLayer, ToRGBLayer
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.generators.winograd import convolve, transformed

# px and channels; below, there are too few tiles, or products, to be worth it. Measured: 64 channels
# at 512 px take twice as long by tiles, 128 at 256 px 8 % less.
_LEAST_TILED, _LEAST_CHANNELS = 8, 128
_MOST_EXACT = 32  # px; float32 up to here costs next to no time and takes four tenths off the error
LEAST_SIDE = 128
"""Of a generator that gains by this, in pixels."""


class LiveStyleGAN2(nn.Module):
    """A StyleGAN2 generator as a CPU draws it fastest, behind the same protocol; all but the kernels of
    its 3 x 3 convolutions is shared with `exact`.

    One kernel serves the whole batch where styles scale the activations (many channels, few pixels); where
    pixels are many each sample has a kernel of its own, which saves passes over memory. is_tiled: the
    convolutions that do not enlarge go by Winograd's tiles, 1.1 to 1.7 times sooner and with 2.5 times their
    rounding error. Only for `torch.inference_mode`: it writes into what it has just made.
    """

    def __init__(self, exact: StyleGAN2Generator, dtype: torch.dtype, is_tiled: bool) -> None:
        super().__init__()
        self.exact = exact
        self.dtype = dtype
        synthesis = exact.synthesis
        count = len(exact.config.block_resolutions)
        self.rows = nn.ModuleList()
        for row in range(exact.spec.num_ws - 1):
            index, is_output = divmod(row, 2)
            layer = synthesis.block(index + 1).conv0 if is_output else synthesis.block(index).conv1
            self.rows.append(_LiveLayer(layer, _dtype_at(layer.resolution, dtype), is_tiled))
        self.colours = nn.ModuleList(_LiveToRGB(synthesis.block(index).torgb) for index in range(count))

    @property
    def spec(self) -> GeneratorSpec:
        return self.exact.spec

    @property
    def w_avg(self) -> Tensor:
        return self.exact.w_avg

    @property
    def device(self) -> torch.device:
        return self.exact.device

    @property
    def size_bytes(self) -> int:
        return size_of(self)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        w: Tensor = self.exact.mapping(z, c)
        return w

    def center(self, c: Tensor | None) -> Tensor:
        return self.exact.center(c)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:  # noqa: ARG002 - its own, by size
        return self.exact.start(count, _dtype_at(4, self.dtype))

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        """As `SynthesisNetwork.step`; the state that is read stays as it is."""
        x, rgb = state.x, state.rgb
        noise, correction = parted(noise)
        if state.row % 2:
            own: Tensor = self.colours[state.row // 2](x, w)
            rgb = own if rgb is None else own.add_(_enlarged(rgb))
        if state.row + 1 < self.spec.num_ws:
            x = self.rows[state.row](x, w, noise)
        return corrected(SynthesisState(state.row + 1, x, rgb), correction)

    def constant_noise(self) -> list[Tensor | None]:
        return self.exact.constant_noise()

    def style_matrices(self) -> list[Tensor]:
        return self.exact.style_matrices()


def _dtype_at(side: int, dtype: torch.dtype) -> torch.dtype:
    """Of activations of this side in pixels."""
    return torch.float32 if side <= _MOST_EXACT else dtype


class _LiveLayer(nn.Module):
    """A `SynthesisLayer` with kernels stored as they are used."""

    kernel: Tensor

    def __init__(self, layer: SynthesisLayer, dtype: torch.dtype, is_tiled: bool) -> None:
        super().__init__()
        self.layer, self.dtype = layer, dtype
        weight = layer.weight.detach()
        out, channels = weight.shape[:2]
        pixels = layer.resolution**2
        before = pixels // 4 if layer.up else pixels
        # Scaling a kernel twice and rounding it, against scaling what goes in and what comes out.
        self.is_own = 2 * weight.numel() < before * channels + pixels * out
        is_worth = layer.resolution >= _LEAST_TILED and min(out, channels) >= _LEAST_CHANNELS
        self.is_tiled = is_tiled and is_worth and not layer.up
        if self.is_tiled:
            kernel = transformed(weight)
        else:
            kernel = (weight.transpose(0, 1) if layer.up else weight).float()
            kernel = kernel.contiguous(memory_format=torch.channels_last)
        self.register_buffer("kernel", kernel if self.is_own else kernel.to(dtype), persistent=False)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        """x [N, Ci, H, W], w [N, w_dim], noise [1 or N, 1, r, r] or None -> [N, Co, r, r]."""
        layer = self.layer
        x = x.to(self.dtype)
        styles = layer.affine(w).float()
        demod = (styles.square() @ layer.energy().T + 1e-8).rsqrt() * LRELU_GAIN
        shift = (layer.bias * LRELU_GAIN).to(self.dtype)
        grain = None if noise is None else (noise * (layer.noise_strength * LRELU_GAIN)).to(self.dtype)
        if not self.is_own:
            y = self._convolve(x * styles[:, :, None, None].to(self.dtype), self.kernel, None)
            y.mul_(demod[:, :, None, None].to(self.dtype)).add_(shift[:, None, None])
            return self._finish(y, grain)
        side = layer.resolution
        result = torch.empty(
            len(x),
            len(shift),
            side,
            side,
            dtype=self.dtype,
            device=x.device,
            memory_format=torch.channels_last,
        )
        for i in range(len(x)):
            y = self._convolve(x[i : i + 1], self._own_kernel(styles[i], demod[i]), shift)
            mine = grain if grain is None or len(grain) == 1 else grain[i : i + 1]
            if len(x) == 1:
                return self._finish(y, mine)
            result[i : i + 1] = self._finish(y, mine)
        return result

    def _own_kernel(self, style: Tensor, demod: Tensor) -> Tensor:
        """One sample's, modulated and demodulated in float32 before it is rounded."""
        if self.is_tiled:
            return (self.kernel * (style[:, None] * demod)).to(self.dtype)
        scale = style[:, None] * demod if self.layer.up else demod[:, None] * style
        return (self.kernel * scale[:, :, None, None]).to(self.dtype)

    def _convolve(self, x: Tensor, kernel: Tensor, bias: Tensor | None) -> Tensor:
        layer = self.layer
        if self.is_tiled:
            return convolve(x, kernel, bias)
        if not layer.up:
            return F.conv2d(x, kernel, bias, padding=1)
        y = F.conv_transpose2d(x, kernel, stride=2)
        return filter2d(y, layer.resample_filter, padding=1, gain=4.0, bias=bias)

    def _finish(self, y: Tensor, grain: Tensor | None) -> Tensor:
        if grain is not None:
            y.add_(grain)
        y = F.leaky_relu_(y, 0.2)
        return y if self.layer.clamp is None else y.clamp_(-self.layer.clamp, self.layer.clamp)


class _LiveToRGB(nn.Module):
    """A `ToRGBLayer` whose weights are scaled, since they are few."""

    def __init__(self, layer: ToRGBLayer) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """x [N, C, H, W], w [N, w_dim] -> float32 [N, 3, H, W]."""
        layer = self.layer
        styles = layer.affine(w).float() * layer.weight_gain
        weight = (layer.weight.flatten(1)[None] * styles[:, None]).to(x.dtype)
        height, width = x.shape[2:]
        pixels = x.permute(0, 2, 3, 1).flatten(1, 2)
        rgb: Tensor = torch.bmm(pixels, weight.transpose(1, 2)).float().add_(layer.bias)
        rgb = rgb.unflatten(1, (height, width)).permute(0, 3, 1, 2).contiguous()
        if layer.clamp is not None:
            rgb.clamp_(-layer.clamp, layer.clamp)
        return rgb


def _enlarged(rgb: Tensor) -> Tensor:
    """`upsample2d` of [N, C, H, W]: the taps 1 3 3 1 are linear interpolation with zeros around."""
    twice = F.interpolate(F.pad(rgb, (1, 1, 1, 1)), scale_factor=2, mode="bilinear", align_corners=False)
    return twice[:, :, 2:-2, 2:-2]
