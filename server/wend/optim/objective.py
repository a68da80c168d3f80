"""Objective: what a method supplies to the one optimisation loop."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from torch import Tensor


class Objective(Protocol):
    """Parameters and their gradient; the loop owns schedule, clipping, non-finite rollback and history.

    An update is `draw`, then `backward` for every chunk, then the optimiser's step. The loop may return
    to its caller between chunks. In closure form (L-BFGS) one draw is followed by several rounds of
    `backward` over the same chunks.
    """

    @property
    def parameters(self) -> Sequence[Tensor]:
        """Leaf tensors that require gradients."""
        ...

    def draw(self) -> int:
        """Draw what the next update looks at, from its own random generator; the number of chunks."""
        ...

    def backward(self, chunk: int) -> Mapping[str, float]:
        """Add one chunk's gradient to the parameters, and say its part of the named losses.

        Parts of all chunks add up to the losses of the whole update; 'total' is always among them.
        """
        ...

    def project(self) -> None:
        """After the optimiser's step: put the parameters back where they must lie (a ball, norm 1)."""
        ...

    @property
    def held_out_chunks(self) -> int:
        """Chunks of the held-out loss; 0 where nothing is held out."""
        ...

    def held_out(self, chunk: int) -> float:
        """One chunk's part of a loss on material the training never sees, always the same, lower is better.

        Parts of all chunks add up to it. Takes as long as a chunk of `backward`; no gradient is gathered.
        """
        ...

    def state_dict(self) -> dict[str, object]:
        """Parameters and random states; taken between updates only."""
        ...

    def load_state_dict(self, state: dict[str, object]) -> None: ...
