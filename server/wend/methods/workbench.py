"""Workbench: what a method's job is given to work with, in a server, a command or a notebook alike."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from wend.generators.generator import Generator
from wend.library.images import ImageStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf


@dataclass(frozen=True)
class Workbench:
    """The generator is resident: frozen, float32, eval, on the device; jobs never change it.

    Through `shelf.store` its card is found. perception: the networks that look, loaded by the job on its
    own device where it needs them; images: masks and photos that people brought, None where none are kept;
    lends: another resident model, kept in memory until the next is lent; None where nothing else draws.
    """

    model: str
    generator: Generator
    shelf: Shelf
    perception: PerceptionStore
    images: ImageStore | None = None
    lends: Callable[[str], Generator] | None = None

    @property
    def device(self) -> torch.device:
        return self.generator.device

    def other(self, model: str) -> Generator:
        """A generator beside the job's own, on its device, in float32; one at a time.

        Raises: ModelNotFound, CardInvalid, WeightsInvalid.
        """
        if model == self.model:
            return self.generator
        return self.shelf.store.load(model, self.device) if self.lends is None else self.lends(model)

    @property
    def data_dir(self) -> Path:
        """The folder the shelf lies in, and beside it what people brought."""
        return self.shelf.folder.parent
