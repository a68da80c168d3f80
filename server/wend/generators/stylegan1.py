"""StyleGAN, the first: a mapping network, and a synthesis whose styles are gains and shifts of its maps.

Source: Karras, Laine, Aila, "A Style-Based Generator Architecture for Generative Adversarial Networks", CVPR
2019, section 2 and appendix C; run-time scale from Karras et al., ICLR 2018, section 4.1. Parameter names are
near to those of genforce's checkpoints.
"""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.latent_warp import LatentWarp
from wend.generators.layers import (
    LRELU_GAIN,
    FullyConnectedLayer,
    at_least_single,
    leaky,
    normalize_second_moment,
)
from wend.generators.sizes import check_mapping, check_resolution
from wend.generators.style_based import MeanKeeper, StyleBased

MAPPING_LR = 0.01
JUDGES = ("published", "rosinality")


@dataclass(frozen=True)
class StyleGAN1Config:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    Where programs differ: norm_epsilon, what is added to a map's variance; is_bias_blurred, whether a
    doubling's bias comes before its blur; judge, the discriminator's kind: rosinality's puts out the next
    side's channels a layer earlier, and reads the picture without a leaky ReLU. w_shift and
    z_warp: as StyleGAN2's.
    """

    resolution: int = 64
    z_dim: int = 512
    w_dim: int = 512
    c_dim: int = 0
    mapping_layers: int = 8
    channel_base: int = 16384
    channel_max: int = 512
    image_channels: int = 3
    norm_epsilon: float = 1e-8
    is_bias_blurred: bool = False
    judge: str = "published"
    w_shift: bool = False
    z_warp: int = 0

    def __post_init__(self) -> None:
        check_resolution(self.resolution, 8)
        check_mapping(self.z_dim, self.w_dim, self.c_dim, self.mapping_layers, self.z_warp)
        if min(self.channel_max, self.image_channels) < 1:
            raise ValueError("channel_max and image_channels must be at least 1")
        if self.judge not in JUDGES:
            raise ValueError(f"judge must be {' or '.join(JUDGES)}, not {self.judge!r}")
        if self.channel_base < self.resolution or not 0.0 < self.norm_epsilon < 1.0:
            raise ValueError("channel_base or norm_epsilon is out of range")

    @property
    def sides(self) -> tuple[int, ...]:
        return tuple(2**i for i in range(2, int(math.log2(self.resolution)) + 1))

    @property
    def num_ws(self) -> int:
        return 2 * len(self.sides)

    def channels(self, side: int) -> int:
        return min(self.channel_base // side, self.channel_max)


class MappingLayer(nn.Module):
    """y = lrelu(W x + b) with equalised learning rate, a hundredth of the others'."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before) / MAPPING_LR)
        self.bias = nn.Parameter(torch.zeros(after))
        self.gain = MAPPING_LR * LRELU_GAIN / math.sqrt(before)

    def forward(self, x: Tensor) -> Tensor:
        return leaky(F.linear(x, self.weight * self.gain, self.bias * MAPPING_LR))


class StyleGAN1Mapping(MeanKeeper):
    """z [N, z_dim] (and class c [N, c_dim]) to w [N, w_dim]. A class's own vector stands behind z."""

    def __init__(self, config: StyleGAN1Config) -> None:
        super().__init__()
        self.num_layers, self.c_dim = config.mapping_layers, config.c_dim
        if config.c_dim:
            self.label_weight = nn.Parameter(torch.randn(config.c_dim, config.z_dim))
        for index in range(self.num_layers):
            first = config.z_dim * (2 if config.c_dim else 1)
            setattr(self, f"dense{index}", MappingLayer(config.w_dim if index else first, config.w_dim))
        self.warp = LatentWarp(config.z_dim, config.z_warp) if config.z_warp else None
        self.w_shift = nn.Parameter(torch.zeros(config.w_dim)) if config.w_shift else None
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        x = z.to(self.w_avg.dtype)
        if self.warp is not None:
            x = self.warp(normalize_second_moment(x))
        if self.c_dim:
            if c is None:
                raise ValueError("a conditional mapping needs c")
            x = torch.cat([x, c.to(x.dtype) @ self.label_weight], dim=1)
        x = normalize_second_moment(x)
        for index in range(self.num_layers):
            x = getattr(self, f"dense{index}")(x)
        return x if self.w_shift is None else x + self.w_shift


