"""Trunks of ImageNet classifiers (VGG-16, AlexNet): maps for feature losses, a vector for statistics."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.imagenet import IMAGENET
from wend.perception.operators import torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize

# Numbers of the layers (all ReLUs) whose output LPIPS reads.
TAPS = {"vgg16": (3, 8, 15, 22, 29), "alexnet": (1, 4, 7, 9, 11)}
# Convolutions of VGG-16 before each halving.
_VGG_GROUPS = (2, 2, 3, 3, 3)
_CLASSIFIER_SIDE = 224
_GRID = 7


class Trunk(nn.Module):
    """Feature network. `head`: the two wide layers that precede the classes, where the vector is asked
    from them (as improved precision and recall does); else it is the mean of the last map."""

    def __init__(
        self,
        features: nn.Sequential,
        taps: tuple[int, ...],
        preprocess: Preprocess,
        head: nn.Sequential | None,
    ) -> None:
        super().__init__()
        self.features, self.taps, self.preprocess, self.head = features, taps, preprocess, head

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """Images [N, 3, H, W] in [-1, 1] -> five maps, finest first; differentiable. Raises: InvalidShape."""
        check_images(images)
        return self._maps(self.preprocess.apply(images))

    def _maps(self, x: Tensor) -> tuple[Tensor, ...]:
        found = []
        for number, layer in enumerate(self.features):
            x = layer(x)
            if number in self.taps:
                found.append(x)
        return tuple(found)

    def vector(self, images: Tensor) -> Tensor:
        """float32 [N, F]. Raises: InvalidShape."""
        check_images(images)
        if self.head is None:
            return self.maps(images)[-1].mean((2, 3))
        seen = resize(self.preprocess.apply(images), _CLASSIFIER_SIDE, _CLASSIFIER_SIDE)
        grid: Tensor = F.adaptive_avg_pool2d(self.features(seen), _GRID)
        answer: Tensor = self.head(grid.flatten(1))
        return answer


def read_trunk(plug_in: PlugIn) -> Trunk:
    """Kinds 'vgg16' and 'alexnet', as torchvision saves them; VGG's widths are read off the tensors.

    config.vector: 'mean' of the last map (the default), or, of VGG-16, 'fc2', its last wide layer, which
    improved precision and recall compares by (Kynkäänniemi et al. 2019, section 3).
    """
    plug_in.known_keys("vector")
    vector = plug_in.text("vector", "mean", among=("mean", "fc2") if plug_in.kind == "vgg16" else ("mean",))
    tensors = plug_in.tensors()
    models: Any = torchvision_models()  # untyped
    features: nn.Sequential
    with torch.device("meta"):
        if plug_in.kind == "vgg16":
            features = models.vgg.make_layers(_vgg_layout(plug_in, tensors))
        else:
            features = models.AlexNet().features
    head = None
    wanted = {key: value for key, value in tensors.items() if not key.startswith("classifier.")}
    if vector == "fc2":
        shapes = [
            tensors[key].shape for key in ("classifier.0.weight", "classifier.3.weight") if key in tensors
        ]
        if len(shapes) != 2:
            raise WeightsInvalid(
                plug_in.file_name, "classifier.3.weight is missing, and config.vector wants it"
            )
        with torch.device("meta"):
            first, second = (nn.Linear(shape[1], shape[0]) for shape in shapes)
        head = nn.Sequential(first, nn.ReLU(), nn.Identity(), second, nn.ReLU())
        head.to_empty(device="cpu")
        layers = ("classifier.0.", "classifier.3.")
        given = {k.removeprefix("classifier."): v for k, v in tensors.items() if k.startswith(layers)}
        fill(head, given, plug_in.file_name)
    features.to_empty(device="cpu")
    fill(features, {k.removeprefix("features."): v for k, v in wanted.items()}, plug_in.file_name)
    return Trunk(features, TAPS[plug_in.kind], plug_in.preprocessing(IMAGENET), head)


def _vgg_layout(plug_in: PlugIn, tensors: dict[str, Tensor]) -> list[int | str]:
    layout: list[int | str] = []
    number = 0
    for count in _VGG_GROUPS:
        for _ in range(count):
            key = f"features.{number}.weight"
            if key not in tensors:
                raise WeightsInvalid(plug_in.file_name, f"{key} is missing: it is no VGG-16")
            layout.append(tensors[key].shape[0])
            number += 2
        layout.append("M")
        number += 1
    return layout
