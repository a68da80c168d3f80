"""UPerNet: the segmenter of "Seeing what a GAN cannot generate", and its sister trained on ADE20K.

Two published layouts share it: unified parsing (a head for objects beside others; BGR in 0..255 less a
mean; pools that integrate exactly) and scene parsing (one head; ImageNet colours; plain average pools).
Widths are read off the tensors.

Source: Xiao et al. 2018 (Unified Perceptual Parsing), sections 3.1 and 3.2; Zhou et al. 2018 for the second.
"""

import json
from collections.abc import Mapping
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill, read_bytes, short_name
from wend.perception.imagenet import IMAGENET
from wend.perception.plug_in import PlugIn
from wend.perception.precise_pool import precise_pool
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize

Pooling = Literal["precise", "average"]
POOL_SIDES = (1, 2, 3, 6)
_STAGES = 4
_STRIDES = (1, 2, 2, 2)
_EXPANSION = 4
_JSON_BYTES = 2**20
# The means of the unified parsing network, of red, green and blue of 255.
UNIFIED_MEAN = (122.7717, 115.9465, 102.9801)
_UNIFIED = Preprocess(256, (122.7717 / 255, 115.9465 / 255, 102.9801 / 255), (1 / 255, 1 / 255, 1 / 255))
_OTHER_HEADS = ("scene_head.", "part_head.", "material_head.", "conv_last_deepsup.", "cbr_deepsup.")
_UNREAD = ("fc.", "crit", *_OTHER_HEADS)


class Bottleneck(nn.Module):
    """Residual block of three convolutions; the stride is in the middle one."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = width * _EXPANSION
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


class Encoder(nn.Module):
    """ResNet whose first convolution is three of 3 x 3."""

    def __init__(self, stem: tuple[int, int, int], widths: tuple[int, ...], depths: tuple[int, ...]) -> None:
        super().__init__()
        channels = (3, *stem)
        for i, (inputs, outputs) in enumerate(zip(channels, stem, strict=False), start=1):
            self.add_module(f"conv{i}", nn.Conv2d(inputs, outputs, 3, 2 if i == 1 else 1, 1, bias=False))
            self.add_module(f"bn{i}", nn.BatchNorm2d(outputs))
        inputs = stem[-1]
        for i, (width, depth, stride) in enumerate(zip(widths, depths, _STRIDES, strict=True), start=1):
            blocks = [Bottleneck(inputs, width, stride)]
            inputs = width * _EXPANSION
            blocks += [Bottleneck(inputs, width, 1) for _ in range(depth - 1)]
            self.add_module(f"layer{i}", nn.Sequential(*blocks))

    def forward(self, x: Tensor) -> list[Tensor]:
        """[N, 3, H, W] -> maps at 1/4, 1/8, 1/16 and 1/32 of the side."""
        for i in range(1, 4):
            x = F.relu(self.get_submodule(f"bn{i}")(self.get_submodule(f"conv{i}")(x)))
        x = F.max_pool2d(x, 3, 2, 1)
        maps = []
        for i in range(1, _STAGES + 1):
            x = self.get_submodule(f"layer{i}")(x)
            maps.append(x)
        return maps


def _conv(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Decoder(nn.Module):
    """Pyramid pooling on top, a feature pyramid below it, all levels fused; `head` is the one head read."""

    def __init__(
        self, inputs: tuple[int, ...], pooled: int, width: int, classes: int, head: str, pooling: Pooling
    ) -> None:
        super().__init__()
        self.pooling: Pooling = pooling
        self.head = head
        self.ppm_conv = nn.ModuleList(_conv(inputs[-1], pooled, 1) for _ in POOL_SIDES)
        self.ppm_last_conv = _conv(inputs[-1] + len(POOL_SIDES) * pooled, width, 3)
        self.fpn_in = nn.ModuleList(_conv(channels, width, 1) for channels in inputs[:-1])
        self.fpn_out = nn.ModuleList(nn.Sequential(_conv(width, width, 3)) for _ in inputs[:-1])
        if head == "object_head":
            self.conv_fusion = _conv(len(inputs) * width, width, 3)
            self.object_head = nn.Sequential(_conv(width, width, 3), nn.Conv2d(width, classes, 1))
        else:
            self.conv_last = nn.Sequential(_conv(len(inputs) * width, width, 3), nn.Conv2d(width, classes, 1))

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Maps of the encoder -> logits [N, K, H / 4, W / 4]."""
        top = maps[-1]
        pyramid = [top]
        for side, conv in zip(POOL_SIDES, self.ppm_conv, strict=True):
            pool = precise_pool(top, side) if self.pooling == "precise" else F.adaptive_avg_pool2d(top, side)
            pyramid.append(conv(_stretch(pool, top)))
        x: Tensor = self.ppm_last_conv(torch.cat(pyramid, 1))
        levels = [x]
        for i in reversed(range(len(self.fpn_in))):
            lateral: Tensor = self.fpn_in[i](maps[i])
            x = lateral + _stretch(x, lateral)
            levels.insert(0, self.fpn_out[i](x))
        fused = torch.cat([levels[0], *(_stretch(level, levels[0]) for level in levels[1:])], 1)
        logits: Tensor
        if self.head == "object_head":
            logits = self.object_head(self.conv_fusion(fused))
        else:
            logits = self.conv_last(fused)
        return logits


