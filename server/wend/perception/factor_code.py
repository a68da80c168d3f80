"""Factor code: how a regressor's raw numbers stand for factors in their units, and back."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.perception.network import Attribute, Choice, Measurement

Config = Mapping[str, "bool | int | float | str | Sequence[bool | int | float | str]"]
_TURN = 360.0


def is_circular(attribute: Attribute) -> bool:
    """Whether its values are angles of a full turn, so that 359 degrees lie beside 1 degree."""
    return attribute.unit == "degrees" and attribute.high - attribute.low == _TURN


@dataclass(frozen=True)
class FactorCode:
    """The layout of a regressor's output: one number per attribute, two per hue, K per choice.

    A plain attribute is centre + scale x raw, so that raw is about standard normal by the world's laws;
    a hue is the angle of (cos, sin); a choice is a softmax over its options.
    """

    attributes: tuple[Attribute, ...]
    centers: tuple[float, ...]
    scales: tuple[float, ...]
    choices: tuple[Choice, ...]

    @property
    def width(self) -> int:
        return sum(self._widths()) + sum(len(c.options) for c in self.choices)

    def _widths(self) -> tuple[int, ...]:
        return tuple(2 if is_circular(a) else 1 for a in self.attributes)

    def split(self, raw: Tensor) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
        """raw [N, width] to [N, 1] or [N, 2] per attribute and logits [N, K] per choice."""
        parts = raw.split([*self._widths(), *(len(c.options) for c in self.choices)], dim=1)
        return tuple(parts[: len(self.attributes)]), tuple(parts[len(self.attributes) :])

    def decode(self, raw: Tensor) -> Measurement:
        """raw float32 [N, width] to factors in their units. Differentiable."""
        plain, logits = self.split(raw)
        values = self.decode_plain(torch.cat(plain, dim=1))
        chances = {c.name: part.softmax(dim=1) for c, part in zip(self.choices, logits, strict=True)}
        return Measurement(values, chances)

    def decode_plain(self, columns: Tensor) -> dict[str, Tensor]:
        """The inverse of `encode`: float32 [N, columns] to attributes [N] in their units."""
        values: dict[str, Tensor] = {}
        parts = columns.split(self._widths(), dim=1)
        for attribute, center, scale, part in zip(
            self.attributes, self.centers, self.scales, parts, strict=True
        ):
            if is_circular(attribute):
                angle = torch.atan2(part[:, 1], part[:, 0]) * (180.0 / math.pi)
                values[attribute.name] = attribute.low + (angle - attribute.low) % _TURN
            else:
                values[attribute.name] = center + scale * part[:, 0]
        return values

    def encode(self, values: Mapping[str, Tensor]) -> Tensor:
        """Attributes float32 [N] each, in their units, to what raw should be, float32 [N, columns]."""
        columns: list[Tensor] = []
        for attribute, center, scale in zip(self.attributes, self.centers, self.scales, strict=True):
            value = values[attribute.name]
            if is_circular(attribute):
                angle = value * (math.pi / 180.0)
                columns += [torch.cos(angle), torch.sin(angle)]
            else:
                columns.append((value - center) / scale)
        return torch.stack(columns, dim=1)

    def as_config(self) -> dict[str, list[bool | int | float | str]]:
        """The code as a card holds it; `from_config` gives it back."""
        return {
            "attributes": [a.name for a in self.attributes],
            "units": [a.unit for a in self.attributes],
            "lows": [a.low for a in self.attributes],
            "highs": [a.high for a in self.attributes],
            "centers": list(self.centers),
            "scales": list(self.scales),
            "choices": [f"{c.name}: {' '.join(c.options)}" for c in self.choices],
        }

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Raises: InvalidInput for a configuration that is none."""
        names, units = _texts(config, "attributes"), _texts(config, "units")
        lows, highs = _numbers(config, "lows"), _numbers(config, "highs")
        centers, scales = _numbers(config, "centers"), _numbers(config, "scales")
        if {len(x) for x in (units, lows, highs, centers, scales)} != {len(names)}:
            raise InvalidInput("attributes, units, lows, highs, centers and scales differ in length.")
        choices: list[Choice] = []
        for text in _texts(config, "choices"):
            name, colon, options = text.partition(": ")
            if not colon or len(options.split()) < 2:
                raise InvalidInput(f"{text!r} is no choice of the form 'name: first second'.")
            choices.append(Choice(name, tuple(options.split())))
        attributes = tuple(Attribute(*a) for a in zip(names, units, lows, highs, strict=True))
        return cls(attributes, centers, scales, tuple(choices))


def _list(config: Config, key: str) -> Sequence[bool | int | float | str]:
    value = config.get(key)
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise InvalidInput(f"The configuration has no list {key!r}.")
    return value


def _texts(config: Config, key: str) -> tuple[str, ...]:
    return tuple(str(item) for item in _list(config, key))


def _numbers(config: Config, key: str) -> tuple[float, ...]:
    items = _list(config, key)
    if not all(isinstance(item, int | float) for item in items):
        raise InvalidInput(f"{key!r} of the configuration holds more than numbers.")
    return tuple(float(item) for item in items)