class StyleLayer(nn.Module):
    """What reads one style row: [N, Ci, H, W] -> [N, Co, r, r].

    A 3x3 convolution, before it twice the size and behind it a blur where `up`; none in the first layer.
    Then noise, bias, leaky ReLU, each map to mean 0 and variance 1, a gain and a shift by w (equation 1).
    """

    noise_const: Tensor
    blur: Tensor

    def __init__(self, config: StyleGAN1Config, before: int, side: int, up: bool) -> None:
        super().__init__()
        after = config.channels(side)
        self.up, self.epsilon, self.is_first = up, config.norm_epsilon, before == 0
        self.is_bias_blurred = up and config.is_bias_blurred
        if self.is_first:
            self.const = nn.Parameter(torch.ones(after, 4, 4))
        else:
            self.weight = nn.Parameter(torch.randn(after, before, 3, 3))
            self.gain = LRELU_GAIN / math.sqrt(before * 9)
        self.bias = nn.Parameter(torch.zeros(after))
        self.noise_strength = nn.Parameter(torch.zeros(after))
        self.style = FullyConnectedLayer(config.w_dim, 2 * after)
        self.register_buffer("noise_const", torch.randn(side, side))
        self.register_buffer("blur", blur_kernel(), persistent=False)

    def forward(self, x: Tensor, w: Tensor, noise: Tensor | None) -> Tensor:
        # Towards the edges, where zeros come in, a blurred bias is less.
        shift = self.bias[:, None, None] * (0.0 if self.is_bias_blurred else 1.0)
        if noise is not None:
            shift = shift + noise * self.noise_strength[:, None, None]
        shift = shift.to(x.dtype)
        # The convolution's gain is applied to what it makes, in the pass that adds bias and noise.
        x = x + shift if self.is_first else torch.add(shift, self._convolved(x), alpha=self.gain)
        x = leaky(x)
        gain, offset = at_least_single(self.style(w)).unflatten(1, (2, -1)).unbind(1)
        spread, mean = torch.var_mean(at_least_single(x), dim=(2, 3), correction=0)
        scale = (gain + 1.0) * (spread + self.epsilon).rsqrt()
        offset = offset - mean * scale
        return torch.addcmul(offset[:, :, None, None].to(x.dtype), x, scale[:, :, None, None].to(x.dtype))

    def _convolved(self, x: Tensor) -> Tensor:
        if not self.up:
            return F.conv2d(x, self.weight, padding=1)
        # Every pixel four times and then the kernel: in one, at less than half the price.
        wide = spread_kernel(self.weight.flip(2, 3)).transpose(0, 1)
        bias = (self.bias / self.gain).to(x.dtype) if self.is_bias_blurred else None
        x = F.conv_transpose2d(x, wide, bias, stride=2, padding=1)
        kernel = self.blur.to(x.dtype).expand(x.shape[1], 1, -1, -1)
        return F.conv2d(x, kernel, padding=1, groups=x.shape[1])


def blur_kernel() -> Tensor:
    """The separable [1, 2, 1] low-pass filter, [3, 3], sum 1."""
    taps = torch.tensor([1.0, 2.0, 1.0])
    return torch.outer(taps, taps) / 16.0


def spread_kernel(weight: Tensor) -> Tensor:
    """A kernel [.., 3, 3] on a pixel and its three copies, [.., 4, 4]."""
    wide = F.pad(weight, (1, 1, 1, 1))
    return wide[..., 1:, 1:] + wide[..., :-1, 1:] + wide[..., 1:, :-1] + wide[..., :-1, :-1]


class ImageLayer(nn.Module):
    """Features [N, C, R, R] to the picture float32 [N, 3, R, R], by a 1x1 convolution without a style."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(after, before, 1, 1))
        self.bias = nn.Parameter(torch.zeros(after))
        self.gain = 1.0 / math.sqrt(before)

    def forward(self, x: Tensor) -> Tensor:
        rgb = at_least_single(F.conv2d(x, self.weight))
        return torch.add(self.bias[:, None, None], rgb, alpha=self.gain)


class StyleGAN1Synthesis(nn.Module):
    """Layer k reads style row k; the last one's features are made the picture."""

    def __init__(self, config: StyleGAN1Config) -> None:
        super().__init__()
        self.config = config
        before = 0
        for row in range(config.num_ws):
            side = config.sides[row // 2]
            setattr(self, f"layer{row}", StyleLayer(config, before, side, up=row > 0 and row % 2 == 0))
            before = config.channels(side)
        self.output = ImageLayer(before, config.image_channels)

    def layer(self, row: int) -> StyleLayer:
        layer = getattr(self, f"layer{row}")
        assert isinstance(layer, StyleLayer)
        return layer

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        x = self.layer(state.row)(state.x, w, noise)
        is_last = state.row + 1 == self.config.num_ws
        return SynthesisState(state.row + 1, x, self.output(x) if is_last else None)


class StyleGAN1Generator(StyleBased):
    """Mapping and synthesis behind the generator protocol."""

    def __init__(self, config: StyleGAN1Config, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        self.mapping = StyleGAN1Mapping(config)
        self.synthesis = StyleGAN1Synthesis(config)
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            num_ws=config.num_ws,
            layer_names=tuple(f"layer{row}" for row in range(config.num_ws)),
            noise_sizes=tuple(config.sides[row // 2] for row in range(config.num_ws)),
            classes=classes or tuple(str(i) for i in range(config.c_dim)),
        )

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        x = self.synthesis.layer(0).const.to(dtype)[None].expand(count, -1, -1, -1)
        return SynthesisState(0, x.contiguous(memory_format=torch.channels_last), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        return self.synthesis.step(state, w, noise)

    def constant_noise(self) -> list[Tensor | None]:
        return [self.synthesis.layer(row).noise_const[None, None] for row in range(self.config.num_ws)]

    def style_matrices(self) -> list[Tensor]:
        """Per style row, its gains above its shifts, [2 C, w_dim]."""
        styles = [self.synthesis.layer(row).style for row in range(self.config.num_ws)]
        return [style.weight.detach() * style.weight_gain for style in styles]
