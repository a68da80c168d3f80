"""Walk: anything that moves a latent by a strength alpha."""

from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor


class Walk(Protocol):
    """Moves latents: `apply(latent, alpha) -> latent` of the same shape.

    alpha is in the walk's unit, negative for the other way; 0 leaves every bit as it was.
    """

    @property
    def space(self) -> Literal["z", "w"]: ...

    @property
    def layers(self) -> tuple[int, int]:
        """Style rows [start, end) that it moves, ignored in z."""
        ...

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """z [N, D] or ws [N, L, D]; rows outside the layer range keep their bits."""
        ...

    def restricted(self, layers: tuple[int, int]) -> "Walk":
        """The same walk on another layer range."""
        ...

    def to(self, device: torch.device) -> "Walk":
        """The same walk with its tensors there."""
        ...


@dataclass(frozen=True)
class Direction:
    """A linear walk: latent + alpha * unit * vector, on a half-open range of style rows.

    vector: float32 [D], or [L, D] with a row for every style row of the generator (w only); norm 1 over
    all elements. unit: how far alpha 1 goes (e.g. one standard deviation along the
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
        moved[:, start:end] += shift if shift.dim() == 1 else shift[start:end]
        return moved

    def restricted(self, layers: tuple[int, int]) -> "Direction":
        """The same direction on another layer range."""
        return Direction(self.vector, self.unit, self.space, layers)

    def to(self, device: torch.device) -> "Direction":
        """The same direction with its vector there."""
        return Direction(self.vector.to(device), self.unit, self.space, self.layers)
