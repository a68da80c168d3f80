"""Layered encoder: from a picture to the activation behind a cut, and down to z by a network for each layer.

Source: Bau et al., "Seeing what a GAN cannot generate", ICCV 2019, section 3.2 and supplement, in the form of
the released program: e_f is a ResNet-18 trunk (He et al. 2016) up to its pooling, e_n to e_2 are two or three
convolutions each, e_1 one over all of r_1.

Two variants, which the source leaves out. Where layers do not bring their input to unit length, the size of
an activation means something: it is divided by its root mean square and multiplied by that of what is wanted,
and nothing is brought to unit length. Where the top is w, which all layers read, the trunk's features say it
directly, too (`aside`), since early activations know little of late styles; `share` weighs both, number by
number.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.deconvolution import AveragedNorm
from wend.generators.progressive import SLOPE, unit_length

STAGES = 4
_MOST_HALVINGS = 5  # of the trunk as published, from 256 to 8 px


@dataclass(frozen=True)
class EncoderConfig:
    """Everything that fixes the shapes: saved on the card, enough to rebuild it.

    layer: behind which the generator is cut; top: "z" or "w"; shapes: "CHANNELSxSIDE" of r_1 to r_n;
    ignores_scale: as the split's; trunk: channels of the trunk's first stage, 64 as published; hidden: of e_n
    to e_1, 0 for those of r.
    """

    resolution: int
    layer: str
    top: str
    top_dim: int
    shapes: str
    ignores_scale: bool
    trunk: int = 64
    hidden: int = 0

    def __post_init__(self) -> None:
        if self.top not in ("z", "w") or self.top_dim < 1 or self.trunk < 1 or self.hidden < 0:
            raise ValueError("top must be z or w, top_dim and trunk at least 1, hidden at least 0")
        if not self.maps or min(min(shape) for shape in self.maps) < 1:
            raise ValueError("shapes must be CHANNELSxSIDE, separated by commas")

    @property
    def maps(self) -> tuple[tuple[int, int], ...]:
        """(channels, side) of r_1 to r_n. Raises: ValueError."""
        pairs = [text.split("x") for text in self.shapes.split(",")]
        return tuple((int(channels), int(side)) for channels, side in pairs)


class _Residual(nn.Module):
    """The basic block of ResNet-18: [N, Ci, H, W] -> [N, Co, H / stride, W / stride]."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, after, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(after, after, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = AveragedNorm(after), AveragedNorm(after)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or before != after:
            narrow = nn.Conv2d(before, after, 1, stride, bias=False)
            self.shortcut = nn.Sequential(narrow, AveragedNorm(after))

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.norm1(self.conv1(x)))
        found: Tensor = F.relu(self.norm2(self.conv2(y)) + self.shortcut(x))
        return found


