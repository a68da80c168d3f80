"""Spots: a world whose class and truth stand in single pixels; it costs nothing to draw."""

from collections.abc import Mapping

import torch
from torch import Tensor

from wend.worlds.factor import Categorical, Factor, Normal, WorldConfig
from wend.worlds.world import Scene, complete_values

NAMES = ("red", "green", "blue", "cyan", "pink", "grey")
SDS = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06)
_COLORS = torch.tensor(
    [
        [0.9, -0.9, -0.9],
        [-0.9, 0.9, -0.9],
        [-0.9, -0.9, 0.9],
        [-0.9, 0.9, 0.9],
        [0.9, 0.2, 0.9],
        [0.0, 0.0, 0.0],
    ]
)


class Spots:
    """The ground has the colour of the class; the middle pixel's red is the factor `x` itself.

    `x` has mean 0 and a spread of each class's own; `level` is the same in all classes; `costume` differs
    between classes in its mean.
    """

    name = "spots"
    labels = ("ground",)
    default_size = 32
    class_factor: str | None = "who"

    def __init__(self, config: WorldConfig | None = None) -> None:
        equal = (1.0,) * len(NAMES)
        wide = Factor("x", "of width", -0.5, 0.5, Normal(0.0, 0.1), "to the right")
        costume = Factor("costume", "0..1", 0.0, 1.0, Normal(0.5, 0.1), "what it wears")
        self.config = config or WorldConfig()
        self.factors = (
            Factor("who", "choice", 0, len(NAMES) - 1, Categorical(equal), "which", NAMES),
            wide.with_class_laws([Normal(0.0, sd) for sd in SDS], equal),
            costume.with_class_laws([Normal(0.1 + 0.15 * k, 0.01 * (k + 1)) for k in range(6)], equal),
            Factor("level", "0..1", 0.0, 1.0, Normal(0.5, 0.2), "brightness"),
        )

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        full = complete_values(self, values)
        images = _COLORS[full["who"].round().long()][:, :, None, None].repeat(1, 1, size, size)
        images[:, 0, size // 2, size // 2] = full["x"]
        return Scene(
            images, full, torch.zeros(len(images), size, size, dtype=torch.uint8), images[:, :1] * 0.0
        )


def color_class(images: Tensor) -> Tensor:
    """The class whose colour the corner has, int64 [N]."""
    return torch.cdist(images[:, :, 0, 0], _COLORS).argmin(dim=1)
