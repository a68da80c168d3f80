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
from wend.perception.placements import BoxFactors, SalienceFactors, centre_of

FULL_TURN = 360.0


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
    """Place, size and area of the best box; see `perception.placements.BoxFactors`.

    Boxes of a lower score than `least_score` are not found.
    """
    return of_factors(BoxFactors(network, least_score), images)


def of_saliency(network: SaliencyNetwork, images: Tensor) -> Attributes:
    """Centre of where the eye is drawn, and how much of the picture it is; see
    `perception.placements.SalienceFactors`."""
    return of_factors(SalienceFactors(network), images)


def weighted_centre(weights: Tensor) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres (x, y) of weights [N, H, W] >= 0, -0.5 (left, top) to 0.5; NaN where all are zero."""
    x, y = centre_of(weights.detach().cpu())
    return _array(x), _array(y)


def _array(values: Tensor) -> NDArray[np.float64]:
    array: NDArray[np.float64] = values.detach().cpu().double().numpy()
    return array
