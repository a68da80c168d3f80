"""Still: what resolving a picture needs of whoever bends edits for its still masks."""

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from wend.generators.generator import Generator
from wend.latents.walk import Walk


@dataclass(frozen=True)
class StillMove:
    """A w edit. digest: of its walk."""

    digest: str
    walk: Walk
    alpha: float


class Pending(Protocol):
    """What is still to be worked out of a picture, in slices of a device."""

    def advance(self) -> bool:
        """One slice; True when nothing is left: the picture resolves to itself then."""
        ...


@dataclass(frozen=True)
class Bent:
    """ws: float32 [1, L, D], moved by all w edits; pending: None where that is the picture, else what is left
    to work out."""

    ws: Tensor
    pending: Pending | None


class Still(Protocol):
    """Satisfied by `methods.still.keep.StillKeeper`."""

    def bend(
        self,
        generator: Generator,
        generator_hash: str,
        ws: Tensor,
        noise: list[Tensor | None] | None,
        noise_key: object,
        masks: tuple[str, ...],
        moves: tuple[StillMove, ...],
    ) -> Bent:
        """ws float32 [1, L, D] moved by all w edits so that the inside of the masks (hashes) stays still."""
        ...

    def let_go(self, generator_hash: str) -> None:
        """A generator has left memory: hold it no longer."""
        ...

    def clear(self) -> None:
        """Give the device's memory back."""
        ...
