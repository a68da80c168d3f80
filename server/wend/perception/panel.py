"""Panel: several factor networks asked as one, and one asked of a picture and of its mirror image."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.perception.factor_code import is_circular
from wend.perception.network import Attribute, Choice, FactorNetwork, Measurement

SIDED = frozenset({"head_x", "tilt", "yaw", "part", "gaze_x", "light_x"})
"""Attributes of heads that change their sign in a mirror; the others stay as they are."""


@dataclass(frozen=True)
class Panel:
    """The mean of what networks of the same attributes say; of hues, the mean angle.

    Where networks that were trained apart err each in its own way, their mean errs less. It tells what the
    first of them does; the others know that, too. unsure: of each of them, attributes that it leaves to the
    others; none if left out.
    """

    networks: tuple[FactorNetwork, ...]
    unsure: tuple[frozenset[str], ...] = ()

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return self.networks[0].attributes

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.networks[0].choices

    def measure(self, images: Tensor) -> Measurement:
        """Images float32 [N, 3, H, W] in [-1, 1] to factors in their units. Raises: InvalidShape."""
        return self.agree([network.measure(images) for network in self.networks])

    def agree(self, told: Sequence[Measurement]) -> Measurement:
        """What each network said of the same images, as one."""
        unsure = self.unsure or (frozenset[str](),) * len(told)
        values = {
            a.name: _middle(
                a,
                torch.stack(
                    [m.values[a.name] for m, none in zip(told, unsure, strict=True) if a.name not in none]
                ),
            )
            for a in self.attributes
        }
        chances = {c.name: torch.stack([m.chances[c.name] for m in told]).mean(dim=0) for c in self.choices}
        return Measurement(values, chances)


@dataclass(frozen=True)
class WithMirror:
    """A network of heads, asked of each picture and of its mirror image, in which SIDED attributes change
    their sign: the mean of both. What it takes for a side of the picture and is none, cancels.
    """

    network: FactorNetwork

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        return self.network.attributes

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.network.choices

    def measure(self, images: Tensor) -> Measurement:
        """Images float32 [N, 3, H, W] in [-1, 1] to factors in their units. Raises: InvalidShape."""
        other = self.network.measure(images.flip(3))
        turned = {name: -value if name in SIDED else value for name, value in other.values.items()}
        both = self.network.measure(images), Measurement(turned, other.chances)
        return Panel((self.network, self.network)).agree(both)


def with_mirror(network: FactorNetwork) -> FactorNetwork:
    """A network of heads asked of mirror images, too; any other as it is, for nobody can say what a mirror
    does to what it tells."""
    return WithMirror(network) if {a.name for a in network.attributes} >= SIDED else network


def _middle(attribute: Attribute, values: Tensor) -> Tensor:
    """Of values [networks, N], [N]."""
    if not is_circular(attribute):
        return values.mean(dim=0)
    angles = torch.deg2rad(values)
    turned = torch.rad2deg(torch.atan2(angles.sin().mean(dim=0), angles.cos().mean(dim=0)))
    return attribute.low + (turned - attribute.low) % 360.0
