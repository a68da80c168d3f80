"""The class-conditional DCGAN of the digit experiments: a generator, and its discriminator.

Source: Radford, Metz and Chintala, "Unsupervised representation learning with deep convolutional
generative adversarial networks", ICLR 2016; the class-conditional form with the class beside every
layer's input, and all widths, from the experiments of Jahanian, Chai and Isola, "On the 'steerability' of
generative adversarial networks", ICLR 2020. Kernels of 5 x 5, weights of sd 0.02 and slopes of 0.2 are
those usual with this network.

It has no w of its own. What its layers read is the pair of the code and the one-hot class, so that pair
is w here: w = (u, y), [N, z_dim + c_dim]. The published code is uniform in (-1, 1), while ours are drawn
from a normal law: mapping takes each coordinate to the uniform one of the same rank, u = 2 Phi(z) - 1. A
published "z walk" adds to u, so here it is a walk in w of style row 0, its part of the class zero.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import size_of

WEIGHT_SD = 0.02
SLOPE = 0.2
ROWS = ("dense_0", "dense_1", "deconv_0", "deconv_1")


@dataclass(frozen=True)
class DCGANConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    maps: of the generator at a quarter and at half the side; dense: width of either network's dense
    layer; discriminator_maps: of its second convolution, c_dim more on top; image_channels: 1 for grey
    pictures, as published, or 3.
    """

    resolution: int = 28
    z_dim: int = 100
    c_dim: int = 10
    dense: int = 1024
    maps: int = 128
    discriminator_maps: int = 64
    kernel: int = 5
    image_channels: int = 1

    def __post_init__(self) -> None:
        if self.resolution < 8 or self.resolution % 4:
            raise ValueError(f"resolution must be a multiple of 4 from 8 up, not {self.resolution}")
        if min(self.z_dim, self.c_dim, self.dense, self.maps, self.discriminator_maps) < 1:
            raise ValueError("z_dim, c_dim, dense, maps and discriminator_maps must be at least 1")
        if self.kernel < 3 or self.kernel % 2 == 0:
            raise ValueError(f"kernel must be odd and at least 3, not {self.kernel}")
        if self.image_channels not in (1, 3):
            raise ValueError(f"image_channels must be 1 or 3, not {self.image_channels}")

    @property
    def w_dim(self) -> int:
        return self.z_dim + self.c_dim

    @property
    def base(self) -> int:
        """Side of the first maps."""
        return self.resolution // 4


class MovingNorm(nn.BatchNorm2d):
    """Batch normalisation [N, C, H, W] or [N, C]: by the batch while training, by moving averages afterwards.

    Source: Ioffe and Szegedy, "Batch normalization", 2015.
    """

    def __init__(self, channels: int) -> None:
        super().__init__(channels, eps=1e-5, momentum=0.1)
        nn.init.normal_(self.weight, 1.0, WEIGHT_SD)

    def forward(self, x: Tensor) -> Tensor:
        flat = x.ndim == 2
        y = x[:, :, None, None] if flat else x
        if self.training:
            y = super().forward(y)
        else:
            assert self.running_mean is not None
            assert self.running_var is not None
            gain = self.weight * (self.running_var + self.eps).rsqrt()
            shift = self.bias - self.running_mean * gain
            y = torch.addcmul(_spread(shift, y), y, _spread(gain, y))
        return y.flatten(1) if flat else y


def _spread(values: Tensor, like: Tensor) -> Tensor:
    return values[None, :, None, None].to(like.dtype)


def _beside(x: Tensor, y: Tensor) -> Tensor:
    """x [N, C] or [N, C, H, W] with the class y [N, K] as K more channels."""
    told = y.to(x.dtype)
    if x.ndim == 4:
        told = told[:, :, None, None].expand(-1, -1, *x.shape[2:])
    return torch.cat([x, told], dim=1)


def _begin(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, std=WEIGHT_SD)
            assert module.bias is not None
            nn.init.zeros_(module.bias)