class Trunk(nn.Module):
    """Pictures [N, 3, R, R] -> features [N, 8 width, side, side].

    Of the five halvings of ResNet-18 - stem, second to fourth stage, pooling behind the stem - the first so
    many as lie between picture and side; what is left is averaged at the end.
    """

    def __init__(self, width: int, resolution: int, side: int) -> None:
        super().__init__()
        halvings = max(0, (resolution // side).bit_length() - 1)
        self.side = side
        self.stem = nn.Conv2d(3, width, 7, 2 if halvings > 0 else 1, 3, bias=False)
        self.norm = AveragedNorm(width)
        self.is_pooled = halvings >= _MOST_HALVINGS
        blocks: list[nn.Module] = []
        before = width
        for stage in range(STAGES):
            stride = 2 if 0 < stage < halvings else 1
            after = width << stage
            blocks += [_Residual(before, after, stride), _Residual(after, after, 1)]
            before = after
        self.blocks = nn.ModuleList(blocks)

    def forward(self, images: Tensor) -> Tensor:
        x = F.relu(self.norm(self.stem(images)))
        if self.is_pooled:
            x = F.max_pool2d(x, 3, 2, 1)
        for block in self.blocks:
            x = block(x)
        return x if x.shape[-1] == self.side else F.adaptive_avg_pool2d(x, self.side)


class LayerEncoder(nn.Module):
    """e_i for i >= 2: r_i -> r_{i-1}, "block N" of the source; `last`, 1 x 1, is None where there is none."""

    def __init__(self, config: EncoderConfig, index: int) -> None:
        super().__init__()
        (after, small), (before, side) = config.maps[index - 2], config.maps[index - 1]
        stride = max(1, side // small)
        # The second one ends in its second convolution, where no stride has to be put.
        has_last = index > 2 or stride > 1
        hidden = config.hidden or before
        self.conv1 = nn.Conv2d(before, hidden, 3, 1, 1)
        self.conv2 = nn.Conv2d(hidden, hidden if has_last else after, 3, 1, 1)
        self.norm1, self.norm2 = AveragedNorm(hidden), AveragedNorm(self.conv2.out_channels)
        self.last = nn.Conv2d(hidden, after, 1, stride) if has_last else None
        self.is_unit = config.ignores_scale

    def forward(self, x: Tensor) -> Tensor:
        """x: r_i in units of its root mean square -> r_{i-1} likewise."""
        y = unit_length(x) if self.is_unit else x
        y = F.leaky_relu(self.norm1(self.conv1(y)), SLOPE)
        y = F.leaky_relu(self.norm2(self.conv2(y)), SLOPE)
        found: Tensor = y if self.last is None else self.last(y)
        return found


class TopEncoder(nn.Module):
    """e_1: r_1 [N, C, s, s] -> the top [N, D], of length sqrt(D) where scale is ignored."""

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        channels, side = config.maps[0]
        hidden = max(config.hidden, config.top_dim)
        self.conv = nn.Conv2d(channels, hidden, side)
        self.norm = AveragedNorm(hidden)
        self.last = nn.Conv2d(hidden, config.top_dim, 1)
        self.is_unit = config.ignores_scale

    def forward(self, x: Tensor) -> Tensor:
        y = unit_length(x) if self.is_unit else x
        y = self.last(F.leaky_relu(self.norm(self.conv(y)), SLOPE))[:, :, 0, 0]
        found: Tensor = unit_length(y) if self.is_unit else y
        return found


class LayeredEncoder(nn.Module):
    """E* = e_1 . e_2 . ... . e_n . e_f: images float32 [N, 3, R, R] in [-1, 1] -> the top, [N, D].

    sizes [n]: root mean squares of r_1 to r_n; top_mean, top_sd [D]: of the top (0 and 1 where scale is
    ignored).
    """

    sizes: Tensor
    top_mean: Tensor
    top_sd: Tensor

    def __init__(self, config: EncoderConfig) -> None:
        super().__init__()
        self.config = config
        channels, side = config.maps[-1]
        self.trunk = Trunk(config.trunk, config.resolution, side)
        self.to_r = nn.Conv2d(config.trunk << (STAGES - 1), channels, 1)
        self.layers = nn.ModuleList(LayerEncoder(config, index) for index in range(2, len(config.maps) + 1))
        self.first = TopEncoder(config)
        self.aside: nn.Linear | None = None
        if config.top == "w":
            self.aside = nn.Linear(config.trunk << (STAGES - 1), config.top_dim)
            self.share = nn.Parameter(torch.zeros(config.top_dim))
        self.register_buffer("sizes", torch.ones(len(config.maps)))
        self.register_buffer("top_mean", torch.zeros(config.top_dim))
        self.register_buffer("top_sd", torch.ones(config.top_dim))
        self._begin()

    def _begin(self) -> None:
        """He's normal law and no biases, as the source."""
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=SLOPE)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)

    @property
    def count(self) -> int:
        return len(self.config.maps)

    def activation(self, images: Tensor) -> Tensor:
        """e_f: images -> r_n as it is in the generator, [N, C, s, s]."""
        return self._activation(self.trunk(images))

    def layer(self, index: int, x: Tensor) -> Tensor:
        """e_index: r_index -> r_{index - 1} as they are in the generator; index 1: the top [N, D]."""
        seen = x / self.sizes[index - 1]
        if index == 1:
            found: Tensor = self.first(seen)
            return self.top_mean + self.top_sd * found
        below: Tensor = self.layers[index - 2](seen)
        # What the next layer is drawn from is of unit length there.
        return unit_length(below) if self.config.ignores_scale else below * self.sizes[index - 2]

    def descend(self, r: Tensor) -> Tensor:
        """From r_n to the top by every layer's network, [N, D]."""
        for index in range(self.count, 0, -1):
            r = self.layer(index, r)
        return r

    def both(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """r_n as e_f finds it on the way, and the top."""
        features = self.trunk(images)
        r = self._activation(features)
        top = self.descend(r)
        if self.aside is not None:
            top = torch.lerp(top, self._beside(features), torch.sigmoid(self.share))
        return r, top

    def apart(self, images: Tensor) -> tuple[Tensor, Tensor | None]:
        """What e_f says by itself: r_n, and the top where it says that directly."""
        features = self.trunk(images)
        return self._activation(features), None if self.aside is None else self._beside(features)

    def forward(self, images: Tensor) -> Tensor:
        return self.both(images)[1]

    def _beside(self, features: Tensor) -> Tensor:
        assert self.aside is not None
        found: Tensor = self.aside(features.mean(dim=(2, 3)))
        return self.top_mean + self.top_sd * found

    def _activation(self, features: Tensor) -> Tensor:
        return F.leaky_relu(self.to_r(features), SLOPE) * self.sizes[-1]

    def redundant(self) -> list[nn.Parameter]:
        """The last convolutions of e_n to e_3: each says no more than the next network's first, and is held
        while all are tuned together."""
        held: list[nn.Parameter] = []
        for encoder in list(self.layers)[1:]:
            assert isinstance(encoder, LayerEncoder)
            if encoder.last is not None:
                held += list(encoder.last.parameters())
        return held
