"""Dry run: whether a network just loaded answers as its role promises, tried once on two small pictures."""

from typing import cast

import torch
from torch import Tensor, nn

from wend.errors import InvalidShape, WeightsInvalid
from wend.perception.checkpoint import first_line
from wend.perception.network import (
    ClassNetwork,
    DetectorNetwork,
    FactorNetwork,
    FeatureNetwork,
    LabelNetwork,
    LandmarkNetwork,
    LineNetwork,
    Role,
    SaliencyNetwork,
)

SIDE = 64
COUNT = 2
_SLACK = 1e-4
Shape = tuple[int | None, ...]


def try_out(network: nn.Module, role: Role, file_name: str) -> None:
    """Raises: WeightsInvalid with what was returned and what was expected."""
    images = torch.rand(COUNT, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    check = _Check(file_name, role)
    try:
        with torch.no_grad():
            _CHECKS[role](check, network, images)
    except (RuntimeError, InvalidShape, ValueError, LookupError, AttributeError, TypeError) as error:
        raise WeightsInvalid(file_name, f"a trial with {SIDE} px failed ({first_line(error)})") from error


class _Check:
    """Expectations of one network."""

    def __init__(self, file_name: str, role: Role) -> None:
        self.file_name, self.role = file_name, role

    def shape(self, what: str, tensor: Tensor, expected: Shape) -> None:
        fits = tensor.ndim == len(expected) and all(
            wanted in (None, actual) for wanted, actual in zip(expected, tensor.shape, strict=True)
        )
        if not fits:
            wanted = "[" + ", ".join("any" if n is None else str(n) for n in expected) + "]"
            self.refuse(f"its {what} are {list(tensor.shape)}, expected {wanted}")
        if not bool(torch.isfinite(tensor).all()):
            self.refuse(f"its {what} are not all finite")

    def within(self, what: str, tensor: Tensor, low: float, high: float) -> None:
        least, most = float(tensor.min()), float(tensor.max())
        if least < low - _SLACK or most > high + _SLACK:
            self.refuse(f"its {what} lie in {least:.3g}..{most:.3g}, expected {low:g}..{high:g}")

    def refuse(self, why: str) -> None:
        raise WeightsInvalid(self.file_name, f"as a network of role {self.role!r}, {why}")

    def factors(self, network: nn.Module, images: Tensor) -> None:
        asked = cast("FactorNetwork", network)
        found = asked.measure(images)
        for attribute in asked.attributes:
            self.shape(f"values of {attribute.name}", found.values[attribute.name], (COUNT,))
        for choice in asked.choices:
            chances = found.chances[choice.name]
            self.shape(f"chances of {choice.name}", chances, (COUNT, len(choice.options)))
            self.within(f"sums of the chances of {choice.name}", chances.sum(1), 1, 1)

    def labels(self, network: nn.Module, images: Tensor) -> None:
        asked = cast("LabelNetwork", network)
        self.shape("logits", asked.logits(images), (COUNT, len(asked.labels), SIDE, SIDE))

    def lines(self, network: nn.Module, images: Tensor) -> None:
        drawn = cast("LineNetwork", network).draw(images)
        self.shape("lines", drawn, (COUNT, 1, SIDE, SIDE))
        self.within("lines", drawn, 0, 1)

    def features(self, network: nn.Module, images: Tensor) -> None:
        asked = cast("FeatureNetwork", network)
        maps = asked.maps(images)
        if not maps:
            self.refuse("it gives no maps")
        for number, level in enumerate(maps, start=1):
            self.shape(f"maps of level {number}", level, (COUNT, None, None, None))
        self.shape("vectors", asked.vector(images), (COUNT, None))

    def classes(self, network: nn.Module, images: Tensor) -> None:
        asked = cast("ClassNetwork", network)
        chances = asked.chances(images)
        self.shape("chances", chances, (COUNT, len(asked.labels)))
        self.within("sums of chances", chances.sum(1), 1, 1)

    def landmarks(self, network: nn.Module, images: Tensor) -> None:
        asked = cast("LandmarkNetwork", network)
        self.shape("points", asked.locate(images), (COUNT, len(asked.points), 2))

    def detector(self, network: nn.Module, images: Tensor) -> None:
        boxes = cast("DetectorNetwork", network).detect(images)
        self.shape("boxes", boxes.corners, (COUNT, 4))
        self.shape("scores", boxes.scores, (COUNT,))
        self.within("boxes", boxes.corners, 0, 1)
        self.within("scores", boxes.scores, 0, 1)

    def saliency(self, network: nn.Module, images: Tensor) -> None:
        salience = cast("SaliencyNetwork", network).salience(images)
        self.shape("maps", salience, (COUNT, 1, SIDE, SIDE))
        self.within("maps", salience, 0, 1)


_CHECKS = {
    "factors": _Check.factors,
    "labels": _Check.labels,
    "lines": _Check.lines,
    "features": _Check.features,
    "classes": _Check.classes,
    "landmarks": _Check.landmarks,
    "detector": _Check.detector,
    "saliency": _Check.saliency,
}
