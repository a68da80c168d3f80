"""The disc world: one soft disc on a plain ground, exact to the last pixel, for testing methods."""

from collections.abc import Mapping

import torch
from torch import Tensor

from wend.worlds.factor import Factor, Normal, WorldConfig
from wend.worlds.world import Scene, complete_values

# Ranges are three standard deviations: a disc at any corner of them still lies inside the picture.
FACTORS: tuple[Factor, ...] = (
    Factor("x", "of width", -0.21, 0.21, Normal(0.0, 0.07), "disc to the right"),
    Factor("y", "of width", -0.21, 0.21, Normal(0.0, 0.07), "disc down"),
    Factor("size", "of width", 0.08, 0.2, Normal(0.14, 0.02), "radius of the disc"),
    Factor("brightness", "0..1", 0.45, 0.95, Normal(0.7, 0.25 / 3.0), "dim to bright disc"),
)
GROUND = 0.2
# Width of the logistic edge in half picture sides: about one pixel of 32, so every factor has a
# smooth gradient and the disc's sums over pixels equal its integrals to a few parts in a million.
EDGE = 0.045


class Disc:
    """A soft disc: 4 factors, 2 labels, any size.

    x and y are the centre's offset from the picture's middle, size the radius, all as shares of the
    picture's side; brightness is the disc's grey level, the ground's is 0.2.
    """

    name = "disc"
    labels: tuple[str, ...] = ("background", "disc")
    default_size = 32
    class_factor: str | None = None

    def __init__(self, config: WorldConfig | None = None) -> None:
        self.config = config or WorldConfig()
        self.factors = self.config.apply(FACTORS)

    def render(self, values: Mapping[str, Tensor], size: int) -> Scene:
        """Draw discs of size x size pixels; factors not given stay at the middle of their law.

        values: name -> float32 [N]. Differentiable in every factor, everywhere but beyond black and
        white. Values past a factor's range are drawn, not clamped.
        """
        full = complete_values(self, values)
        f = {name: value[:, None, None] for name, value in full.items()}
        pixel = 2.0 / size
        axis = (torch.arange(size, device=f["x"].device, dtype=f["x"].dtype) + 0.5) * pixel - 1.0
        dx, dy = axis[None, None, :] - 2.0 * f["x"], axis[None, :, None] - 2.0 * f["y"]
        distance = torch.sqrt(dx * dx + dy * dy + 1e-12) - 2.0 * f["size"]
        cover = torch.sigmoid(-distance / EDGE)
        grey = GROUND + cover * (f["brightness"] - GROUND)
        ink = ((1.5 * 0.5 * pixel - distance.abs()) / pixel + 0.5).clamp(0.0, 1.0)
        return Scene(
            images=(grey.clamp(0.0, 1.0) * 2.0 - 1.0)[:, None].expand(-1, 3, -1, -1),
            factors=full,
            labels=(distance < 0.0).to(torch.uint8),
            lines=ink[:, None],
        )
