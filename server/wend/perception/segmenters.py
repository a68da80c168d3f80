"""torchvision's segmenters (FCN, DeepLab v3, LR-ASPP) as label networks, and of one class as saliency."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.imagenet import IMAGENET
from wend.perception.operators import torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.sizes import check_images, resize

KINDS = (
    "fcn_resnet50",
    "fcn_resnet101",
    "deeplabv3_resnet50",
    "deeplabv3_resnet101",
    "deeplabv3_mobilenet_v3_large",
    "lraspp_mobilenet_v3_large",
)
# Where each family's last convolution lies: its outputs are the classes.
_LAST: Mapping[str, str] = {
    "fcn": "classifier.4.bias",
    "deeplabv3": "classifier.4.bias",
    "lraspp": "classifier.high_classifier.bias",
}


class TorchvisionSegmenter(nn.Module):
    """Label network."""

    def __init__(self, network: nn.Module, preprocess: Preprocess, names: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.preprocess, self.names = network, preprocess, names

    @property
    def labels(self) -> tuple[str, ...]:
        return self.names

    def logits(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> float32 [N, K, H, W]; differentiable. Raises: InvalidShape."""
        check_images(images)
        answer: Tensor = self.network(self.preprocess.apply(images))["out"]
        return resize(answer, *images.shape[-2:])


class SegmenterSaliency(nn.Module):
    """Saliency network: a segmenter of a single class, its logit squashed."""

    def __init__(self, segmenter: TorchvisionSegmenter) -> None:
        super().__init__()
        self.segmenter = segmenter

    def salience(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, 1, H, W] in 0..1; differentiable. Raises: InvalidShape."""
        return self.segmenter.logits(images).sigmoid()


def _filled(plug_in: PlugIn) -> tuple[nn.Module, int]:
    plug_in.known_keys()
    tensors = plug_in.tensors()
    last = _LAST[plug_in.kind.partition("_")[0]]
    if last not in tensors:
        raise WeightsInvalid(plug_in.file_name, f"{last} is missing: it is no {plug_in.kind}")
    count = tensors[last].shape[0]
    models: Any = torchvision_models()  # untyped
    with torch.device("meta"):
        network: nn.Module = models.get_model(
            plug_in.kind, weights=None, weights_backbone=None, num_classes=count
        )
    network.to_empty(device="cpu")
    fill(network, tensors, plug_in.file_name, ignored=("aux_classifier.",))
    return network, count


def read_segmenter(plug_in: PlugIn) -> TorchvisionSegmenter:
    """The kinds of KINDS, role labels; names are its classes, the ground first where it has one."""
    network, count = _filled(plug_in)
    names = plug_in.named(count, "labels")
    return TorchvisionSegmenter(network, plug_in.preprocessing(IMAGENET), names)


def read_segmenter_saliency(plug_in: PlugIn) -> SegmenterSaliency:
    """The same kinds, role saliency: of one output."""
    network, count = _filled(plug_in)
    if count != 1:
        raise WeightsInvalid(plug_in.file_name, f"it tells {count} classes; saliency wants one")
    segmenter = TorchvisionSegmenter(network, plug_in.preprocessing(IMAGENET), ("salient",))
    return SegmenterSaliency(segmenter)
