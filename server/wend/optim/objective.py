"""Objective: what a method supplies to the one optimisation loop."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from torch import Tensor


class Objective(Protocol):
    """Parameters and their gradient; the loop owns schedule, clipping, non-finite rollback and history.

    Closure form, so Adam and L-BFGS fit alike.
    """

    @property
    def parameters(self) -> Sequence[Tensor]:
        """Leaf tensors that require gradients."""
        ...

    def backward(self) -> Mapping[str, float]:
        """Accumulate gradients into the parameters, in chunks if need be; named losses with their 'total'."""
        ...

    def preview(self) -> Tensor | None:
        """Images float32 [N, 3, H, W] in [-1, 1] that show the state, or None; own random generator."""
        ...

    def result(self) -> Mapping[str, Tensor]:
        """Named tensors that the method is for."""
        ...
