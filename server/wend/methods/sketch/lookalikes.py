"""Lookalikes: the pictures that a taught generator's shall go on to look like.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021, equation 16, where they are the training set.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from wend.errors import ImageInvalid, InvalidInput, WorldNotFound
from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.imaging.pixels import to_uint8
from wend.latents.seed import z_of_seeds
from wend.library.card import ModelCard
from wend.library.picture_sets import PICTURES_FOLDER
from wend.measure.card_world import world_of
from wend.methods.invert.inversion import noise_of
from wend.methods.reals import Reals, most_of
from wend.methods.sketch.params import SAMPLES
from wend.methods.survey.build import path_of
from wend.methods.survey.files import PictureFiles
from wend.worlds.registry import is_world, open_world

_CHUNK = 32
_WORLD_SEED = 7
_FIRST_SEED = 500_000
"""Of samples: far from those that people look at."""
MOST_FILES = 20_000


@dataclass(frozen=True)
class Lookalikes:
    """reals: the pictures; told: where they are from, as a sentence's end."""

    reals: Reals
    told: str


def lookalikes(
    wanted: str, count: int, seed: int, card: ModelCard, parent: Generator, data_dir: Path
) -> Lookalikes:
    """wanted: see `SketchParams.pictures`; count: of a world's or of samples, of these and of files fewer
    where they take more than `reals.MOST_BYTES`.

    Raises: InvalidInput, WorldNotFound, InvalidVariant, ImageInvalid.
    """
    size = card.resolution
    room = most_of(size)
    shown = min(count, room)
    if wanted == SAMPLES or (not wanted and card.world is None):
        why = "samples of the parent itself" + ("" if wanted else ", as its card names no world")
        return Lookalikes(samples(parent, shown, seed), why)
    if not wanted or is_world(wanted):
        try:
            world = open_world(wanted) if wanted else world_of(card)
        except WorldNotFound:
            if wanted:
                raise
            why = "samples of the parent itself, as the world on its card is not here"
            return Lookalikes(samples(parent, shown, seed), why)
        return Lookalikes(
            Reals.of_world(world, count, _WORLD_SEED + seed, size),
            f"{count} pictures of the world {world.name}",
        )
    files = PictureFiles(path_of(wanted, data_dir / PICTURES_FOLDER, opens_paths=False, name="pictures"))
    return _of_files(files, min(MOST_FILES, room), size)


def _of_files(files: PictureFiles, most: int, size: int) -> Lookalikes:
    """Raises: InvalidInput where none can be read."""
    count = min(len(files), most)
    squares, read = np.empty((count, size, size, 3), np.uint8), 0
    for place in range(count):
        try:
            squares[read] = files.read(place, size)
        except ImageInvalid:
            continue
        read += 1
    if not read:
        raise InvalidInput(f"None of the pictures in {files.path.name} can be read.")
    unread = f", {count - read} more cannot be read" if read < count else ""
    return Lookalikes(Reals(squares[:read], None), f"{read} pictures of {files.path.name}{unread}")


@torch.no_grad()
def samples(parent: Generator, count: int, seed: int) -> Reals:
    """What the parent draws of `count` seeds, untruncated."""
    spec, noise = parent.spec, noise_of(parent)
    at_once = portion(spec.resolution, _CHUNK)
    pixels = np.empty((count, spec.resolution, spec.resolution, 3), np.uint8)
    for start in range(0, count, at_once):
        first = _FIRST_SEED + seed * count + start
        z = z_of_seeds(list(range(first, first + min(at_once, count - start))), spec.z_dim).to(parent.device)
        ws = parent.mapping(z)[:, None].expand(-1, spec.num_ws, -1)
        pixels[start : start + at_once] = to_uint8(synthesize(parent, ws, noise)).cpu().numpy()
    return Reals(pixels, None)