def _stretch(x: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(x, like.shape[-2:], mode="bilinear", align_corners=False)


class UPerNet(nn.Module):
    """Label network. `bgr`: whether the encoder wants blue first."""

    def __init__(
        self, encoder: Encoder, decoder: Decoder, names: tuple[str, ...], preprocess: Preprocess, *, bgr: bool
    ) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.names, self.preprocess, self.bgr = names, preprocess, bgr

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    def logits(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> float32 [N, K, H, W]; differentiable. Raises: InvalidShape."""
        check_images(images)
        seen = self.preprocess.apply(images)
        answer: Tensor = self.decoder(self.encoder(seen.flip(1) if self.bgr else seen))
        return resize(answer, *images.shape[-2:])


def read_upernet(plug_in: PlugIn) -> UPerNet:
    """Kind 'upernet'. `file` holds both halves, named `encoder.…` and `decoder.…`; or the encoder alone,
    and config.decoder_file (and config.decoder_sha256) names the decoder beside it.

    Its labels are the card's names, or, as published with unified parsing, the list `object` of the JSON
    file beside it that config.labels_file names. config.pooling: 'precise' or 'average', unless what the
    layout implies.
    """
    plug_in.known_keys("decoder_file", "decoder_sha256", "labels_file", "pooling")
    tensors = plug_in.tensors()
    if "decoder_file" in plug_in.config:
        second = plug_in.tensors_beside("decoder_file", "decoder_sha256")
        tensors = {f"encoder.{k}": v for k, v in tensors.items()} | {
            f"decoder.{k}": v for k, v in second.items()
        }
    file = plug_in.file_name
    first, last = _part(tensors, "encoder."), _part(tensors, "decoder.")
    if not last:
        raise WeightsInvalid(file, "it holds no decoder: name its file in config.decoder_file")
    unified = "object_head.1.weight" in last
    head = "object_head" if unified else "conv_last"
    classes = _width(file, last, f"{head}.1.weight")
    names = _names(plug_in, classes)
    pooling = plug_in.text("pooling", "precise" if unified else "average", among=("precise", "average"))
    with torch.device("meta"):
        encoder = Encoder(
            (
                _width(file, first, "conv1.weight"),
                _width(file, first, "conv2.weight"),
                _width(file, first, "conv3.weight"),
            ),
            tuple(_width(file, first, f"layer{i}.0.conv1.weight") for i in range(1, _STAGES + 1)),
            tuple(_depth(first, f"layer{i}.") for i in range(1, _STAGES + 1)),
        )
        decoder = Decoder(
            tuple(_width(file, first, f"layer{i}.0.conv3.weight") for i in range(1, _STAGES + 1)),
            _width(file, last, "ppm_conv.0.0.weight"),
            _width(file, last, "ppm_last_conv.0.weight"),
            classes,
            head,
            "precise" if pooling == "precise" else "average",
        )
    for half, part in ((encoder, first), (decoder, last)):
        half.to_empty(device="cpu")
        fill(half, part, file, ignored=_UNREAD)
    preprocess = plug_in.preprocessing(_UNIFIED if unified else IMAGENET)
    return UPerNet(encoder, decoder, names, preprocess, bgr=unified)


def _names(plug_in: PlugIn, classes: int) -> tuple[str, ...]:
    if "labels_file" not in plug_in.config:
        return plug_in.named(classes, "labels")
    path = plug_in.beside("labels_file")
    try:
        found = json.loads(read_bytes(path, max_bytes=_JSON_BYTES))
    except ValueError as error:
        raise WeightsInvalid(short_name(path), f"it is no JSON ({error})") from error
    listed = found.get("object") if isinstance(found, dict) else None
    if not isinstance(listed, list) or len(listed) != classes:
        raise WeightsInvalid(short_name(path), f"its list 'object' must name {classes} labels")
    return tuple(str(label) for label in listed)


def _part(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}


def _width(file: str, tensors: Mapping[str, Tensor], key: str) -> int:
    if key not in tensors:
        raise WeightsInvalid(file, f"{key} is missing: it is no UPerNet of a known layout")
    return tensors[key].shape[0]


def _depth(tensors: Mapping[str, Tensor], prefix: str) -> int:
    return len({key.removeprefix(prefix).split(".")[0] for key in tensors if key.startswith(prefix)})
