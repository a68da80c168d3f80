"""torchvision's detectors, asked for the best box of a picture alone.

The best box needs no suppression of its neighbours, so the one-stage detectors run here without
torchvision's compiled operators; Faster R-CNN suppresses inside, and needs them.

Source: Liu et al. 2016 (SSD), Lin et al. 2017 (RetinaNet, section 4), Tian et al. 2019 (FCOS, section 3).
"""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import fill
from wend.perception.network import Boxes
from wend.perception.operators import require_compiled_operators, torchvision_models
from wend.perception.plug_in import PlugIn
from wend.perception.sizes import check_images

ONE_STAGE = ("ssd300_vgg16", "ssdlite320_mobilenet_v3_large", "retinanet_resnet50_fpn", "fcos_resnet50_fpn")
TWO_STAGE = ("fasterrcnn_resnet50_fpn", "fasterrcnn_mobilenet_v3_large_320_fpn")
_LARGEST_CLASSES = 1000


class Detector(nn.Module):
    """Detector network. `wanted`: numbers of the classes whose boxes count, as the network counts them."""

    def __init__(self, network: nn.Module, kind: str, wanted: tuple[int, ...]) -> None:
        super().__init__()
        self.network: Any = network  # torchvision's parts have no types
        self.kind, self.wanted = kind, wanted

    def detect(self, images: Tensor) -> Boxes:
        """Images [N, 3, H, W] in [-1, 1] -> the best box of each, in shares. Raises: InvalidShape.

        Where a two-stage detector finds nothing, the box is the whole picture, of score 0.
        """
        check_images(images)
        shown = list((images.float() + 1) / 2)
        return self._two_stage(shown) if self.kind in TWO_STAGE else self._one_stage(shown)

    def _one_stage(self, shown: list[Tensor]) -> Boxes:
        batch, _ = self.network.transform(shown, None)
        features = self.network.backbone(batch.tensors)
        levels = list(features.values())
        answers: dict[str, Tensor] = self.network.head(levels)
        anchors: list[Tensor] = self.network.anchor_generator(batch, levels)
        scores = self._scores(answers)[..., list(self.wanted)].amax(2)  # [N, A]
        best = scores.argmax(1)
        corners = []
        for row, place in enumerate(best.tolist()):
            offsets, anchor = answers["bbox_regression"][row, place], anchors[row][place]
            coder = self.network.box_coder
            decode = coder.decode if self.kind.startswith("fcos") else coder.decode_single
            height, width = batch.image_sizes[row]
            side = offsets.new_tensor([width, height, width, height])
            corners.append((decode(offsets[None], anchor[None])[0] / side).clamp(0, 1))
        return Boxes(torch.stack(corners), scores.gather(1, best[:, None])[:, 0])

    def _scores(self, answers: Mapping[str, Tensor]) -> Tensor:
        """Scores in 0..1 of each anchor and class, [N, A, K]."""
        if self.kind.startswith("ssd"):
            return answers["cls_logits"].softmax(2)
        scores = answers["cls_logits"].sigmoid()
        if self.kind.startswith("fcos"):
            scores = (scores * answers["bbox_ctrness"].sigmoid()).sqrt()
        return scores

    def _two_stage(self, shown: list[Tensor]) -> Boxes:
        corners, scores = [], []
        for image, found in zip(shown, self.network(shown), strict=True):
            counts = torch.isin(found["labels"], found["labels"].new_tensor(self.wanted))
            boxes, marks = found["boxes"][counts], found["scores"][counts]
            height, width = image.shape[-2:]
            if len(marks):
                corners.append(boxes[0] / boxes.new_tensor([width, height, width, height]))
                scores.append(marks[0])
            else:
                corners.append(image.new_tensor([0.0, 0.0, 1.0, 1.0]))
                scores.append(image.new_tensor(0.0))
        return Boxes(torch.stack(corners).clamp(0, 1), torch.stack(scores))


def read_detector(plug_in: PlugIn) -> Detector:
    """Kinds of ONE_STAGE and TWO_STAGE. names are its classes, without the ground; config.wanted: the
    name of those whose box is meant (default: all); config.classes: how many classes the file tells,
    the ground among them, as the training counted (default: one more than names); config.size: shorter
    side in pixels that those which are not SSDs work at (default: 800, slow on a CPU).

    Colours and sizes are the network's own, so a card has no preprocess.
    """
    plug_in.known_keys("wanted", "classes", "size")
    if plug_in.preprocess is not None:
        raise plug_in.refused(f"kind {plug_in.kind!r} has its own preprocessing: leave preprocess out")
    if plug_in.kind in TWO_STAGE:
        require_compiled_operators(plug_in.file_name, plug_in.kind)
    classes = int(plug_in.number("classes", len(plug_in.names) + 1, 1, _LARGEST_CLASSES))
    ground = classes - len(plug_in.names)
    if not plug_in.names or ground < 0:
        raise plug_in.refused(f"names lists {len(plug_in.names)} classes, and config.classes says {classes}")
    given = plug_in.config.get("wanted", list(plug_in.names))
    asked = [str(name) for name in given] if isinstance(given, list) else [str(given)]
    if unknown := [name for name in asked if name not in plug_in.names]:
        raise plug_in.refused(f"config.wanted names {unknown[0]!r}, which names does not list")
    if not asked:
        raise plug_in.refused("config.wanted is empty")
    tensors = plug_in.tensors()
    models: Any = torchvision_models()  # untyped
    try:
        network: nn.Module = models.get_model(
            plug_in.kind, weights=None, weights_backbone=None, num_classes=classes, **_sizes(plug_in)
        )
    except ValueError as error:
        raise WeightsInvalid(plug_in.file_name, str(error)) from error
    fill(network, tensors, plug_in.file_name)
    wanted = tuple(ground + plug_in.names.index(name) for name in asked)
    return Detector(network, plug_in.kind, wanted)


def _sizes(plug_in: PlugIn) -> dict[str, int]:
    if "size" not in plug_in.config:
        return {}
    if plug_in.kind.startswith("ssd"):
        raise plug_in.refused(f"kind {plug_in.kind!r} works at one size: leave config.size out")
    shorter = int(plug_in.number("size", 800, 64, 2048))
    return {"min_size": shorter, "max_size": 2 * shorter}
