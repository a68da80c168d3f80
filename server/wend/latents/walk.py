"""Walk: anything that moves a latent by a strength alpha."""

from dataclasses import dataclass
from typing import Literal, Protocol

from torch import Tensor


class Walk(Protocol):
    """Moves latents: `apply(latent, alpha) -> latent` of the same shape."""

    def apply(self, latent: Tensor, alpha: float) -> Tensor: ...


@dataclass(frozen=True)
class Direction:
    """A linear walk: latent + alpha * unit * vector, on a half-open range of style rows.

    vector: float32 [D], norm 1; unit: how far alpha 1 goes (e.g. one standard deviation along the
    vector); space: z, or w (applied to ws float32 [N, L, D]); layers: [start, end), ignored in z.
    """

    vector: Tensor
    unit: float
    space: Literal["z", "w"]
    layers: tuple[int, int]

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """z [N, D] or ws [N, L, D] moved; rows outside the layer range keep their bits."""
        if alpha == 0.0:
            return latent
        shift = (alpha * self.unit) * self.vector
        if self.space == "z":
            return latent + shift
        start, end = self.layers
        moved = latent.clone()
        moved[:, start:end] += shift
        return moved

    def restricted(self, layers: tuple[int, int]) -> "Direction":
        """The same direction on another layer range."""
        return Direction(self.vector, self.unit, self.space, layers)
