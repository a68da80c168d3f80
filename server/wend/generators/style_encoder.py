"""The encoders of pSp and e4e: from a photo to the style rows of a StyleGAN2 generator, in one pass.

Sources: Richardson et al., "Encoding in Style", CVPR 2021, section 3 and figure 2 (a pyramid of features, one
small network per style row); Tov et al., "Designing an encoder for StyleGAN image manipulation", SIGGRAPH
2021, section 4 (every row is the first one's and a difference); the trunk: Deng et al., "ArcFace", CVPR 2019,
section 3.1, with gates of Hu et al., "Squeeze-and-excitation networks", CVPR 2018. Names follow the published
checkpoints.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.deconvolution import AveragedNorm
from wend.generators.layers import FullyConnectedLayer

SIDE = 256
UNITS = (3, 4, 14, 3)
"""Of the trunk's four stages; the last three are 128, 256 and 512 channels wide where w has 512 numbers."""
TAKEN = (6, 20, 23)
"""Units behind which the pyramid takes features: at a quarter, an eighth and a sixteenth of the side."""
ROWS_COARSE, ROWS_MIDDLE = 3, 7
_SQUEEZE = 16


def fits(w_dim: int) -> bool:
    """Whether there is such an encoder: the trunk is as wide as w at its end."""
    return w_dim % (8 * _SQUEEZE) == 0


class Gate(nn.Module):
    """Each channel times a number from 0 to 1 that all of them say together."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.fc1 = nn.Conv2d(channels, channels // _SQUEEZE, 1, bias=False)
        self.fc2 = nn.Conv2d(channels // _SQUEEZE, channels, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        told = F.relu(self.fc1(x.mean(dim=(2, 3), keepdim=True)))
        return x * torch.sigmoid(self.fc2(told))


class Bottleneck(nn.Module):
    """[N, Ci, H, W] -> [N, Co, H / stride, W / stride]."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.stride = stride
        self.shortcut_layer: nn.Module | None = None
        if before != after:
            self.shortcut_layer = nn.Sequential(
                nn.Conv2d(before, after, 1, stride, bias=False), AveragedNorm(after)
            )
        self.res_layer = nn.Sequential(
            AveragedNorm(before),
            nn.Conv2d(before, after, 3, 1, 1, bias=False),
            nn.PReLU(after),
            nn.Conv2d(after, after, 3, stride, 1, bias=False),
            AveragedNorm(after),
            Gate(after),
        )

    def forward(self, x: Tensor) -> Tensor:
        thinned = x[:, :, :: self.stride, :: self.stride]
        shortcut = thinned if self.shortcut_layer is None else self.shortcut_layer(x)
        added: Tensor = self.res_layer(x) + shortcut
        return added


class StyleBlock(nn.Module):
    """Features [N, D, side, side], side a power of 2 -> one style row [N, D]."""

    def __init__(self, width: int, side: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        for _ in range(side.bit_length() - 1):
            layers += [nn.Conv2d(width, width, 3, 2, 1), nn.LeakyReLU(0.01)]
        self.convs = nn.Sequential(*layers)
        self.linear = FullyConnectedLayer(width, width)

    def forward(self, x: Tensor) -> Tensor:
        row: Tensor = self.linear(self.convs(x).flatten(1))
        return row


class StyleEncoder(nn.Module):
    """Images float32 [N, 3, R, R] in [-1, 1] -> ws [N, num_ws, w_dim]: a point in W+ that draws them, nearly.

    latent_avg [num_ws, w_dim] is added; base_share [num_ws] says how much of the first row each row has
    beside its own: 0 with pSp, and 1 with e4e in all rows but the first.
    """

    latent_avg: Tensor
    base_share: Tensor

    def __init__(self, w_dim: int, num_ws: int, side: int = SIDE) -> None:
        """side: at which pictures are looked at, 16 at least. Raises: ValueError, see `fits`."""
        super().__init__()
        if not fits(w_dim):
            raise ValueError(f"no such encoder ends in {w_dim} numbers")
        self.side, width = side, w_dim // 8
        self.input_layer = nn.Sequential(
            nn.Conv2d(3, width, 3, 1, 1, bias=False), AveragedNorm(width), nn.PReLU(width)
        )
        units: list[nn.Module] = []
        before = width
        for stage, count in enumerate(UNITS):
            for unit in range(count):
                units.append(Bottleneck(before, width << stage, 2 if unit == 0 else 1))
                before = width << stage
        self.body = nn.ModuleList(units)
        sides = [16] * ROWS_COARSE + [8] * (ROWS_MIDDLE - ROWS_COARSE) + [4] * max(num_ws - ROWS_MIDDLE, 0)
        self.styles = nn.ModuleList(StyleBlock(w_dim, side // part) for part in sides[:num_ws])
        self.latlayer1 = nn.Conv2d(4 * width, w_dim, 1)
        self.latlayer2 = nn.Conv2d(2 * width, w_dim, 1)
        self.register_buffer("latent_avg", torch.zeros(num_ws, w_dim))
        self.register_buffer("base_share", torch.zeros(num_ws))

    def forward(self, images: Tensor) -> Tensor:
        x = images
        if x.shape[-2:] != (self.side, self.side):
            x = F.interpolate(x, size=(self.side, self.side), mode="bilinear", antialias=True)
        x = self.input_layer(x)
        taken: list[Tensor] = []
        for index, unit in enumerate(self.body):
            x = unit(x)
            if index in TAKEN:
                taken.append(x)
        fine, middle, coarse = taken
        middle = _added(coarse, self.latlayer1(middle))
        fine = _added(middle, self.latlayer2(fine))
        features = [coarse] * ROWS_COARSE + [middle] * (ROWS_MIDDLE - ROWS_COARSE)
        features += [fine] * max(len(self.styles) - ROWS_MIDDLE, 0)
        rows = [style(seen) for style, seen in zip(self.styles, features, strict=False)]
        own = torch.stack(rows, dim=1)
        return own + self.base_share[None, :, None] * own[:, :1] + self.latent_avg


def _added(small: Tensor, large: Tensor) -> Tensor:
    """The small map drawn to the large one's size, corners upon corners, and added."""
    size = (large.shape[-2], large.shape[-1])
    return F.interpolate(small, size=size, mode="bilinear", align_corners=True) + large
