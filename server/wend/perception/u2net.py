"""U²-Net: salient objects, in its full and its small layout; widths are read off the tensors.

Source: Qin et al. 2020, section 3.1 (residual U-blocks) and figure 5.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.imagenet import imagenet
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize

SIDE = 320
# Layers of each stage's U-block; 4 with the mark of dilation where the map is too small to shrink.
_HEIGHTS = {"stage1": 7, "stage2": 6, "stage3": 5, "stage4": 4, "stage5": 0, "stage6": 0}
_DECODERS = {"stage5d": 0, "stage4d": 4, "stage3d": 5, "stage2d": 6, "stage1d": 7}
_DILATED_HEIGHT = 4
_SIDES = 6
Widths = Mapping[str, tuple[int, int, int]]
"""Of each stage: channels that come, channels within, channels that leave."""


class Conv(nn.Module):
    """3 x 3 convolution, batch norm, ReLU, in the names of the published files."""

    def __init__(self, inputs: int, outputs: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv_s1 = nn.Conv2d(inputs, outputs, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.bn_s1(self.conv_s1(x)))


class UBlock(nn.Module):
    """A small U-Net added to its own input; `height` 0: dilated, at one scale."""

    def __init__(self, height: int, inputs: int, within: int, outputs: int) -> None:
        super().__init__()
        self.dilated = height == 0
        self.height = height or _DILATED_HEIGHT
        dilations = [2**i if self.dilated else 1 for i in range(self.height)]
        if not self.dilated:
            dilations[-1] = 2  # the lowest layer looks wider instead of shrinking once more
        self.rebnconvin = Conv(inputs, outputs)
        for i, dilation in enumerate(dilations, start=1):
            self.add_module(f"rebnconv{i}", Conv(outputs if i == 1 else within, within, dilation))
        for i in range(1, self.height):
            dilation = dilations[i - 1] if self.dilated else 1
            self.add_module(f"rebnconv{i}d", Conv(2 * within, outputs if i == 1 else within, dilation))

    def forward(self, x: Tensor) -> Tensor:
        entry: Tensor = self.rebnconvin(x)
        downs: list[Tensor] = []
        x = entry
        for i in range(1, self.height + 1):
            # The lowest layer works at the scale of the one above it.
            if not self.dilated and 1 < i < self.height:
                x = F.max_pool2d(x, 2, ceil_mode=True)
            x = self.get_submodule(f"rebnconv{i}")(x)
            downs.append(x)
        for i in range(self.height - 1, 0, -1):
            x = self.get_submodule(f"rebnconv{i}d")(torch.cat([_stretch(x, downs[i - 1]), downs[i - 1]], 1))
        return x + entry


def _stretch(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)


class U2Net(nn.Module):
    """Saliency network."""

    def __init__(self, widths: Widths, preprocess: Preprocess) -> None:
        super().__init__()
        self.preprocess = preprocess
        for name, height in (_HEIGHTS | _DECODERS).items():
            self.add_module(name, UBlock(height, *widths[name]))
        for i in range(1, _SIDES + 1):
            source = widths["stage6" if i == _SIDES else f"stage{i}d"][2]
            self.add_module(f"side{i}", nn.Conv2d(source, 1, 3, padding=1))
        self.outconv = nn.Conv2d(_SIDES, 1, 1)

    def salience(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, 1, H, W] in 0..1, as the network says it (the published
        demo stretches each picture to its own extremes; this does not). Raises: InvalidShape."""
        check_images(images)
        x = self.preprocess.apply(images)
        downs: list[Tensor] = []
        for name in _HEIGHTS:
            x = self.get_submodule(name)(F.max_pool2d(x, 2, ceil_mode=True) if downs else x)
            downs.append(x)
        levels = [x]
        for name, skip in zip(_DECODERS, reversed(downs[:-1]), strict=True):
            x = self.get_submodule(name)(torch.cat([_stretch(x, skip), skip], 1))
            levels.insert(0, x)
        sides = [self.get_submodule(f"side{i}")(level) for i, level in enumerate(levels, start=1)]
        fused: Tensor = self.outconv(torch.cat([sides[0], *(_stretch(s, sides[0]) for s in sides[1:])], 1))
        return resize(torch.sigmoid(fused), *images.shape[-2:])


def read_u2net(plug_in: PlugIn) -> U2Net:
    """Kind 'u2net', full or small."""
    plug_in.known_keys()
    tensors = plug_in.tensors()
    widths: dict[str, tuple[int, int, int]] = {}
    for name in _HEIGHTS | _DECODERS:
        entry = tensors.get(f"{name}.rebnconvin.conv_s1.weight")
        within = tensors.get(f"{name}.rebnconv1.conv_s1.weight")
        if entry is None or within is None or entry.ndim != 4:
            raise WeightsInvalid(plug_in.file_name, f"{name}.rebnconvin.conv_s1.weight is missing: no U²-Net")
        widths[name] = (entry.shape[1], within.shape[0], entry.shape[0])
    with torch.device("meta"):
        network = U2Net(widths, plug_in.preprocessing(imagenet(SIDE)))
    network.to_empty(device="cpu")
    fill(network, tensors, plug_in.file_name)
    return network
