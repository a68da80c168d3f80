"""Codes: latents that were found, each under the hash of its numbers."""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from wend.errors import CodeNotFound
from wend.library.beside import write_beside

CODES_FOLDER = "codes"
CodeSpace = Literal["z", "w", "w+"]
"""Where a code lies: z [z_dim], w [w_dim], or a w for every style row [num_ws, w_dim]."""
_ID = re.compile(r"[0-9a-f]{64}")
MAX_CORRECTIONS_BYTES = 2**24 - 2**20
"""Of all of a code's together."""
_MAX_BYTES = 2**24
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


class CodeStore:
    """One folder of small files; the same numbers are kept once. Safe to share between processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, code: Code) -> StoredCode:
        """Keep a code; one that is kept already stays as it is. Raises: DiskFull."""
        values = np.ascontiguousarray(code.values, dtype=np.float32)
        assert values.ndim == _AXES[code.space]
        assert bool(np.isfinite(values).all())
        added = {row: np.ascontiguousarray(a, dtype=np.float32) for row, a in code.corrections.items()}
        assert all(a.ndim == _MAP_AXES and bool(np.isfinite(a).all()) for a in added.values())
        plain = Code(code.space, values, code.title[:200], code.generator_hash, added)
        path = self._folder / f"{plain.digest}.safetensors"
        if not path.is_file():
            about = {"space": plain.space, "title": plain.title, "generator_hash": plain.generator_hash}
            named = {f"{_CORRECTION}{row}": each for row, each in added.items()}
            write_beside(path, save({"code": values, **named}, about))
        return self.get(plain.digest)

    def get(self, code_id: str) -> StoredCode:
        """Raises: CodeNotFound, for one that is damaged too: it is found anew where it came from."""
        # Nothing a client sent is ever joined to a path unless it is a hash and nothing else.
        if _ID.fullmatch(code_id) is None:
            raise CodeNotFound(code_id[:80])
        path = self._folder / f"{code_id}.safetensors"
        code = None
        with suppress(OSError, SafetensorError, ValueError, KeyError):
            if not path.is_symlink() and path.stat().st_size <= _MAX_BYTES:
                code = _parse(path.read_bytes())
        if code is None or code.digest != code_id:
            raise CodeNotFound(code_id)
        return StoredCode(
            code.space, code.values, code.title, code.generator_hash, code.corrections, id=code_id
        )


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
