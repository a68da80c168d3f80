"""Training pictures in memory: drawn from a world, or read from files, with their classes where known."""

import zipfile
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from wend.errors import DatasetInvalid
from wend.imaging.pixels import to_images, to_uint8
from wend.training.files import Progress, read_folder, read_zip
from wend.training.idx import IMAGES_MAGIC, find_images, idx_magic, read_idx
from wend.training.npz import is_npz, read_npz
from wend.training.origin import Origin
from wend.training.pictures import IMAGE_SUFFIXES, Pictures
from wend.worlds.world import World, class_names, sample_factors


class ImageDataset:
    """Square pictures, uint8 [M, S, S, 3], or [M, S, S, 1] where all are grey, in random batches.

    mirror: each picture drawn is flipped left to right with probability one half.
    classes: int64 [M], index into `class_names`, where the pictures are labelled.
    Raises: DatasetInvalid when classes and pictures differ in number, or a class has no name.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        mirror: bool,
        classes: NDArray[np.int64] | None = None,
        class_names: tuple[str, ...] = (),
        origin: Origin | None = None,
    ) -> None:
        """origin: what a world drew them from, where a training asks for it."""
        if classes is not None:
            if classes.shape != (len(pixels),):
                raise DatasetInvalid(
                    "The class list", f"holds {classes.size} classes for {len(pixels)} pictures"
                )
            if classes.size and not 0 <= int(classes.min()) <= int(classes.max()) < len(class_names):
                raise DatasetInvalid("The class list", f"goes beyond its {len(class_names)} classes")
        self.pixels = pixels
        self.mirror = mirror
        self.classes = classes
        self.class_names = class_names
        self.origin = origin

    def __len__(self) -> int:
        return len(self.pixels)

    def first(self, count: int) -> Tensor:
        """The first pictures, unflipped, float32 [<= count, 3, S, S] in [-1, 1]."""
        return _in_color(self.pixels[:count])

    def batch(self, count: int, rng: torch.Generator) -> Tensor:
        """Images float32 [count, 3, S, S] in [-1, 1], drawn with replacement."""
        return self._draw(count, rng)[0]

    def chosen(self, index: Tensor) -> Tensor:
        """These pictures, index int64 [N], never flipped, as `batch`."""
        return _in_color(self.pixels[index.numpy()])

    def labelled_batch(self, count: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """As `batch`, the same pictures for the same random state, and their classes, int64 [count].

        Raises: DatasetInvalid where the pictures are not labelled.
        """
        if self.classes is None:
            raise DatasetInvalid("The data set", "has no classes")
        images, index = self._draw(count, rng)
        return images, torch.from_numpy(self.classes[index])

    def labelled_pairs(self, count: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """As `labelled_batch`, but pictures 2i and 2i + 1 are of one class; `count` is even.

        Raises: DatasetInvalid where the pictures are not labelled.
        """
        if self.classes is None:
            raise DatasetInvalid("The data set", "has no classes")
        first = torch.randint(len(self.pixels), (count // 2,), generator=rng).numpy()
        share = torch.rand(count // 2, generator=rng, dtype=torch.float64).numpy()
        members = [np.flatnonzero(self.classes == k) for k in self.classes[first]]
        second = np.array(
            [of_class[int(s * len(of_class))] for of_class, s in zip(members, share, strict=True)]
        )
        index = np.stack([first, second], axis=1).reshape(-1)
        return self._take(index, rng), torch.from_numpy(self.classes[index])

    def _draw(self, count: int, rng: torch.Generator) -> tuple[Tensor, NDArray[np.int64]]:
        index = torch.randint(len(self.pixels), (count,), generator=rng).numpy()
        return self._take(index, rng), index

    def _take(self, index: NDArray[np.int64], rng: torch.Generator) -> Tensor:
        """The pictures of these indices, some of them flipped."""
        images = _in_color(self.pixels[index])
        if self.mirror:
            flipped = torch.rand(len(index), generator=rng) < 0.5
            images = torch.where(flipped[:, None, None, None], images.flip(3), images)
        return images


def _in_color(pixels: NDArray[np.uint8]) -> Tensor:
    """uint8 [N, S, S, 1 or 3] as images float32 [N, 3, S, S] in [-1, 1]."""
    images = to_images(np.ascontiguousarray(pixels))
    return images if images.shape[1] == 3 else images.repeat(1, 3, 1, 1)


def world_dataset(
    world: World, count: int, seed: int, size: int, mirror: bool, progress: Progress, channels: int = 3
) -> ImageDataset:
    """Draw `count` pictures of a world, with their classes where the world has any.

    channels: 3, or 1 to keep of a grey world what it has.
    """
    pixels = render_world(world, count, seed, size, progress, channels)
    if world.class_factor is None:
        return ImageDataset(pixels, mirror)
    drawn = sample_factors(world, count, seed)[world.class_factor]
    return ImageDataset(pixels, mirror, drawn.round().long().numpy(), class_names(world))


def render_world(
    world: World, count: int, seed: int, size: int, progress: Progress, channels: int = 3
) -> NDArray[np.uint8]:
    """Draw `count` pictures of a world, the first `channels` of each: uint8 [count, size, size, channels]."""
    values = sample_factors(world, count, seed)
    out = np.empty((count, size, size, channels), dtype=np.uint8)
    chunk = max(1, 128 * 64 * 64 // (size * size))
    for start in range(0, count, chunk):
        part = {name: value[start : start + chunk] for name, value in values.items()}
        out[start : start + chunk] = to_uint8(world.render(part, size).images[:, :channels]).numpy()
        progress(min(count, start + chunk), count)
    return out


def read_dataset(source: Path, size: int, mirror: bool, progress: Progress) -> ImageDataset:
    """Pictures of a file or folder as centre squares, with their classes where it tells them.

    Raises: DatasetInvalid.
    """
    pictures = _read(source, size, progress)
    return ImageDataset(pictures.pixels, mirror, pictures.classes, pictures.class_names)


def read_pictures(source: Path, size: int, progress: Progress, most: int | None = None) -> NDArray[np.uint8]:
    """The same without the classes, uint8 [M, size, size, 3 or 1]. most: of an IDX or npz file of more the
    first ones alone. Raises: DatasetInvalid."""
    return _read(source, size, progress, most).pixels


def _read(source: Path, size: int, progress: Progress, most: int | None = None) -> Pictures:
    """Which reader it takes is told by what the files hold, not by their names."""
    if source.is_dir():
        if not any(path.suffix.lower() in IMAGE_SUFFIXES for path in source.rglob("*")):
            images = find_images(source)
            if images is not None:
                return read_idx(images, size, progress, most)
        return read_folder(source, size, progress)
    if zipfile.is_zipfile(source):
        return read_npz(source, size, progress, most) if is_npz(source) else read_zip(source, size, progress)
    if source.is_file() and idx_magic(source) == IMAGES_MAGIC:
        return read_idx(source, size, progress, most)
    raise DatasetInvalid(
        source.name, "is neither a folder, a zip, an IDX file, an npz file nor the name of a world"
    )