class DCGANGenerator(nn.Module):
    """Code and class to pictures in (-1, 1); grey ones are given as three equal channels."""

    def __init__(self, config: DCGANConfig, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        k, c, maps = config.kernel, config.c_dim, config.maps
        first = maps * config.base**2
        self.dense_0, self.norm_0 = nn.Linear(config.w_dim, config.dense), MovingNorm(config.dense)
        self.dense_1, self.norm_1 = nn.Linear(config.dense + c, first), MovingNorm(first)
        self.deconv_0 = nn.ConvTranspose2d(maps + c, maps, k, stride=2, padding=k // 2, output_padding=1)
        self.norm_2 = MovingNorm(maps)
        self.deconv_1 = nn.ConvTranspose2d(
            maps + c, config.image_channels, k, stride=2, padding=k // 2, output_padding=1
        )
        _begin(self)
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            num_ws=len(ROWS),
            layer_names=ROWS,
            noise_sizes=(0,) * len(ROWS),
            classes=classes or tuple(str(i) for i in range(c)),
            blends_in="z",
        )

    @property
    def w_avg(self) -> Tensor:
        """(0, every class alike): between all classes, so truncation uses `center` instead."""
        width, c = self.config.z_dim, self.config.c_dim
        zeros = torch.zeros(width, device=self.device)
        return torch.cat([zeros, torch.full((c,), 1.0 / c, device=self.device)])

    @property
    def device(self) -> torch.device:
        return self.dense_0.weight.device

    @property
    def size_bytes(self) -> int:
        return size_of(self)

    def center(self, c: Tensor | None) -> Tensor:
        """(0, y), float32 [N, w_dim]."""
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        return torch.cat([c.new_zeros(len(c), self.config.z_dim), c.float()], dim=1)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """(2 Phi(z) - 1, y), float32 [N, w_dim]; c [N, c_dim], one-hot or a mixture of classes."""
        if c is None:
            raise ValueError("a class-conditional generator needs c")
        return torch.cat([torch.erf(z.float() / 2.0**0.5), c.float()], dim=1)

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """Nothing is known before row 0: a state without activations."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """Row 0 reads code and class, the others the class beside what they are given."""
        row, dtype, y = state.row, state.x.dtype, w[:, self.config.z_dim :]
        if row == 0:
            x = F.relu(self.norm_0(_dense(self.dense_0, w.to(dtype))))
            return SynthesisState(1, x[:, :, None, None], None)
        if row == 1:
            x = F.relu(self.norm_1(_dense(self.dense_1, _beside(state.x.flatten(1), y))))
            return SynthesisState(2, x.unflatten(1, (self.config.maps, self.config.base, -1)), None)
        if row == 2:
            x = F.relu(self.norm_2(_deconv(self.deconv_0, _beside(state.x, y))))
            return SynthesisState(3, x, None)
        logits = _deconv(self.deconv_1, _beside(state.x, y)).float()
        # A sigmoid's picture in 0..1, in our range of -1..1: 2 sigmoid(x) - 1 = tanh(x / 2).
        return SynthesisState(4, state.x, torch.tanh(0.5 * logits).expand(-1, 3, -1, -1))

    def constant_noise(self) -> list[Tensor | None]:
        return [None] * self.spec.num_ws

    def style_matrices(self) -> list[Tensor]:
        """Row 0 reads the code; the others read the class alone, which no direction may change: zeros."""
        first = self.dense_0.weight.detach().clone()
        first[:, self.config.z_dim :] = 0.0
        return [first, *(torch.zeros_like(first[:1]) for _ in ROWS[1:])]


def _dense(layer: nn.Linear, x: Tensor) -> Tensor:
    return F.linear(x, layer.weight.to(x.dtype), layer.bias.to(x.dtype))


def _deconv(layer: nn.ConvTranspose2d, x: Tensor) -> Tensor:
    assert layer.bias is not None
    half = layer.kernel_size[0] // 2
    weight, bias = layer.weight.to(x.dtype), layer.bias.to(x.dtype)
    return F.conv_transpose2d(x, weight, bias, stride=2, padding=half, output_padding=1)


class DCGANDiscriminator(nn.Module):
    """Pictures float32 [N, 3, R, R] in [-1, 1] and classes c [N, c_dim] to logits float32 [N, 1].

    It sees the channels in 0..1, of grey pictures their mean. Large for pictures it takes for real ones of
    their class.
    """

    def __init__(self, config: DCGANConfig) -> None:
        super().__init__()
        self.config = config
        k, c = config.kernel, config.c_dim
        first, second = config.image_channels + c, config.discriminator_maps + c
        self.conv_0 = nn.Conv2d(first, first, k, stride=2, padding=k // 2)
        self.conv_1 = nn.Conv2d(first + c, second, k, stride=2, padding=k // 2)
        self.norm_1 = MovingNorm(second)
        self.dense_0 = nn.Linear(second * config.base**2 + c, config.dense)
        self.norm_2 = MovingNorm(config.dense)
        self.dense_1 = nn.Linear(config.dense + c, 1)
        _begin(self)

    def forward(self, images: Tensor, c: Tensor) -> Tensor:
        if self.config.image_channels == 1:
            images = images.mean(dim=1, keepdim=True)
        x = 0.5 * (images + 1.0)
        x = F.leaky_relu(self.conv_0(_beside(x, c)), SLOPE)
        x = F.leaky_relu(self.norm_1(self.conv_1(_beside(x, c))), SLOPE)
        x = F.leaky_relu(self.norm_2(self.dense_0(_beside(x.flatten(1), c))), SLOPE)
        logits: Tensor = self.dense_1(_beside(x, c))
        return logits
