"""Footprints: what walks do to a generator's pictures, measured once and kept: one small PNG a walk."""

import hashlib
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import AssetNotFound, FileInvalid
from wend.imaging.codec import encode
from wend.imaging.png_text import with_text
from wend.library.beside import write_beside
from wend.library.file_cache import FileCache
from wend.library.walk_file import Ends, Finite
from wend.library.walk_record import WalkRecord, Zone

FOOTPRINTS_FOLDER = "footprints"
MAX_SIDE = 64
KEY = re.compile(r"[0-9a-f]{32}")
_KEYWORD = "wend-footprint"

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Footprint:
    """What one walk does between the ends of its range, in a few of the generator's own pictures.

    pictures: how many; change: mean absolute change of a pixel at the end where that is larger, in 8-bit
    steps; layers: the same of each of the walk's style rows alone, coarse to fine; empty where there is
    nothing to tell apart (z, or one row). where: uint8 [S, S], how far the two ends differ in each place,
    255 standing for `most` 8-bit steps. usable: alphas between which pictures remain like the generator's
    own; None where that was not asked.
    """

    pictures: int
    change: float
    layers: tuple[float, ...]
    most: float
    where: NDArray[np.uint8]
    usable: Zone | None = None


class _Told(BaseModel):
    """What the PNG says beside its pixels."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Annotated[int, Field(ge=1, le=1)] = 1
    pictures: Annotated[int, Field(ge=1)]
    change: Annotated[Finite, Field(ge=0.0, le=255.0)]
    layers: Annotated[tuple[Annotated[Finite, Field(ge=0.0, le=255.0)], ...], Field(max_length=64)]
    most: Annotated[Finite, Field(ge=0.0, le=255.0)]
    usable: Ends | None = None


def key_of(record: WalkRecord) -> str:
    """32 hex digits of all that a footprint depends on beside the generator: what moves latents, how far, and
    the truncation and class it is of."""
    parts = (record.digest, record.low, record.high, record.psi, record.class_index)
    return hashlib.sha256(";".join(repr(part) for part in parts).encode()).hexdigest()[:32]


class FootprintStore:
    """Footprints below <folder>/<generator hash>/footprints, by the walk's `key_of`. Safe to share between
    threads and processes; a damaged file counts as none, and is measured anew."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files = FileCache(read_footprint)

    def get(self, generator_hash: str, record: WalkRecord) -> Footprint | None:
        """What is known of a walk; None: nothing yet."""
        path = self._path(generator_hash, key_of(record))
        if not path.is_file():
            return None
        try:
            return self._files.get(path)
        except FileInvalid as error:
            _log.warning("%s", error)
            return None

    def save(self, generator_hash: str, record: WalkRecord, footprint: Footprint) -> None:
        """Keep it in the place of an older one. Raises: DiskFull."""
        write_beside(self._path(generator_hash, key_of(record)), pack_footprint(footprint))

    def picture(self, generator_hash: str, key: str) -> bytes:
        """The PNG of where a walk acts. Raises: AssetNotFound."""
        if KEY.fullmatch(key) is None:
            raise AssetNotFound(key[:40])
        try:
            return self._path(generator_hash, key).read_bytes()
        except OSError as error:
            raise AssetNotFound(key) from error

    def _path(self, generator_hash: str, key: str) -> Path:
        return self._folder / generator_hash / FOOTPRINTS_FOLDER / f"{key}.png"


def pack_footprint(footprint: Footprint) -> bytes:
    """As a grey PNG whose text holds the numbers."""
    told = _Told(
        pictures=footprint.pictures,
        change=footprint.change,
        layers=footprint.layers,
        most=footprint.most,
        usable=footprint.usable,
    )
    return with_text(encode(footprint.where[:, :, None], "png"), _KEYWORD, told.model_dump_json())


def read_footprint(path: Path) -> Footprint:
    """Raises: FileInvalid for a file that is damaged, a link, or of another version."""
    name = f"The footprint {path.parent.name}/{path.name}"
    if path.is_symlink():
        raise FileInvalid(f"{name} is a link.")
    try:
        with Image.open(path, formats=("PNG",)) as image:
            if image.mode != "L" or max(image.size) > MAX_SIDE:
                raise FileInvalid(f"{name} is no small grey picture.")
            where = np.asarray(image)
            told = _Told.model_validate_json(image.info.get(_KEYWORD, ""))
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, ValidationError) as error:
        raise FileInvalid(f"{name} cannot be read.") from error
    return Footprint(told.pictures, told.change, told.layers, told.most, where, told.usable)
