"""Workbench: what a method's job is given to work with, in a server, a command or a notebook alike."""

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
    own device where it needs them; images: masks and photos that people brought, None where none are kept.
    """

    model: str
    generator: Generator
    shelf: Shelf
    perception: PerceptionStore
    images: ImageStore | None = None

    @property
    def device(self) -> torch.device:
        return self.generator.device

    @property
    def data_dir(self) -> Path:
        """The folder the shelf lies in, and beside it what people brought."""
        return self.shelf.folder.parent
