"""A generator of the StyleGAN2 family: mapping, modulated synthesis, per-layer noise, skip RGB.

Source: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN", CVPR 2020, and, for
truncation and style mixing, Karras et al., "A Style-Based Generator Architecture", CVPR 2019.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.given import corrected, parted
from wend.generators.latent_warp import LatentWarp
from wend.generators.layers import (
    FullyConnectedLayer,
    normalize_second_moment,
    resample_kernel,
    upsample2d,
)
from wend.generators.modulated import SynthesisLayer, ToRGBLayer
from wend.generators.sizes import check_mapping, check_resolution
from wend.generators.style_based import MeanKeeper, StyleBased


@dataclass(frozen=True)
class StyleGAN2Config:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    w_shift: a vector is added to w behind the mapping network, the only thing that some sketched models have
    learned (Wang, Bau and Zhu, ICCV 2021, the ablation of that name). z_warp: numbers between the two layers
    of a `LatentWarp` before the mapping network; 0: there is none.
    """

    resolution: int = 64
    z_dim: int = 128
    w_dim: int = 128
    c_dim: int = 0
    mapping_layers: int = 4
    channel_base: int = 2048
    channel_max: int = 192
    image_channels: int = 3
    conv_clamp: float | None = None
    w_shift: bool = False
    z_warp: int = 0

    def __post_init__(self) -> None:
        check_resolution(self.resolution, 4)
        check_mapping(self.z_dim, self.w_dim, self.c_dim, self.mapping_layers, self.z_warp)
        if min(self.channel_max, self.image_channels) < 1 or self.channel_base < self.resolution:
            raise ValueError(
                "channel_max and image_channels must be at least 1, channel_base at least the resolution"
            )

    @property
    def block_resolutions(self) -> tuple[int, ...]:
        return tuple(2**i for i in range(2, int(math.log2(self.resolution)) + 1))

    @property
    def num_ws(self) -> int:
        return 2 * len(self.block_resolutions)

    def channels(self, resolution: int) -> int:
        return min(self.channel_base // resolution, self.channel_max)


class MappingNetwork(MeanKeeper):
    """z [N, z_dim] (and class c [N, c_dim]) to w [N, w_dim]."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.num_layers = config.mapping_layers
        width = config.z_dim
        if config.c_dim:
            self.embed = FullyConnectedLayer(config.c_dim, config.w_dim)
            width += config.w_dim
        self.c_dim = config.c_dim
        for index in range(self.num_layers):
            layer = FullyConnectedLayer(width, config.w_dim, is_activated=True, lr_multiplier=0.01)
            setattr(self, f"fc{index}", layer)
            width = config.w_dim
        self.warp = LatentWarp(config.z_dim, config.z_warp) if config.z_warp else None
        self.w_shift = nn.Parameter(torch.zeros(config.w_dim)) if config.w_shift else None
        self.register_buffer("w_avg", torch.zeros(config.w_dim))

    def forward(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        dtype = self.w_avg.dtype
        x = normalize_second_moment(z.to(dtype))
        if self.warp is not None:
            x = self.warp(x)
        if self.c_dim:
            if c is None:
                raise ValueError("a conditional mapping needs c")
            x = torch.cat([x, normalize_second_moment(self.embed(c.to(dtype)))], dim=1)
        for index in range(self.num_layers):
            x = getattr(self, f"fc{index}")(x)
        return x if self.w_shift is None else x + self.w_shift


class SynthesisBlock(nn.Module):
    """All layers of one resolution."""

    resample_filter: Tensor

    def __init__(self, config: StyleGAN2Config, resolution: int) -> None:
        super().__init__()
        out = config.channels(resolution)
        clamp = config.conv_clamp
        self.register_buffer("resample_filter", resample_kernel())
        if resolution == 4:
            self.const = nn.Parameter(torch.randn(out, 4, 4))
        else:
            before = config.channels(resolution // 2)
            self.conv0 = SynthesisLayer(before, out, config.w_dim, resolution, True, clamp)
        self.conv1 = SynthesisLayer(out, out, config.w_dim, resolution, False, clamp)
        self.torgb = ToRGBLayer(out, config.image_channels, config.w_dim, clamp)


class SynthesisNetwork(nn.Module):
    """ws [N, L, w_dim] to images float32 [N, 3, H, W], nominally in [-1, 1].

    Style row 2i feeds conv1 of block i; row 2i + 1 feeds both toRGB of block i and conv0 of block
    i + 1. So synthesis is a list of `num_ws` steps, step k reading row k alone.
    """

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.config = config
        self.num_ws = config.num_ws
        for resolution in config.block_resolutions:
            setattr(self, f"b{resolution}", SynthesisBlock(config, resolution))

    def block(self, index: int) -> SynthesisBlock:
        block = getattr(self, f"b{4 * 2**index}")
        assert isinstance(block, SynthesisBlock)
        return block

    def noise_shape(self, row: int) -> int:
        """Side in pixels of the noise map that the convolution of this style row reads; 0 for none."""
        resolution = 4 * 2 ** ((row + 1) // 2)
        return resolution if resolution <= self.config.resolution else 0

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        x = self.block(0).const.to(dtype)[None].expand(count, -1, -1, -1)
        return SynthesisState(0, x.contiguous(memory_format=torch.channels_last), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        """Read one style row. w [N, w_dim]; noise as SynthesisLayer takes it, and a correction behind it
        (`generators.given`)."""
        index, is_output = divmod(state.row, 2)
        block = self.block(index)
        noise, correction = parted(noise)
        if not is_output:
            x = block.conv1(state.x, w, noise)
            return corrected(SynthesisState(state.row + 1, x, state.rgb), correction)
        rgb = block.torgb(state.x, w)
        if state.rgb is not None:
            rgb = upsample2d(state.rgb, block.resample_filter) + rgb
        x = state.x
        if index + 1 < len(self.config.block_resolutions):
            x = self.block(index + 1).conv0(x, w, noise)
        return corrected(SynthesisState(state.row + 1, x, rgb), correction)

    def constant_noise(self) -> list[Tensor | None]:
        """The checkpoint's own noise maps, one per style row."""
        maps: list[Tensor | None] = []
        for row in range(self.num_ws):
            index, is_output = divmod(row, 2)
            if is_output and index + 1 >= len(self.config.block_resolutions):
                maps.append(None)
            else:
                layer = self.block(index + 1).conv0 if is_output else self.block(index).conv1
                maps.append(layer.noise_const[None, None])
        return maps

    def layer_names(self) -> tuple[str, ...]:
        """For each style row, the layer whose output is the state after it."""
        names: list[str] = []
        for row in range(self.num_ws):
            index, is_output = divmod(row, 2)
            resolution = 4 * 2**index
            if not is_output:
                names.append(f"b{resolution}.conv1")
            elif resolution < self.config.resolution:
                names.append(f"b{2 * resolution}.conv0")
            else:
                names.append(f"b{resolution}.torgb")
        return tuple(names)

    def forward(
        self, ws: Tensor, noise: Sequence[Tensor | None] | None = None, resolution: int | None = None
    ) -> Tensor:
        """Run every step in float32. `noise`: one map per row, None = none; `resolution`: stop earlier."""
        rows = self.num_ws if resolution is None else 2 * (int(math.log2(resolution)) - 1)
        state = self.start(ws.shape[0], torch.float32)
        for row in range(rows):
            state = self.step(state, ws[:, row], None if noise is None else noise[row])
        assert state.rgb is not None
        return state.rgb


class StyleGAN2Generator(StyleBased):
    """Mapping and synthesis behind the generator protocol; parameter names are the checkpoints' own."""

    def __init__(self, config: StyleGAN2Config, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        self.mapping = MappingNetwork(config)
        self.synthesis = SynthesisNetwork(config)
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            num_ws=config.num_ws,
            layer_names=self.synthesis.layer_names(),
            noise_sizes=tuple(self.synthesis.noise_shape(row) for row in range(config.num_ws)),
            classes=classes or tuple(str(i) for i in range(config.c_dim)),
        )

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        return self.synthesis.start(count, dtype)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        return self.synthesis.step(state, w, noise)

    def constant_noise(self) -> list[Tensor | None]:
        return self.synthesis.constant_noise()

    def style_matrices(self) -> list[Tensor]:
        """Per style row, the affine map of the convolution that reads it (the last row: toRGB's)."""
        matrices: list[Tensor] = []
        last = len(self.config.block_resolutions) - 1
        for row in range(self.config.num_ws):
            index, is_output = divmod(row, 2)
            if not is_output:
                layer = self.synthesis.block(index).conv1.affine
            elif index < last:
                layer = self.synthesis.block(index + 1).conv0.affine
            else:
                layer = self.synthesis.block(index).torgb.affine
            matrices.append(layer.weight.detach() * layer.weight_gain)
        return matrices
