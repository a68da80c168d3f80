"""Still: what resolving a picture needs of whoever bends edits for its still masks."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.walk import Walk


@dataclass(frozen=True)
class StillMove:
    """A w edit. digest: of its walk; end: the strength its range ends at on the side of alpha, > 0."""

    digest: str
    walk: Walk
    alpha: float
    end: float


class Still(Protocol):
    """Satisfied by `methods.keep_still.StillKeeper`."""

    def bend(
        self,
        generator: Generator,
        generator_hash: str,
        ws: Tensor,
        noise: list[Tensor | None] | None,
        noise_key: object,
        masks: tuple[str, ...],
        moves: tuple[StillMove, ...],
    ) -> Tensor:
        """ws float32 [1, L, D] moved by all w edits so that the inside of the masks (hashes) stays still."""
        ...

    def clear(self) -> None:
        """Give the device's memory back."""
        ...
