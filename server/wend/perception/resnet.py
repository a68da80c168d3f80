"""ResNets of torchvision's layout, of any depth: regressors, classifiers, points by coordinates.

Depth and kind of block are read off the tensors' names.

Source: He et al. 2016, section 4.1.
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.imagenet import imagenet
from wend.perception.network import Attribute, Choice, Measurement
from wend.perception.operators import torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images

SIDE = 224
_STAGES = 4


def resnet(tensors: Mapping[str, Tensor], file_name: str, outputs: int) -> nn.Module:
    """An unfilled network on no device, as the tensors' names say. Raises: WeightsInvalid."""
    if "conv1.weight" not in tensors or "layer4.0.conv1.weight" not in tensors:
        raise WeightsInvalid(file_name, "layer4.0.conv1.weight is missing: it is no ResNet of torchvision's")
    models: Any = torchvision_models()  # untyped
    deep = "layer1.0.conv3.weight" in tensors
    block = models.resnet.Bottleneck if deep else models.resnet.BasicBlock
    depths = [
        len({key.split(".")[1] for key in tensors if key.startswith(f"layer{stage}.")})
        for stage in range(1, _STAGES + 1)
    ]
    # ResNeXt and wide ResNets differ in the width of the first middle convolution and in its groups.
    extra: dict[str, int] = {}
    if deep:
        width, per_group = tensors["layer1.0.conv2.weight"].shape[:2]
        extra = {"groups": width // per_group, "width_per_group": per_group}
    with torch.device("meta"):
        network: nn.Module = models.ResNet(block, depths, num_classes=outputs, **extra)
    return network


def _filled(plug_in: PlugIn) -> tuple[nn.Module, int]:
    tensors = plug_in.tensors()
    bias = tensors.get("fc.bias")
    if bias is None:
        raise WeightsInvalid(plug_in.file_name, "fc.bias is missing")
    network = resnet(tensors, plug_in.file_name, bias.shape[0])
    network.to_empty(device="cpu")
    fill(network, tensors, plug_in.file_name)
    return network, bias.shape[0]


class ResNetRegressor(nn.Module):
    """Factor network: first a number per attribute, then the logits of each choice."""

    def __init__(
        self,
        network: nn.Module,
        preprocess: Preprocess,
        attributes: tuple[Attribute, ...],
        choices: tuple[Choice, ...],
        *,
        squashed: bool,
    ) -> None:
        super().__init__()
        self.network, self.preprocess = network, preprocess
        self.attributes, self.choices, self.squashed = attributes, choices, squashed

    def measure(self, images: Tensor) -> Measurement:
        """Images [N, 3, H, W] in [-1, 1] -> values and chances; differentiable. Raises: InvalidShape."""
        check_images(images)
        raw: Tensor = self.network(self.preprocess.apply(images))
        return measurement(raw, self.attributes, self.choices, squashed=self.squashed)


def measurement(
    raw: Tensor, attributes: tuple[Attribute, ...], choices: tuple[Choice, ...], *, squashed: bool
) -> Measurement:
    """[N, A + all K] -> a number per attribute, then a softmax per choice.

    squashed: whether a number passes a sigmoid that spans the attribute's range; else it is its value.
    """
    values = {}
    for column, attribute in enumerate(attributes):
        value = raw[:, column]
        if squashed:
            value = attribute.low + (attribute.high - attribute.low) * value.sigmoid()
        values[attribute.name] = value
    chances, start = {}, len(attributes)
    for choice in choices:
        chances[choice.name] = raw[:, start : start + len(choice.options)].softmax(1)
        start += len(choice.options)
    return Measurement(values, chances)


def described(plug_in: PlugIn, outputs: int | None) -> tuple[tuple[Attribute, ...], tuple[Choice, ...], bool]:
    """Attributes, choices and whether numbers are squashed, as a card's names and configuration say.

    names: the attributes; config.units, config.low, config.high: one each; config.choices: texts like
    "hat: none | cap | crown"; config.output: 'value' or 'sigmoid'. Raises: CardInvalid, also where these
    are not as many numbers as `outputs` (None: not known).
    """
    count = len(plug_in.names)
    units = plug_in.texts("units", count, "")
    lows, highs = plug_in.numbers("low", count, 0.0), plug_in.numbers("high", count, 1.0)
    squashed = plug_in.text("output", "value", among=("value", "sigmoid")) == "sigmoid"
    attributes = tuple(map(Attribute, plug_in.names, units, lows, highs))
    listed = plug_in.config.get("choices", [])
    choices = tuple(_choice(plug_in, line) for line in (listed if isinstance(listed, list) else [listed]))
    wanted = count + sum(len(choice.options) for choice in choices)
    if wanted == 0:
        raise plug_in.refused("names and config.choices are empty: nothing says what it measures")
    if outputs is not None and wanted != outputs:
        raise plug_in.refused(
            f"names and config.choices make {wanted} numbers, but the file tells {outputs} (fc.bias)"
        )
    return attributes, choices, squashed


def _choice(plug_in: PlugIn, line: object) -> Choice:
    name, colon, rest = str(line).partition(":")
    options = tuple(option.strip() for option in rest.split("|"))
    if not colon or not name.strip() or len(options) < 2 or not all(options):
        raise plug_in.refused(f"config.choices: {line!r} is not like 'hat: none | cap | crown'")
    return Choice(name.strip(), options)


def read_regressor(plug_in: PlugIn) -> ResNetRegressor:
    """Kind 'resnet', role factors. See `described` for what the card says."""
    plug_in.known_keys("units", "low", "high", "choices", "output")
    network, outputs = _filled(plug_in)
    attributes, choices, squashed = described(plug_in, outputs)
    preprocess = plug_in.preprocessing(imagenet(SIDE))
    return ResNetRegressor(network, preprocess, attributes, choices, squashed=squashed)


class ResNetClassifier(nn.Module):
    """Class network."""

    def __init__(self, network: nn.Module, preprocess: Preprocess, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.preprocess, self.names = network, preprocess, names

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    def chances(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, K], rows summing to 1. Raises: InvalidShape."""
        check_images(images)
        logits: Tensor = self.network(self.preprocess.apply(images))
        return logits.softmax(1)


def read_classifier(plug_in: PlugIn) -> ResNetClassifier:
    """Kind 'resnet', role classes; names are its classes."""
    plug_in.known_keys()
    network, outputs = _filled(plug_in)
    names = plug_in.named(outputs, "classes")
    return ResNetClassifier(network, plug_in.preprocessing(imagenet(SIDE)), names)


class ResNetPoints(nn.Module):
    """Landmark network by coordinates: outputs x and y of each point in turn."""

    def __init__(
        self, network: nn.Module, preprocess: Preprocess, names: tuple[str, ...], centered: bool
    ) -> None:
        super().__init__()
        self.network, self.preprocess, self.names, self.centered = network, preprocess, names, centered

    @property
    def points(self) -> tuple[str, ...]:
        return self.names

    def locate(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, P, 2], (x, y) in shares. Raises: InvalidShape."""
        check_images(images)
        raw: Tensor = self.network(self.preprocess.apply(images)).unflatten(1, (-1, 2))
        return (raw + 1) / 2 if self.centered else raw


def read_points(plug_in: PlugIn) -> ResNetPoints:
    """Kind 'resnet', role landmarks; names are its points.

    config.coordinates: 'shares' of the side from the left top (the default), or 'centered', -1..1.
    """
    plug_in.known_keys("coordinates")
    centered = plug_in.text("coordinates", "shares", among=("shares", "centered")) == "centered"
    network, outputs = _filled(plug_in)
    names = plug_in.named(outputs // 2, "points")
    if outputs % 2:
        raise WeightsInvalid(plug_in.file_name, f"fc.bias has {outputs} numbers, not two per point")
    return ResNetPoints(network, plug_in.preprocessing(imagenet(SIDE)), names, centered)
