"""Placements: what detectors, saliency and landmark networks say of a picture, as factors with a unit.

So whatever reads factors (read-outs, values of samples, commands that measure) reads these as well.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.perception.network import (
    Attribute,
    Choice,
    DetectorNetwork,
    FactorNetwork,
    LandmarkNetwork,
    Measurement,
    SaliencyNetwork,
)

# A picture in which less than this share lights up shows nothing to steer.
# Source: Plumerault, Le Borgne and Hudelot, 2020, released code.
LEAST_SALIENCE = 0.02
_MIDDLE = "of width", -0.5, 0.5
"""Unit and range of a place, counted from the picture's middle, right and down."""


@dataclass(frozen=True)
class BoxFactors:
    """Centre (from the picture's middle, right and down), size and area of the best box, all as shares, and
    its score; NaN but for the score where that is below `least_score`. No gradients.
    """

    network: DetectorNetwork
    least_score: float = 0.0
    choices: tuple[Choice, ...] = ()
    attributes: tuple[Attribute, ...] = (
        Attribute("box_x", *_MIDDLE),
        Attribute("box_y", *_MIDDLE),
        Attribute("box_width", "of width", 0.0, 1.0),
        Attribute("box_height", "of width", 0.0, 1.0),
        Attribute("box_area", "of area", 0.0, 1.0),
        Attribute("box_score", "0..1", 0.0, 1.0),
    )

    def measure(self, images: Tensor) -> Measurement:
        """Of images float32 [N, 3, H, W] in [-1, 1]. Raises: InvalidShape."""
        with torch.no_grad():
            boxes = self.network.detect(images)
        left, top, right, bottom = boxes.corners.unbind(dim=1)
        width, height = right - left, bottom - top
        found = (0.5 * (left + right) - 0.5, 0.5 * (top + bottom) - 0.5, width, height, width * height)
        lost = boxes.scores < self.least_score
        values = [value.masked_fill(lost, torch.nan) for value in found]
        names = (attribute.name for attribute in self.attributes)
        return Measurement(dict(zip(names, (*values, boxes.scores), strict=True)), {})


@dataclass(frozen=True)
class SalienceFactors:
    """Centre of where the eye is drawn, from the middle in shares of the side, and how much of the picture it
    is; NaN where the mean salience is 0.02 or less. Differentiable.

    Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
    variations", 2020, released code.
    """

    network: SaliencyNetwork
    choices: tuple[Choice, ...] = ()
    attributes: tuple[Attribute, ...] = (
        Attribute("salient_x", *_MIDDLE),
        Attribute("salient_y", *_MIDDLE),
        Attribute("salient_size", "0..1", 0.0, 1.0),
    )

    def measure(self, images: Tensor) -> Measurement:
        """Of images float32 [N, 3, H, W] in [-1, 1]. Raises: InvalidShape."""
        salience = self.network.salience(images)[:, 0]
        mean = salience.mean(dim=(1, 2))
        lost = mean <= LEAST_SALIENCE
        x, y = centre_of(salience)
        values = {"salient_x": x, "salient_y": y, "salient_size": mean}
        return Measurement({name: v.float().masked_fill(lost, torch.nan) for name, v in values.items()}, {})


@dataclass(frozen=True)
class PointFactors:
    """Places of named points from the picture's middle, right and down: `left_eye_x`, `left_eye_y`, ...

    Differentiable.
    """

    network: LandmarkNetwork
    choices: tuple[Choice, ...] = ()

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        plain = (re.sub(r"\W+", "_", point.strip()) for point in self.network.points)
        return tuple(Attribute(f"{point}_{axis}", *_MIDDLE) for point in plain for axis in "xy")

    def measure(self, images: Tensor) -> Measurement:
        """Of images float32 [N, 3, H, W] in [-1, 1]. Raises: InvalidShape."""
        places = self.network.locate(images).flatten(1) - 0.5
        return Measurement({attribute.name: places[:, k] for k, attribute in enumerate(self.attributes)}, {})


@dataclass(frozen=True)
class SideBySide:
    """Networks that tell different things of the same pictures, as one; of what two tell the first counts."""

    networks: tuple[FactorNetwork, ...]

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        told = {a.name: a for network in reversed(self.networks) for a in network.attributes}
        return tuple(told[name] for name in _in_order([a.name for n in self.networks for a in n.attributes]))

    @property
    def choices(self) -> tuple[Choice, ...]:
        told = {c.name: c for network in reversed(self.networks) for c in network.choices}
        return tuple(told[name] for name in _in_order([c.name for n in self.networks for c in n.choices]))

    def measure(self, images: Tensor) -> Measurement:
        """Of images float32 [N, 3, H, W] in [-1, 1]. Raises: InvalidShape."""
        return self.join([network.measure(images) for network in self.networks])

    def join(self, told: Sequence[Measurement]) -> Measurement:
        """What each network said of the same images, beside one another."""
        values = {name: value for one in reversed(told) for name, value in one.values.items()}
        chances = {name: value for one in reversed(told) for name, value in one.chances.items()}
        return Measurement(
            {a.name: values[a.name] for a in self.attributes}, {c.name: chances[c.name] for c in self.choices}
        )


def centre_of(weights: Tensor) -> tuple[Tensor, Tensor]:
    """Centres (x, y), float64 [N], of weights [N, H, W] >= 0, from -0.5 (left, top) to 0.5; NaN where all are
    zero. Differentiable."""
    weights = weights.double()
    height, width = weights.shape[-2:]
    x = (torch.arange(width, dtype=weights.dtype, device=weights.device) + 0.5) / width - 0.5
    y = (torch.arange(height, dtype=weights.dtype, device=weights.device) + 0.5) / height - 0.5
    total = weights.sum(dim=(1, 2))
    return (weights.sum(dim=1) @ x) / total, (weights.sum(dim=2) @ y) / total


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    """Each once, where it comes first."""
    return tuple(dict.fromkeys(names))
