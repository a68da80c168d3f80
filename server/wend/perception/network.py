"""The protocols every looking network lives behind, one per role; kinds and weights are the card's business.

All take images float32 [N, 3, H, W] in [-1, 1] of any size from 32 px up and do their own preprocessing
(resizing, means, standard deviations), so that a caller never knows which network looks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from torch import Tensor

Role = Literal["factors", "labels", "lines", "features", "classes", "landmarks", "detector", "saliency"]
"""What a network tells: values of named factors, a class per pixel, a line drawing, features to compare
by, a class per picture, named points, boxes, or where the eye is drawn."""

METHODS: Mapping[Role, str] = {
    "factors": "measure",
    "labels": "logits",
    "lines": "draw",
    "features": "maps",
    "classes": "chances",
    "landmarks": "locate",
    "detector": "detect",
    "saliency": "salience",
}
"""The method that a network of each role has, see the protocols below."""


@dataclass(frozen=True)
class Attribute:
    """One continuous thing a network measures, as a world's factor names it."""

    name: str
    unit: str
    low: float
    high: float


@dataclass(frozen=True)
class Choice:
    """One discrete thing a network measures: one of `options`."""

    name: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Measurement:
    """What was measured of a batch.

    values: attribute name -> float32 [N] in its unit; chances: choice name -> float32 [N, K], rows
    summing to 1.
    """

    values: dict[str, Tensor]
    chances: dict[str, Tensor]


class FactorNetwork(Protocol):
    """Image -> the values of named factors. Differentiable."""

    @property
    def attributes(self) -> tuple[Attribute, ...]: ...

    @property
    def choices(self) -> tuple[Choice, ...]: ...

    def measure(self, images: Tensor) -> Measurement: ...


class LabelNetwork(Protocol):
    """Image -> a class per pixel."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    def logits(self, images: Tensor) -> Tensor:
        """float32 [N, K, H, W] at the images' own size; differentiable."""
        ...


class LineNetwork(Protocol):
    """Image -> line drawing, float32 [N, 1, H, W], 0 paper to 1 ink, at the own size. Differentiable."""

    def draw(self, images: Tensor) -> Tensor: ...


class FeatureNetwork(Protocol):
    """Image -> features to compare pictures by.

    `maps` feed perceptual distances, finest first; `vector` feeds Frechet distance, precision, recall.
    """

    def maps(self, images: Tensor) -> Sequence[Tensor]:
        """float32 [N, C_i, H_i, W_i] each; differentiable."""
        ...

    def vector(self, images: Tensor) -> Tensor:
        """float32 [N, F]."""
        ...


class ClassNetwork(Protocol):
    """Image -> chances of one class per picture, float32 [N, K], rows summing to 1. Differentiable."""

    @property
    def labels(self) -> tuple[str, ...]: ...

    def chances(self, images: Tensor) -> Tensor: ...


class LandmarkNetwork(Protocol):
    """Image -> named points, float32 [N, P, 2], (x, y) in shares of the side. Differentiable."""

    @property
    def points(self) -> tuple[str, ...]: ...

    def locate(self, images: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class Boxes:
    """The best box of each picture: [N, 4] (left, top, right, bottom) in shares of the side, score [N]."""

    corners: Tensor
    scores: Tensor


class DetectorNetwork(Protocol):
    """Image -> the best box of what it detects."""

    def detect(self, images: Tensor) -> Boxes: ...


class SaliencyNetwork(Protocol):
    """Image -> where the eye is drawn, float32 [N, 1, H, W] in 0..1, its own size. Differentiable."""

    def salience(self, images: Tensor) -> Tensor: ...


class Distance(Protocol):
    """How different two pictures look; 0 for the same picture. Differentiable."""

    def distance(self, a: Tensor, b: Tensor) -> Tensor:
        """float32 [N] for images [N, 3, H, W] and [N, 3, H, W]."""
        ...

    def map(self, a: Tensor, b: Tensor) -> Tensor:
        """Where they differ: float32 [N, H, W], whose spatial mean is the distance."""
        ...
