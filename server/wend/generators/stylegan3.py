"""StyleGAN3: an alias-free generator, configurations T and R.

Source: Karras et al., "Alias-Free Generative Adversarial Networks", NeurIPS 2021. Parameter names and shapes
follow the published checkpoints, so that readers map them one to one; the filters are computed (see
`stylegan3_design`). Plain operations of torch: nothing is compiled.
"""

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import LRELU_GAIN, FullyConnectedLayer, at_least_single, leaky
from wend.generators.style_based import StyleBased
from wend.generators.stylegan2 import MappingNetwork, StyleGAN2Config
from wend.generators.stylegan3_design import InputDesign, LayerDesign, StyleGAN3Config, Taps


class FourierInput(nn.Module):
    """w [N, w_dim] -> waves [N, C, S, S] in -C..C, turned and shifted as w says.

    transform [3, 3]: the user's own, on picture coordinates (x, y, 1), one picture wide. Source: section 3.2
    ("Fourier features", "Transformed Fourier features") and appendix F.2.
    """

    transform: Tensor
    freqs: Tensor
    phases: Tensor
    grid: Tensor

    def __init__(self, design: InputDesign, w_dim: int) -> None:
        super().__init__()
        self.design = design
        c = design.channels
        self.weight = nn.Parameter(torch.randn(c, c))
        self.affine = FullyConnectedLayer(w_dim, 4)
        nn.init.zeros_(self.affine.weight)
        with torch.no_grad():
            self.affine.bias.copy_(torch.tensor([1.0, 0.0, 0.0, 0.0]))
        # Frequencies uniform over the disc of the bandwidth.
        turns, radii = torch.rand(c) * (2 * math.pi), torch.rand(c).sqrt()
        waves = torch.stack([turns.cos(), turns.sin()], dim=1) * radii[:, None] * design.bandwidth
        self.register_buffer("transform", torch.eye(3))
        self.register_buffer("freqs", waves)
        self.register_buffer("phases", torch.rand(c) - 0.5)
        places = (torch.arange(design.size, dtype=torch.float64) + 0.5 - design.size / 2) / design.rate
        y, x = torch.meshgrid(places, places, indexing="ij")
        self.register_buffer("grid", torch.stack([x, y], dim=-1).float(), persistent=False)

    def forward(self, w: Tensor) -> Tensor:
        move = at_least_single(self.affine(w))
        cos, sin, dx, dy = (move / move[:, :2].norm(dim=1, keepdim=True)).unbind(1)
        turn = torch.stack([torch.stack([cos, -sin], dim=1), torch.stack([sin, cos], dim=1)], dim=1)
        shift = torch.stack([dx, dy], dim=1)[:, :, None] * self.transform[2]
        placed = turn @ (self.transform[:2] - shift)  # [N, 2, 3]
        freqs = self.freqs @ placed[:, :, :2]  # [N, C, 2]
        phases = self.phases + (self.freqs @ placed[:, :, 2:])[:, :, 0]
        # Waves that a zoom has made finer than the map can hold fade out.
        band, nyquist = self.design.bandwidth, self.design.rate / 2
        heard = (1.0 - (freqs.norm(dim=2) - band) / (nyquist - band)).clamp(0.0, 1.0)
        angles = self.grid.flatten(0, 1) @ freqs.transpose(1, 2) + phases[:, None]  # [N, S * S, C]
        waves = torch.sin(angles * (2 * math.pi)) * heard[:, None]
        mixed: Tensor = waves @ (self.weight.T / math.sqrt(self.design.channels))
        side = self.design.size
        return mixed.reshape(-1, side, side, mixed.shape[2]).permute(0, 3, 1, 2)


