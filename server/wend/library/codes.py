"""Codes: latents that were found, each under the hash of its numbers."""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from wend.errors import CodeNotFound, CodesFull
from wend.library.beside import write_beside

CODES_FOLDER = "codes"
CodeSpace = Literal["z", "w", "w+"]
"""Where a code lies: z [z_dim], w [w_dim], or a w for every style row [num_ws, w_dim]."""
_ID = re.compile(r"[0-9a-f]{64}")
MAX_CORRECTIONS_BYTES = 2**24 - 2**20
"""Of all of a code's together."""
_MAX_BYTES = 2**24
KEPT_CODES = 20_000
KEPT_BYTES = 2**32
"""Of all that are kept, as files. Nothing is let go of by itself: a saved picture may name any of them."""
MAX_LISTED = 200
_SUFFIX = ".safetensors"
_HEAD_BYTES = 2**16
_CORRECTION = "row"
_MAP_AXES = 3
_AXES = {"z": 1, "w": 1, "w+": 2}


@dataclass(frozen=True)
class Code:
    """A latent and where it is from. values: finite float32, as `CodeSpace` says; title: for people, such as
    the name of a photo's file; generator_hash: of the weights it was found for, '' where that is not known;
    corrections: by style row, what is added to the output of its layer, finite float32 [C, h, w].
    """

    space: CodeSpace
    values: NDArray[np.float32]
    title: str = ""
    generator_hash: str = ""
    corrections: Mapping[int, NDArray[np.float32]] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """sha256 in hex of space, shape and numbers, of the latent and of the corrections, if it has any."""
        head = f"{self.space};{self.values.shape};".encode()
        whole = hashlib.sha256(head + self.values.astype("<f4", copy=False).tobytes())
        for row in sorted(self.corrections):
            added = self.corrections[row]
            whole.update(f"{row};{added.shape};".encode() + added.astype("<f4", copy=False).tobytes())
        return whole.hexdigest()


@dataclass(frozen=True)
class StoredCode(Code):
    """One that is kept. id: its digest."""

    id: str = ""


@dataclass(frozen=True)
class CodeEntry:
    """A kept code as a list shows it. kept: when, in seconds since 1970; size_bytes: of its file."""

    id: str
    space: CodeSpace
    title: str
    generator_hash: str
    kept: float
    size_bytes: int


@dataclass(frozen=True)
class CodeListing:
    """Some of the kept codes, the newest first; how many there are, and what all of them take."""

    codes: tuple[CodeEntry, ...]
    count: int
    size_bytes: int


