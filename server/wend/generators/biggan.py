"""A class-conditional generator of the BigGAN-deep family.

Source: Brock, Donahue, Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
ICLR 2019, appendix B (BigGAN-deep). Module names follow the published checkpoints, with spectral norm
folded into the weights.

BigGAN has no w. What every layer of it reads is the pair of the whole z and the class's embedding, so
that pair is w here: w = (z, e(c)), [N, z_dim + embed_dim]. Mapping is linear and exact, each layer reads
a style row of its own, and so per-layer edits, prefix reuse and walks in w mean what they mean elsewhere.
Truncation must leave the class alone: it pulls w towards (0, e(c)), the class's own centre, which scales
z by psi. Moving the other part of w leads from one class to another.

Published ones have a set of standing statistics for each truncation, whose number must reach every layer.
It is one more number of w then, 1 of whole pictures and 0 at the centre, so that truncation makes it psi.
Nothing is learned of it: no gradient passes.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.attention import SelfAttention
from wend.generators.class_beside_z import ClassBesideZ
from wend.generators.conditional_norm import ConditionalNorm, PlainNorm
from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.generators.layers import at_least_single
from wend.generators.plain_conv import PlainConv
from wend.generators.widths import widths_of

_MOST_SETS = 1001


@dataclass(frozen=True)
class BigGANConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    widths: channels at 4, 8, 16, ... px in multiples of `channel_width`, so their number fixes the
    resolution; the published 128 px model has 16, 16, 8, 4, 2, 1 of 128. attention_resolution: 0 for
    none. reduction: how much narrower the inside of a block is; discriminator_width: what `channel_width`
    is to the discriminator. statistics: sets of them, for truncations evenly spread over 0 to 1.
    """

    widths: str = "8,8,4,2,1"
    channel_width: int = 32
    z_dim: int = 64
    embed_dim: int = 32
    c_dim: int = 24
    attention_resolution: int = 16
    reduction: int = 4
    image_channels: int = 3
    discriminator_width: int = 32
    statistics: int = 1

    def __post_init__(self) -> None:
        _ = self.channels
        if not 1 <= self.statistics <= _MOST_SETS:
            raise ValueError(f"statistics must be 1 to {_MOST_SETS} sets")
        if min(self.channel_width, self.z_dim, self.embed_dim, self.c_dim, self.reduction) < 1:
            raise ValueError("channel_width, z_dim, embed_dim, c_dim and reduction must be at least 1")

    @property
    def channels(self) -> tuple[int, ...]:
        """Per resolution from 4 px up."""
        return tuple(width * self.channel_width for width in widths_of(self.widths))

    @property
    def resolution(self) -> int:
        return int(4 * 2 ** (len(self.channels) - 1))

    @property
    def read_dim(self) -> int:
        """Of z and the class's embedding together, which every layer reads."""
        return self.z_dim + self.embed_dim

    @property
    def w_dim(self) -> int:
        return self.read_dim + (self.statistics > 1)

    @property
    def blocks(self) -> tuple[tuple[int, int, int], ...]:
        """(side it puts out, channels in, channels out): one block that stays, one that doubles, per side."""
        blocks: list[tuple[int, int, int]] = []
        for index, (here, above) in enumerate(zip(self.channels[:-1], self.channels[1:], strict=True)):
            blocks += [(4 * 2**index, here, here), (8 * 2**index, here, above)]
        return tuple(blocks)


class GeneratorBlock(nn.Module):
    """A residual bottleneck, [N, Ci, H, W] -> [N, Co, H, W] or twice that size; Co <= Ci.

    The shortcut drops channels and repeats pixels, without weights.
    """

    def __init__(self, config: BigGANConfig, in_channels: int, out_channels: int, up: bool) -> None:
        super().__init__()
        inner = in_channels // config.reduction
        self.bn_0 = ConditionalNorm(in_channels, config.read_dim, sets=config.statistics)
        self.conv_0 = PlainConv(in_channels, inner, 1)
        self.bn_1 = ConditionalNorm(inner, config.read_dim, sets=config.statistics)
        self.conv_1 = PlainConv(inner, inner, 3)
        self.bn_2 = ConditionalNorm(inner, config.read_dim, sets=config.statistics)
        self.conv_2 = PlainConv(inner, inner, 3)
        self.bn_3 = ConditionalNorm(inner, config.read_dim, sets=config.statistics)
        self.conv_3 = PlainConv(inner, out_channels, 1)
        self.out_channels, self.up = out_channels, up

    def forward(self, x: Tensor, w: Tensor, truncation: Tensor | None = None) -> Tensor:
        y = self.conv_0(F.relu(self.bn_0(x, w, truncation)))
        y = F.relu(self.bn_1(y, w, truncation))
        shortcut = x[:, : self.out_channels]
        if self.up:
            y, shortcut = _twice(y), _twice(shortcut)
        y = self.conv_1(y)
        y = self.conv_2(F.relu(self.bn_2(y, w, truncation)))
        added: Tensor = self.conv_3(F.relu(self.bn_3(y, w, truncation))) + shortcut
        return added

    def norms(self) -> tuple[ConditionalNorm, ...]:
        return self.bn_0, self.bn_1, self.bn_2, self.bn_3


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


