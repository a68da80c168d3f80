"""The first form of BigGAN: residual blocks of two convolutions, z dealt out among them in chunks.

Source: Brock, Donahue, Simonyan, "Large Scale GAN Training for High Fidelity Natural Image Synthesis",
ICLR 2019: section 3 (shared embedding, chunks of z), appendix B (figure 15, tables 4 to 9). Spectral norm is
folded into the weights, statistics are standing ones.

As with BigGAN-deep, w is the pair of z and the class's embedding, w = (z, e(c)); here a layer reads no more
of it than its own chunk of z, beside the embedding. Where z is not dealt out the first layer has all of it,
and the blocks read the class alone. Truncation leaves the class alone: it scales z by psi.
"""

from dataclasses import dataclass
from itertools import pairwise

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

BASE = 4


@dataclass(frozen=True)
class BigGANOriginalConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    widths: channels at 4, 8, 16, ... px; attention: sides behind which it stands, "" for none; is_dealt: z is
    split evenly among the first layer and the blocks. judge_widths: channels that the discriminator's blocks
    put out, the first judge_halvings of which halve the side; "" for what mirrors the generator;
    judge_attention: the blocks, counted from 1, behind which it stands.
    """

    widths: str = "1536,1536,768,384,192,96"
    z_dim: int = 120
    embed_dim: int = 128
    c_dim: int = 1000
    attention: str = "64"
    is_dealt: bool = True
    image_channels: int = 3
    eps: float = 1e-5
    judge_widths: str = ""
    judge_halvings: int = 0
    judge_attention: str = "1"

    def __post_init__(self) -> None:
        if min(self.z_dim, self.embed_dim, self.c_dim, self.image_channels) < 1 or self.eps <= 0.0:
            raise ValueError("z_dim, embed_dim, c_dim, image_channels and eps must be positive")
        if not 2 <= len(self.channels) <= 9 or self.judge_halvings > len(self.judge_channels):
            raise ValueError("widths must be 2 to 9 numbers, and of the discriminator's no more may halve")
        if self.is_dealt and self.z_dim % len(self.channels):
            raise ValueError(
                f"z_dim {self.z_dim} cannot be dealt out evenly among {len(self.channels)} layers"
            )
        _ = self.attention_sides, self.judge_attended

    @property
    def channels(self) -> tuple[int, ...]:
        return widths_of(self.widths)

    @property
    def judge_channels(self) -> tuple[int, ...]:
        if self.judge_widths:
            return widths_of(self.judge_widths)
        return (*self.channels[:0:-1], self.channels[0])

    @property
    def halvings(self) -> int:
        """How many of the discriminator's blocks halve the side."""
        return self.judge_halvings or len(self.judge_channels) - 1

    @property
    def attention_sides(self) -> tuple[int, ...]:
        return widths_of(self.attention) if self.attention else ()

    @property
    def judge_attended(self) -> tuple[int, ...]:
        return widths_of(self.judge_attention) if self.judge_attention else ()

    @property
    def resolution(self) -> int:
        return int(BASE * 2 ** (len(self.channels) - 1))

    @property
    def w_dim(self) -> int:
        return self.z_dim + self.embed_dim

    @property
    def chunk(self) -> int:
        """How much of z the first layer reads."""
        return self.z_dim // len(self.channels) if self.is_dealt else self.z_dim


class GeneratorBlock(nn.Module):
    """[N, Ci, H, W] -> [N, Co, 2H, 2W]: norm, ReLU, doubling, 3 x 3, norm, ReLU, 3 x 3; beside it 1 x 1."""

    def __init__(self, told: int, in_channels: int, out_channels: int, eps: float, attends: bool) -> None:
        """told: how many numbers its norms read."""
        super().__init__()
        self.bn1 = ConditionalNorm(in_channels, told, eps)
        self.conv1 = PlainConv(in_channels, out_channels, 3)
        self.bn2 = ConditionalNorm(out_channels, told, eps)
        self.conv2 = PlainConv(out_channels, out_channels, 3)
        self.conv_sc = PlainConv(in_channels, out_channels, 1)
        self.attention = SelfAttention(out_channels) if attends else None

    def forward(self, x: Tensor, told: Tensor) -> Tensor:
        y = self.conv1(_twice(F.relu(self.bn1(x, told))))
        y = self.conv2(F.relu(self.bn2(y, told)))
        # A 1 x 1 convolution and repeating pixels may change places; this way round costs a quarter.
        added: Tensor = y + _twice(self.conv_sc(x))
        return added if self.attention is None else self.attention(added)


def _twice(x: Tensor) -> Tensor:
    return F.interpolate(x, scale_factor=2, mode="nearest")


class BigGANOriginalGenerator(ClassBesideZ):
    """Class embedding and synthesis behind the generator protocol."""

    def __init__(self, config: BigGANOriginalConfig, classes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.config = config
        told = config.embed_dim + (config.chunk if config.is_dealt else 0)
        self.embeddings = nn.Linear(config.c_dim, config.embed_dim, bias=False)
        self.linear = nn.Linear(config.chunk, BASE**2 * config.channels[0])
        self.blocks = nn.ModuleList(
            GeneratorBlock(told, before, after, config.eps, 2 * BASE * 2**index in config.attention_sides)
            for index, (before, after) in enumerate(pairwise(config.channels))
        )
        self.bn = PlainNorm(config.channels[-1], config.eps)
        self.conv_to_rgb = PlainConv(config.channels[-1], config.image_channels, 3)
        nn.init.normal_(self.embeddings.weight)
        nn.init.orthogonal_(self.linear.weight)
        names = ("linear", *(f"blocks.{index}" for index in range(len(self.blocks))))
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

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - it has none
        """Row 0 reads the first chunk of z, row k the k-th after it and the class."""
        row, config = state.row, self.config
        if row == 0:
            x = self.linear(w[:, : config.chunk]).unflatten(1, (config.channels[0], BASE, BASE))
            return SynthesisState(1, x.to(state.x.dtype), None)
        told = w[:, config.z_dim :]
        if config.is_dealt:
            told = torch.cat([told, w[:, row * config.chunk : (row + 1) * config.chunk]], dim=1)
        x = self.blocks[row - 1](state.x, told)
        rgb = self._picture(x) if row == len(self.blocks) else None
        return SynthesisState(row + 1, x, rgb)

    def _picture(self, x: Tensor) -> Tensor:
        """float32 [N, 3, R, R] in (-1, 1)."""
        rgb: Tensor = self.conv_to_rgb(F.relu(self.bn(x)))
        return torch.tanh(at_least_single(rgb)).expand(-1, 3, -1, -1)

    def style_matrices(self) -> list[Tensor]:
        """Row 0: the first linear layer; row k: gains and shifts of the k-th block's two norms, [A, w_dim].

        Of w at a fixed class: the columns of the embedding, and of other rows' chunks, are zero.
        """
        config = self.config
        first = self.linear.weight.detach()
        matrices = [F.pad(first, (0, config.w_dim - config.chunk))]
        for row, block in enumerate(self.blocks, 1):
            assert isinstance(block, GeneratorBlock)
            parts = [m.weight.detach() for n in (block.bn1, block.bn2) for m in (n.scale, n.offset)]
            read = torch.cat(parts)[:, config.embed_dim :]
            whole = read.new_zeros(len(read), config.w_dim)
            if config.is_dealt:
                whole[:, row * config.chunk : (row + 1) * config.chunk] = read
            matrices.append(whole)
        return matrices
