"""Attributes: what is measured of every picture of a batch, by name, each with its unit."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import InvalidInput
from wend.measure.export import Plain, Table, to_dict
from wend.measure.label_areas import areas_of_maps
from wend.perception.network import (
    Attribute,
    DetectorNetwork,
    FactorNetwork,
    LabelNetwork,
    Measurement,
    SaliencyNetwork,
)

FULL_TURN = 360.0
# A picture in which less than this share lights up shows nothing to steer.
# Source: Plumerault, Le Borgne and Hudelot, 2020, released code.
LEAST_SALIENCE = 0.02


@dataclass(frozen=True)
class AttributeColumn:
    """One attribute of N pictures: values float64 [N] in `unit`, NaN where it was not found.

    period: None for a quantity on a line; else it is circular and comes round after this much.
    """

    name: str
    unit: str
    values: NDArray[np.float64]
    period: float | None = None

    @property
    def is_circular(self) -> bool:
        return self.period is not None

    @property
    def missing(self) -> int:
        """Pictures in which it was not found."""
        return int((~np.isfinite(self.values)).sum())


@dataclass(frozen=True)
class ChoiceColumn:
    """One choice of N pictures: chances float64 [N, K] of its options."""

    name: str
    options: tuple[str, ...]
    chances: NDArray[np.float64]

    @property
    def chosen(self) -> NDArray[np.int64]:
        """The likeliest option of each picture, [N]."""
        chosen: NDArray[np.int64] = self.chances.argmax(axis=1)
        return chosen


@dataclass(frozen=True)
class Attributes:
    """Everything measured of N pictures."""

    columns: tuple[AttributeColumn, ...] = ()
    choices: tuple[ChoiceColumn, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def __getitem__(self, name: str) -> AttributeColumn:
        for column in self.columns:
            if column.name == name:
                return column
        raise InvalidInput(f"{name} is not measured here; there are {', '.join(self.names)}.")

    def beside(self, other: "Attributes") -> "Attributes":
        """These and other attributes of the same pictures."""
        return Attributes(self.columns + other.columns, self.choices + other.choices)

    def as_dict(self) -> dict[str, Plain]:
        return to_dict(self)

    def table(self) -> Table:
        """A row per picture."""
        columns = (np.arange(len(self.columns[0].values)), *(c.values for c in self.columns))
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return Table(("picture", *(f"{c.name} ({c.unit})" for c in self.columns)), tuple(rows))


def concatenate(parts: Sequence[Attributes]) -> Attributes:
    """Batches measured alike, one after another."""
    first = parts[0]
    return Attributes(
        tuple(
            AttributeColumn(c.name, c.unit, np.concatenate([p.columns[i].values for p in parts]), c.period)
            for i, c in enumerate(first.columns)
        ),
        tuple(
            ChoiceColumn(c.name, c.options, np.concatenate([p.choices[i].chances for p in parts]))
            for i, c in enumerate(first.choices)
        ),
    )


def period_of(attribute: Attribute) -> float | None:
    """A full turn of degrees is a circle; all else is a line."""
    is_turn = attribute.unit == "degrees" and attribute.high - attribute.low == FULL_TURN
    return FULL_TURN if is_turn else None


def of_factors(network: FactorNetwork, images: Tensor) -> Attributes:
    """Every factor a network measures of images float32 [N, 3, H, W] in [-1, 1]."""
    with torch.no_grad():
        return of_measurement(network, network.measure(images))


def of_measurement(network: FactorNetwork, measured: Measurement) -> Attributes:
    """The same of what it has measured already."""
    return Attributes(
        tuple(
            AttributeColumn(a.name, a.unit, _array(measured.values[a.name]), period_of(a))
            for a in network.attributes
        ),
        tuple(ChoiceColumn(c.name, c.options, _array(measured.chances[c.name])) for c in network.choices),
    )


def of_labels(network: LabelNetwork, images: Tensor) -> Attributes:
    """The share of each picture, 0..1, that each label covers: every pixel counts for its likeliest."""
    with torch.no_grad():
        labels = network.logits(images).argmax(dim=1)
    return of_label_maps(labels, network.labels)


def of_label_maps(labels: Tensor, names: tuple[str, ...]) -> Attributes:
    """The same of label maps, integers [N, H, W] below len(names)."""
    shares = areas_of_maps(labels, len(names)).shares
    return Attributes(tuple(AttributeColumn(name, "of area", shares[:, i]) for i, name in enumerate(names)))


def of_detector(network: DetectorNetwork, images: Tensor, least_score: float = 0.0) -> Attributes:
    """Centre (from the picture's middle, right and down), size and area of the best box, all as shares.

    Boxes of a lower score than `least_score` are not found.
    """
    with torch.no_grad():
        boxes = network.detect(images)
    left, top, right, bottom = _array(boxes.corners).T
    scores = _array(boxes.scores)
    lost = np.where(scores >= least_score, 0.0, np.nan)
    found = {
        "box_x": 0.5 * (left + right) - 0.5,
        "box_y": 0.5 * (top + bottom) - 0.5,
        "box_width": right - left,
        "box_height": bottom - top,
    }
    columns = [AttributeColumn(name, "of width", values + lost) for name, values in found.items()]
    area = found["box_width"] * found["box_height"] + lost
    return Attributes(
        (*columns, AttributeColumn("box_area", "of area", area), AttributeColumn("box_score", "0..1", scores))
    )


def of_saliency(network: SaliencyNetwork, images: Tensor) -> Attributes:
    """Centre of where the eye is drawn, from the middle in shares of the side, and how much of the
    picture it is; not found where the mean salience is 0.02 or less.

    Source: Plumerault, Le Borgne and Hudelot, "Controlling generative models with continuous factors of
    variations", 2020, released code.
    """
    with torch.no_grad():
        salience = network.salience(images)[:, 0].double().cpu()
    x, y = weighted_centre(salience)
    mean = _array(salience.mean(dim=(1, 2)))
    lost = np.where(mean > LEAST_SALIENCE, 0.0, np.nan)
    return Attributes(
        (
            AttributeColumn("salient_x", "of width", x + lost),
            AttributeColumn("salient_y", "of width", y + lost),
            AttributeColumn("salient_size", "0..1", mean + lost),
        )
    )


def weighted_centre(weights: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (x, y) of weights [N, H, W] >= 0, -0.5 (left, top) to 0.5; NaN where all are zero."""
    weights = weights.double().cpu()
    height, width = weights.shape[-2:]
    x = (torch.arange(width, dtype=torch.float64) + 0.5) / width - 0.5
    y = (torch.arange(height, dtype=torch.float64) + 0.5) / height - 0.5
    total = weights.sum(dim=(1, 2))
    return _array((weights.sum(dim=1) @ x) / total), _array((weights.sum(dim=2) @ y) / total)


def _array(values: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.detach().cpu().double().numpy()
    return array
