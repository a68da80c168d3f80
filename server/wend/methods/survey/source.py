"""Sources: where a survey's pictures come from, each fetched by its place, as often as it is wanted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import ImageInvalid
from wend.generators.generator import Generator
from wend.imaging.pixels import to_images
from wend.measure.probe import Probe
from wend.methods.survey.files import PictureFiles
from wend.perception.sizes import resize
from wend.worlds.world import World, sample_factors


@dataclass(frozen=True)
class Skipped:
    """A file that cannot be read, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Batch:
    """images: float32 [n, 3, S, S] in [-1, 1]; places: of these n, those that could not be read left out."""

    images: Tensor
    places: tuple[int, ...]
    skipped: tuple[Skipped, ...] = ()


class Source(Protocol):
    """Pictures at places 0 to count - 1; the same place always gives the same picture."""

    @property
    def title(self) -> str: ...

    @property
    def count(self) -> int: ...

    def fetch(self, places: Sequence[int]) -> Batch: ...


class WorldSource:
    """Pictures of a world by seed; item k depends on (seed, k) alone.

    drawn: side they are drawn at before they are brought to `size`, as a generator's are: what is drawn small
    has other edges than what was made small.
    """

    def __init__(
        self, world: World, count: int, seed: int, size: int, device: torch.device, drawn: int | None = None
    ) -> None:
        self._world, self._size, self._device = world, size, device
        self._drawn = drawn or size
        self._values = sample_factors(world, count, seed)
        self._count = count
        config = world.config.name
        self._title = world.name if config == "default" else f"{world.name}:{config}"

    @property
    def title(self) -> str:
        return self._title

    @property
    def count(self) -> int:
        return self._count

    def fetch(self, places: Sequence[int]) -> Batch:
        """All of them."""
        index = torch.tensor(list(places), dtype=torch.long)
        values = {name: value[index].to(self._device) for name, value in self._values.items()}
        with torch.no_grad():
            images = self._world.render(values, self._drawn).images
        return Batch(resize(_colored(images), self._size, self._size), tuple(places))


class ModelSource:
    """Pictures of a generator at one truncation: place k is seed first + k, as the page shows a new picture
    of it.
    """

    def __init__(
        self, title: str, generator: Generator, count: int, first: int, psi: float, size: int
    ) -> None:
        self._title, self._generator, self._count = title, generator, count
        self._first, self._psi, self._size = first, psi, size

    @property
    def title(self) -> str:
        return self._title

    @property
    def count(self) -> int:
        return self._count

    def fetch(self, places: Sequence[int]) -> Batch:
        """All of them."""
        seeds = [self._first + place for place in places]
        with torch.no_grad():
            images = Probe(self._generator, self._psi, seeds).render(slice(0, len(seeds)))
            return Batch(resize(_colored(images), self._size, self._size), tuple(places))


class FileSource:
    """Pictures of files; those that cannot be read are skipped and named."""

    def __init__(self, files: PictureFiles, size: int, device: torch.device) -> None:
        self._files, self._size, self._device = files, size, device

    @property
    def title(self) -> str:
        return self._files.path.name

    @property
    def count(self) -> int:
        return len(self._files)

    @property
    def digest(self) -> str:
        """Of names and sizes: other files have another one."""
        return self._files.digest

    def name(self, place: int) -> str:
        name: str = self._files.names[place]
        return name

    def fetch(self, places: Sequence[int]) -> Batch:
        """Those that can be read."""
        squares, kept, skipped = [], list[int](), list[Skipped]()
        for place in places:
            try:
                squares.append(self._files.read(place, self._size))
                kept.append(place)
            except ImageInvalid as error:
                skipped.append(Skipped(self._files.names[place], error.sentence))
        if not squares:
            return Batch(torch.zeros(0, 3, self._size, self._size), (), tuple(skipped))
        images = to_images(np.stack(squares)).to(self._device)
        return Batch(images, tuple(kept), tuple(skipped))


class ArraySource:
    """Pictures that lie in memory, uint8 [M, S, S, 1 or 3]."""

    def __init__(self, title: str, pixels: NDArray[np.uint8], device: torch.device) -> None:
        self._title, self._pixels, self._device = title, pixels, device

    @property
    def title(self) -> str:
        return self._title

    @property
    def count(self) -> int:
        return len(self._pixels)

    def fetch(self, places: Sequence[int]) -> Batch:
        """All of them."""
        images = to_images(np.ascontiguousarray(self._pixels[list(places)])).to(self._device)
        return Batch(_colored(images), tuple(places))


def _colored(images: Tensor) -> Tensor:
    """Grey pictures in three channels."""
    return images if images.shape[1] == 3 else images.expand(-1, 3, -1, -1)