class AliasFreeLayer(nn.Module):
    """[N, Ci, S, S] -> [N, Co, S', S']: modulated convolution, bias, and a leaky ReLU that adds no aliases.

    magnitude_ema: mean square of what comes in, as it was in training; what comes in is scaled to 1 by it.
    Source: section 3.2 and appendix C (the filtered nonlinearity), D.1 (magnitudes instead of noise).
    """

    magnitude_ema: Tensor

    def __init__(self, design: LayerDesign, w_dim: int, clamp: float | None) -> None:
        super().__init__()
        self.design, self.clamp = design, clamp
        # Numbers of a raised map that are held at once, 256 MiB: the last layers of 1024 px raise to 1.4 GB.
        self.at_once = 2**26
        k = design.kernel_size
        self.affine = FullyConnectedLayer(w_dim, design.in_channels, bias_init=1.0)
        self.weight = nn.Parameter(torch.randn(design.out_channels, design.in_channels, k, k))
        self.bias = nn.Parameter(torch.zeros(design.out_channels))
        self.register_buffer("magnitude_ema", torch.ones([]))
        # The gain of the leaky ReLU is folded into the filter before it.
        gain = math.sqrt(LRELU_GAIN) * design.up
        self.register_buffer("up_filter", _taps(design.up_filter, gain), persistent=False)
        self.register_buffer("down_filter", _taps(design.down_filter), persistent=False)

    up_filter: Tensor | None
    down_filter: Tensor | None

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        fan_in = math.prod(self.weight.shape[1:])
        scale = at_least_single(self.magnitude_ema).rsqrt() / math.sqrt(fan_in)
        styles = at_least_single(self.affine(w))
        bias = self.bias[:, None, None].to(x.dtype)
        if self.design.is_to_rgb:
            x = F.conv2d(x * (styles * scale)[:, :, None, None].to(x.dtype), self.weight)
            return self._clamped(x + bias)
        energy = at_least_single(self.weight).square().sum(dim=(2, 3))  # [Co, Ci]
        # Both factors of the modulated kernel are of mean square 1 first, then each of its outputs.
        own = energy.mean(dim=1) / math.prod(self.weight.shape[2:])
        styles = styles * styles.square().mean(dim=1, keepdim=True).rsqrt()
        demod = (styles.square() @ (energy / own[:, None]).T + 1e-8).rsqrt() * (
            own.rsqrt() * math.sqrt(fan_in)
        )
        x = x * (styles * scale)[:, :, None, None].to(x.dtype)
        x = F.conv2d(x, self.weight, padding=self.design.kernel_size - 1)
        x = torch.addcmul(bias, x, demod[:, :, None, None].to(x.dtype))
        per_channel = x.shape[0] * (self.design.up * x.shape[2]) ** 2
        step = max(self.at_once // per_channel, 1)
        if step >= x.shape[1]:
            return self._filtered(x)
        return torch.cat([self._filtered(part) for part in x.split(step, dim=1)], dim=1)

    def _filtered(self, x: Tensor) -> Tensor:
        if self.up_filter is None:
            x = _cropped(x * LRELU_GAIN, self.design.crop)
        else:
            x = _raised(x, self.up_filter, self.design.up, self.design.crop)
        if torch.is_inference_mode_enabled():
            # The raised map is nobody else's: written over, it needs neither a second place nor its pages.
            x = F.leaky_relu_(x, 0.2)
            x = x if self.clamp is None else x.clamp_(-self.clamp, self.clamp)
        else:
            x = leaky(x, self.clamp)
        return x if self.down_filter is None else _lowered(x, self.down_filter, self.design.down)

    def _clamped(self, x: Tensor) -> Tensor:
        return x if self.clamp is None else x.clamp(-self.clamp, self.clamp)


def _taps(taps: Taps | None, gain: float = 1.0) -> Tensor | None:
    return None if taps is None else torch.from_numpy(taps * gain).float()


def _raised(x: Tensor, taps: Tensor, up: int, crop: tuple[int, int]) -> Tensor:
    """Zeros between the samples, then the filter [T] along both axes, then `crop` off both ends."""
    channels, both = x.shape[1], max(min(crop), 0)
    kernel = taps.to(x.dtype).expand(channels, 1, -1)
    x = F.conv_transpose2d(x, kernel[..., None], stride=(up, 1), padding=(both, 0), groups=channels)
    x = F.conv_transpose2d(x, kernel[:, :, None], stride=(1, up), padding=(0, both), groups=channels)
    return _cropped(x, (crop[0] - both, crop[1] - both))


def _cropped(x: Tensor, crop: tuple[int, int]) -> Tensor:
    """Samples off the beginning and the end of both axes; zeros on them where `crop` is negative."""
    if crop == (0, 0):
        return x
    return F.pad(x, (-crop[0], -crop[1], -crop[0], -crop[1]))


def _lowered(x: Tensor, taps: Tensor, down: int) -> Tensor:
    """The filter, [T] along both axes or [T, T], at every `down`-th place."""
    channels = x.shape[1]
    kernel = taps.to(x.dtype).expand(channels, 1, *taps.shape)
    if taps.dim() == 2:
        return F.conv2d(x, kernel, stride=down, groups=channels)
    x = F.conv2d(x, kernel[..., None], stride=(down, 1), groups=channels)
    return F.conv2d(x, kernel[:, :, None], stride=(1, down), groups=channels)


class StyleGAN3Synthesis(nn.Module):
    """The input reads style row 0, layer i row i + 1; the last one makes the picture."""

    def __init__(self, config: StyleGAN3Config) -> None:
        super().__init__()
        self.config = config
        self.input = FourierInput(config.input, config.w_dim)
        self.names = tuple(design.name for design in config.layers)
        for design in config.layers:
            setattr(self, design.name, AliasFreeLayer(design, config.w_dim, config.conv_clamp))

    def layer(self, index: int) -> AliasFreeLayer:
        layer = getattr(self, self.names[index])
        assert isinstance(layer, AliasFreeLayer)
        return layer

    def step(self, state: SynthesisState, w: Tensor) -> SynthesisState:
        if state.row == 0:
            waves = self.input(w).to(state.x.dtype)
            return SynthesisState(1, waves, None)
        layer = self.layer(state.row - 1)
        made = layer(state.x, w)
        if not layer.design.is_to_rgb:
            return SynthesisState(state.row + 1, made, None)
        return SynthesisState(state.row + 1, state.x, at_least_single(made) * self.config.output_scale)


class StyleGAN3Generator(StyleBased):
    """Mapping and synthesis behind the generator protocol. There is no noise: every detail is of a style."""

    def __init__(self, config: StyleGAN3Config, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        self.mapping = MappingNetwork(
            StyleGAN2Config(
                z_dim=config.z_dim,
                w_dim=config.w_dim,
                c_dim=config.c_dim,
                mapping_layers=config.mapping_layers,
                w_shift=config.w_shift,
                z_warp=config.z_warp,
            )
        )
        self.synthesis = StyleGAN3Synthesis(config)
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            num_ws=config.num_ws,
            layer_names=("input", *self.synthesis.names),
            noise_sizes=(0,) * config.num_ws,
            classes=classes or tuple(str(i) for i in range(config.c_dim)),
        )

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """A state without activations: the first step makes them from its style row."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - none
        return self.synthesis.step(state, w)

    def constant_noise(self) -> list[Tensor | None]:
        return [None] * self.spec.num_ws

    def style_matrices(self) -> list[Tensor]:
        """Row 0: what turns and shifts the input, [4, w_dim]; then each layer's affine map."""
        layers: Sequence[FullyConnectedLayer] = [
            self.synthesis.input.affine,
            *(self.synthesis.layer(index).affine for index in range(len(self.synthesis.names))),
        ]
        return [layer.weight.detach() * layer.weight_gain for layer in layers]


def discriminator_config(config: StyleGAN3Config) -> StyleGAN2Config:
    """Of the discriminator it was trained against: that of StyleGAN2, with widths of its own."""
    return StyleGAN2Config(
        resolution=config.resolution,
        z_dim=config.z_dim,
        w_dim=config.w_dim,
        c_dim=config.c_dim,
        channel_base=config.discriminator_base,
        channel_max=config.discriminator_max,
        image_channels=config.image_channels,
        conv_clamp=config.conv_clamp,
    )
