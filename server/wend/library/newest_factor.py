"""Newest factor: what a short name, such as x or scale, stands for on a model's shelf."""

from collections.abc import Mapping
from types import MappingProxyType

from wend.errors import FactorNotFound
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord

SHORT: Mapping[str, str] = MappingProxyType(
    {"x": "shift_x", "y": "shift_y", "brightness": "luminance", "light": "luminance"}
)
"""Names people use for edits."""


def find_factor(shelf: Shelf, model: str, name: str) -> WalkRecord:
    """The factor of this id; else the one of this edit that was found last. Raises: FactorNotFound,
    ModelNotFound, CardInvalid; WalkNotFound for an id that is not there."""
    if "/" in name:
        return shelf.get(model, name)
    edits: dict[str, list[WalkRecord]] = {}
    for record in shelf.walks(model):
        if record.factor is not None:
            edits.setdefault(record.factor.edit, []).append(record)
    found = edits.get(name) or edits.get(SHORT.get(name, name))
    if not found:
        raise FactorNotFound(SHORT.get(name, name), model)
    return max(found, key=lambda record: (_written(shelf, record), record.id))


def _written(shelf: Shelf, record: WalkRecord) -> float:
    """When its family was put on the shelf, seconds since 1970; 0 for one that came with the model."""
    path = shelf.folder / record.generator_hash / f"{record.family}.safetensors"
    return path.stat().st_mtime if path.is_file() else 0.0
