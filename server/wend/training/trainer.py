"""Trainer: what a run needs of anything that trains a generator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from torch import Tensor

from wend.generators.generator import Generator
from wend.training.dataset import ImageDataset
from wend.training.recipe import Setting


@dataclass(frozen=True)
class StepLosses:
    """Named losses of one step; `r1` only where it was computed."""

    generator: float
    discriminator: float
    real_score: float
    fake_score: float
    r1: float | None

    def __str__(self) -> str:
        return f"G {self.generator:.2f}  D {self.discriminator:.2f}"


@dataclass(frozen=True)
class Weights:
    """State dicts of a model as it is published: its generator, and what was trained beside it."""

    generator: Mapping[str, Tensor]
    discriminator: Mapping[str, Tensor] | None = None
    encoder: Mapping[str, Tensor] | None = None


class Trainer(Protocol):
    """Trains a generator, and what it is trained with, on a data set; all state is in `state_dict`.

    `average` is the averaged generator, the one that is shown and published.
    """

    @property
    def kind(self) -> str:
        """The kind of the generator, as cards name it."""
        ...

    @property
    def dataset(self) -> ImageDataset: ...

    @property
    def average(self) -> Generator: ...

    @property
    def images_seen(self) -> int: ...

    @property
    def seconds(self) -> float:
        """Time spent in steps, over all sessions of the run."""
        ...

    @property
    def is_done(self) -> bool: ...

    @property
    def is_full_size(self) -> bool:
        """Whether the last resolution has been trained at all."""
        ...

    def config(self) -> dict[str, Setting]:
        """What `generators.build.build_generator` needs to rebuild the generator."""
        ...

    def step(self) -> object:
        """One update; its losses, whose str() is for people."""
        ...

    def state_dict(self) -> dict[str, object]: ...

    def load_state_dict(self, state: dict[str, object]) -> None: ...

    def weights(self) -> Weights:
        """The averaged generator and what goes with it, as they are published."""
        ...

    def settle(self) -> None:
        """Take those statistics of the averaged generator anew that training leaves behind."""
        ...

    def samples(self, z: Tensor, psi: float = 1.0) -> Tensor:
        """Images float32 [N, 3, S, S] of the averaged generator; classes, where it has any, go round."""
        ...

    def sheet(self) -> tuple[Tensor, int]:
        """Pictures to follow a run by, always of the same latents, and how many go in a row."""
        ...


@runtime_checkable
class AdversarialTrainer(Trainer, Protocol):
    """A trainer that can begin with a published generator and its discriminator."""

    def load_weights(self, generator: dict[str, Tensor], discriminator: dict[str, Tensor]) -> None:
        """Start from a published model: weights only."""
        ...
