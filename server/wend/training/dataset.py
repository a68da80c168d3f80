"""Training pictures in memory: drawn from a world, or read from a folder or a zip."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError
from torch import Tensor

from wend.errors import DatasetInvalid
from wend.imaging.pixels import to_images, to_uint8
from wend.worlds.world import World, class_names, sample_factors

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
# A picture that unpacks to more than this is a mistake or an attack, not training data.
MAX_IMAGE_PIXELS = 64_000_000

Progress = Callable[[int, int], None]


class ImageDataset:
    """Square pictures, uint8 [M, S, S, 3], drawn in random batches with mirror flips.

    classes: int64 [M], index into `class_names`, where the pictures are labelled.
    Raises: DatasetInvalid when classes and pictures differ in number, or a class has no name.
    """

    def __init__(
        self,
        pixels: NDArray[np.uint8],
        mirror: bool,
        classes: NDArray[np.int64] | None = None,
        class_names: tuple[str, ...] = (),
    ) -> None:
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

    def __len__(self) -> int:
        return len(self.pixels)

    def first(self, count: int) -> Tensor:
        """The first pictures, unflipped, float32 [<= count, 3, S, S] in [-1, 1]."""
        return to_images(np.ascontiguousarray(self.pixels[:count]))

    def batch(self, count: int, rng: torch.Generator) -> Tensor:
        """Images float32 [count, 3, S, S] in [-1, 1], drawn with replacement."""
        return self._draw(count, rng)[0]

    def labelled_batch(self, count: int, rng: torch.Generator) -> tuple[Tensor, Tensor]:
        """As `batch`, the same pictures for the same random state, and their classes, int64 [count].

        Raises: DatasetInvalid where the pictures are not labelled.
        """
        if self.classes is None:
            raise DatasetInvalid("The data set", "has no classes")
        images, index = self._draw(count, rng)
        return images, torch.from_numpy(self.classes[index])

    def _draw(self, count: int, rng: torch.Generator) -> tuple[Tensor, NDArray[np.int64]]:
        index = torch.randint(len(self.pixels), (count,), generator=rng).numpy()
        images = to_images(np.ascontiguousarray(self.pixels[index]))
        if self.mirror:
            flipped = torch.rand(count, generator=rng) < 0.5
            images = torch.where(flipped[:, None, None, None], images.flip(3), images)
        return images, index


def world_dataset(
    world: World, count: int, seed: int, size: int, mirror: bool, progress: Progress
) -> ImageDataset:
    """Draw `count` pictures of a world, with their classes where the world has any."""
    pixels = render_world(world, count, seed, size, progress)
    if world.class_factor is None:
        return ImageDataset(pixels, mirror)
    drawn = sample_factors(world, count, seed)[world.class_factor]
    return ImageDataset(pixels, mirror, drawn.round().long().numpy(), class_names(world))


def render_world(world: World, count: int, seed: int, size: int, progress: Progress) -> NDArray[np.uint8]:
    """Draw `count` pictures of a world, uint8 [count, size, size, 3]."""
    values = sample_factors(world, count, seed)
    out = np.empty((count, size, size, 3), dtype=np.uint8)
    chunk = max(1, 128 * 64 * 64 // (size * size))
    for start in range(0, count, chunk):
        part = {name: value[start : start + chunk] for name, value in values.items()}
        out[start : start + chunk] = to_uint8(world.render(part, size).images).numpy()
        progress(min(count, start + chunk), count)
    return out


def _read_square(data: io.BytesIO | Path, name: str, size: int) -> NDArray[np.uint8]:
    try:
        with Image.open(data) as image:
            if image.width * image.height > MAX_IMAGE_PIXELS:
                raise DatasetInvalid(name, f"is larger than {MAX_IMAGE_PIXELS // 1_000_000} megapixels")
            upright = ImageOps.exif_transpose(image).convert("RGB")
            return np.asarray(ImageOps.fit(upright, (size, size), Image.Resampling.LANCZOS))
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DatasetInvalid(name, f"cannot be read as a picture ({error})") from error


def _folder_files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in IMAGE_SUFFIXES and path.is_file():
            yield path.name, path


def read_pictures(source: Path, size: int, progress: Progress) -> NDArray[np.uint8]:
    """Centre-cropped squares of every picture in a folder or zip, uint8 [M, size, size, 3].

    Raises: DatasetInvalid when there is nothing to read or a file cannot be read; it names the file.
    """
    if source.is_dir():
        files = list(_folder_files(source))
        return _stack(source, len(files), (_read_square(p, n, size) for n, p in files), size, progress)
    if not zipfile.is_zipfile(source):
        raise DatasetInvalid(source.name, "is neither a folder, a zip nor the name of a world")
    with zipfile.ZipFile(source) as archive:
        names = sorted(n for n in archive.namelist() if Path(n).suffix.lower() in IMAGE_SUFFIXES)
        for name in names:
            if archive.getinfo(name).file_size > MAX_IMAGE_PIXELS * 4:
                raise DatasetInvalid(name, "unpacks to more than a picture may hold")
        pictures = (_read_square(io.BytesIO(archive.read(n)), n, size) for n in names)
        return _stack(source, len(names), pictures, size, progress)


def _stack(
    source: Path, count: int, pictures: Iterator[NDArray[np.uint8]], size: int, progress: Progress
) -> NDArray[np.uint8]:
    if count == 0:
        raise DatasetInvalid(source.name, f"holds no picture ({', '.join(IMAGE_SUFFIXES)})")
    out = np.empty((count, size, size, 3), dtype=np.uint8)
    for index, picture in enumerate(pictures):
        out[index] = picture
        progress(index + 1, count)
    return out
