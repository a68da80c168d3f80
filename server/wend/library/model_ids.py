"""Model ids: names of imported models, which name a folder among the models and nothing else."""

import os
import re
from pathlib import Path, PurePath

from wend.errors import ModelIdInvalid
from wend.library.inbox import INBOX

_PLAIN_STEMS = frozenset({"model", "pytorch_model", "generator", "g_ema", "netg", "checkpoint", "weights"})
"""Names that say nothing: the folder's name is taken instead."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ID_LENGTH = 56


def check_id(model_id: str) -> None:
    """Whether it names a folder among the models and nowhere else. Raises: ModelIdInvalid."""
    if _ID.fullmatch(model_id) is None:
        raise ModelIdInvalid(
            model_id[:100],
            "it begins with neither a letter nor a digit, is too long, or holds other characters",
        )
    if model_id.casefold() == INBOX:
        raise ModelIdInvalid(model_id, "the folder that takes files in has this name")


def check_is_free(model_id: str, root: Path) -> None:
    """Raises: ModelIdInvalid where anything has the name, a broken link too."""
    if os.path.lexists(root / model_id):
        raise ModelIdInvalid(model_id, "something of this name is there")


def free_id(path: PurePath, root: Path) -> str:
    """A name for what a file becomes, after the file, or the folder it lies in, that nothing there has."""
    stem = path.parent.name if path.stem.lower() in _PLAIN_STEMS and path.parent.name else path.stem
    base = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip(".-_")[:_ID_LENGTH].rstrip(".-_") or "model"
    taken = {folder.name for folder in root.iterdir()} if root.is_dir() else set[str]()
    taken.add(INBOX)
    names = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