class CodeStore:
    """One folder of small files; the same numbers are kept once. Safe to share between processes.

    most, most_bytes: of what is kept; another one is then refused.
    """

    def __init__(self, folder: Path, most: int = KEPT_CODES, most_bytes: int = KEPT_BYTES) -> None:
        self._folder, self._most, self._most_bytes = folder, most, most_bytes

    def put(self, code: Code) -> StoredCode:
        """Keep a code; one that is kept already stays as it is. Raises: CodesFull, DiskFull."""
        values = np.ascontiguousarray(code.values, dtype=np.float32)
        assert values.ndim == _AXES[code.space]
        assert bool(np.isfinite(values).all())
        added = {row: np.ascontiguousarray(a, dtype=np.float32) for row, a in code.corrections.items()}
        assert all(a.ndim == _MAP_AXES and bool(np.isfinite(a).all()) for a in added.values())
        plain = Code(code.space, values, code.title[:200], code.generator_hash, added)
        path = self._folder / f"{plain.digest}{_SUFFIX}"
        if not path.is_file():
            self._check_room()
            about = {"space": plain.space, "title": plain.title, "generator_hash": plain.generator_hash}
            named = {f"{_CORRECTION}{row}": each for row, each in added.items()}
            write_beside(path, save({"code": values, **named}, about))
        return self.get(plain.digest)

    def get(self, code_id: str) -> StoredCode:
        """Raises: CodeNotFound, for one that is damaged too: it is found anew where it came from."""
        # Nothing a client sent is ever joined to a path unless it is a hash and nothing else.
        if _ID.fullmatch(code_id) is None:
            raise CodeNotFound(code_id[:80])
        path = self._folder / f"{code_id}{_SUFFIX}"
        code = None
        with suppress(OSError, SafetensorError, ValueError, KeyError):
            if not path.is_symlink() and path.stat().st_size <= _MAX_BYTES:
                code = _parse(path.read_bytes())
        if code is None or code.digest != code_id:
            raise CodeNotFound(code_id)
        return StoredCode(
            code.space, code.values, code.title, code.generator_hash, code.corrections, id=code_id
        )

    def list(self, generator_hash: str | None = None, before: str | None = None) -> CodeListing:
        """The newest MAX_LISTED, of all, or without those found for other weights; before: id of a code, only
        those older than it. Heads alone are read; what has none is left out. Raises: CodeNotFound.
        """
        files = sorted(self._files(), key=lambda each: (-each[1].st_mtime_ns, each[0].name))
        ids = [path.stem for path, _ in files]
        if before is not None and before not in ids:
            raise CodeNotFound(before[:80])
        older = files if before is None else files[ids.index(before) + 1 :]
        known = (entry for path, stat in older if (entry := _entry(path, stat)) is not None)
        wanted = (
            entry for entry in known if generator_hash is None or entry.generator_hash in (generator_hash, "")
        )
        return CodeListing(
            tuple(islice(wanted, MAX_LISTED)), len(files), sum(stat.st_size for _, stat in files)
        )

    def delete(self, code_id: str) -> None:
        """Let go of one; a picture that names it can no longer be drawn. Raises: CodeNotFound."""
        if _ID.fullmatch(code_id) is None:
            raise CodeNotFound(code_id[:80])
        try:
            (self._folder / f"{code_id}{_SUFFIX}").unlink()
        except FileNotFoundError as error:
            raise CodeNotFound(code_id) from error

    def _check_room(self) -> None:
        """Raises: CodesFull."""
        sizes = [stat.st_size for _, stat in self._files()]
        if len(sizes) >= self._most or sum(sizes) >= self._most_bytes:
            raise CodesFull(len(sizes), sum(sizes) // 2**20)

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        with suppress(FileNotFoundError), os.scandir(self._folder) as entries:
            for each in entries:
                is_code = each.name.endswith(_SUFFIX) and _ID.fullmatch(each.name.removesuffix(_SUFFIX))
                with suppress(FileNotFoundError):  # deleted meanwhile
                    if is_code and each.is_file(follow_symlinks=False):
                        yield Path(each.path), each.stat(follow_symlinks=False)


def _entry(path: Path, stat: os.stat_result) -> CodeEntry | None:
    """What its head says, without its numbers; None for what is no code."""
    with suppress(OSError, ValueError, RecursionError), path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        # Any: anybody may drop a file.
        head: Any = json.loads(file.read(length)) if length <= _HEAD_BYTES else {}
        about = head.get("__metadata__") if isinstance(head, dict) else None
        if isinstance(about, dict) and str(about.get("space")) in _AXES:
            title, found_in = str(about.get("title", "")), str(about.get("generator_hash", ""))
            return CodeEntry(path.stem, about["space"], title, found_in, stat.st_mtime, stat.st_size)
    return None


def _parse(data: bytes) -> Code | None:
    tensors = load(data)
    values = tensors.pop("code")
    # The library reads metadata of files alone: the header is a length (8 bytes, little-endian) and JSON.
    header: Any = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])  # Any: anybody may drop a file
    about = header.get("__metadata__", {})
    space = about.get("space")
    if space not in _AXES or values.dtype != np.float32 or values.ndim != _AXES[space]:
        return None
    if not bool(np.isfinite(values).all()):
        return None
    corrections = {int(name.removeprefix(_CORRECTION)): each for name, each in tensors.items()}
    for each in corrections.values():
        if each.dtype != np.float32 or each.ndim != _MAP_AXES or not bool(np.isfinite(each).all()):
            return None
    return Code(space, values, str(about.get("title", "")), str(about.get("generator_hash", "")), corrections)