class BigGANSynthesis(nn.Module):
    """Style row 0 feeds the first linear layer, row k the k-th block with the attention behind it."""

    def __init__(self, config: BigGANConfig) -> None:
        super().__init__()
        self.config = config
        self.gen_z = nn.Linear(config.read_dim, 16 * config.channels[0])
        layers: list[nn.Module] = []
        self.block_names: list[str] = []
        self.positions: list[int] = []  # of the blocks, row by row
        for index, (side, ci, co) in enumerate(config.blocks):
            self.positions.append(len(layers))
            self.block_names.append(f"layers.{len(layers)}")
            layers.append(GeneratorBlock(config, ci, co, up=index % 2 == 1))
            if index % 2 == 1 and side == config.attention_resolution:
                layers.append(SelfAttention(co))
        self.layers = nn.ModuleList(layers)
        self.bn = PlainNorm(config.channels[-1], sets=config.statistics)
        self.conv_to_rgb = PlainConv(config.channels[-1], config.image_channels, 3)

    def block(self, row: int) -> GeneratorBlock:
        """The block that style row `row` >= 1 feeds."""
        block = self.layers[self.positions[row - 1]]
        assert isinstance(block, GeneratorBlock)
        return block

    def step(self, state: SynthesisState, w: Tensor) -> SynthesisState:
        """Read one style row, w float32 [N, w_dim]; the last one's state has the picture."""
        row, truncation = state.row, None
        if self.config.statistics > 1:
            w, truncation = w[:, :-1], w[:, -1].detach()
        if row == 0:
            return SynthesisState(1, self._first(w, state.x.dtype), None)
        x = self.block(row)(state.x, w, truncation)
        after = self.positions[row - 1] + 1
        if after < len(self.layers) and isinstance(self.layers[after], SelfAttention):
            x = self.layers[after](x)
        rgb = self._picture(x, truncation) if row == len(self.positions) else None
        return SynthesisState(row + 1, x, rgb)

    def _first(self, w: Tensor, dtype: torch.dtype) -> Tensor:
        """[N, C, 4, 4]; the published layout of this layer's output is [N, 4, 4, C]."""
        x: Tensor = self.gen_z(w).reshape(len(w), 4, 4, self.config.channels[0])
        return x.permute(0, 3, 1, 2).to(dtype)

    def _picture(self, x: Tensor, truncation: Tensor | None) -> Tensor:
        """float32 [N, 3, R, R] in (-1, 1)."""
        rgb: Tensor = self.conv_to_rgb(F.relu(self.bn(x, truncation)))
        return torch.tanh(at_least_single(rgb))


class BigGANGenerator(ClassBesideZ):
    """Class embedding and synthesis behind the generator protocol."""

    def __init__(self, config: BigGANConfig, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        self.embeddings = nn.Linear(config.c_dim, config.embed_dim, bias=False)
        self.generator = BigGANSynthesis(config)
        # As loud as z: at the orthogonal matrices' norm of 1 it goes unheard beside it, and after 5 000
        # images every seed had one colour for all classes.
        nn.init.normal_(self.embeddings.weight)
        nn.init.orthogonal_(self.generator.gen_z.weight)
        names = ("gen_z", *self.generator.block_names)
        self.spec = GeneratorSpec(
            resolution=config.resolution,
            z_dim=config.z_dim,
            w_dim=config.w_dim,
            num_ws=len(names),
            layer_names=names,
            noise_sizes=(0,) * len(names),
            classes=classes or tuple(str(i) for i in range(config.c_dim)),
            blends_in="z",
        )

    @property
    def w_avg(self) -> Tensor:
        return self._whole(super().w_avg[None], 0.0)[0]

    def center(self, c: Tensor | None) -> Tensor:
        """(0, e(c)), and 0 where truncation leaves psi, float32 [N, w_dim]. Raises: ValueError without
        classes."""
        return self._whole(super().center(c)[:, : self.config.read_dim], 0.0)

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        return self._whole(super().mapping(z, c), 1.0)

    def _whole(self, w: Tensor, truncation: float) -> Tensor:
        """[N, read_dim] -> [N, w_dim]."""
        return F.pad(w, (0, 1), value=truncation) if self.config.statistics > 1 else w

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        return self.generator.step(state, w)

    def style_matrices(self) -> list[Tensor]:
        """Row 0: the first linear layer; row k: gains and shifts of the k-th block's four norms.

        Of w at a fixed class: the columns of the embedding are zero, so that directions found in these
        matrices never change the class.
        """
        synthesis = self.generator
        matrices = [synthesis.gen_z.weight.detach().clone()]
        for row in range(1, self.spec.num_ws):
            norms = synthesis.block(row).norms()
            matrices.append(torch.cat([m.weight.detach() for n in norms for m in (n.scale, n.offset)]))
        for matrix in matrices:
            matrix[:, self.config.z_dim :] = 0.0
        return [self._whole(matrix, 0.0) for matrix in matrices]
