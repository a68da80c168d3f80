"""Overlaps: how far the walks of a shelf go the same way as those in use, and what locks leave of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from wend.documents.picture import Edit
from wend.errors import InvalidPicture
from wend.latents.lock import can_hold, hold, is_line, rows_of
from wend.latents.walk import Walk
from wend.library.shelf import Shelf

Why = Literal["curved", "space", "layers"]
"""Why a lock says nothing of a walk: it is no line, lies in another space, or in other layers."""


@dataclass(frozen=True)
class Overlap:
    """One walk of a shelf beside the edits of a picture.

    strength: 0..1, what the locks leave of it; locks: how many of them hold it; loose: locks that cannot,
    with the reason; cosines: by walk in use, of the angle to it over all style rows, -1..1, of lines in one
    space alone.
    """

    walk: str
    strength: float
    locks: int
    loose: tuple[tuple[str, Why], ...]
    cosines: tuple[tuple[str, float], ...]


def overlaps(shelf: Shelf, model_id: str, edits: Sequence[Edit]) -> tuple[Overlap, ...]:
    """Every walk of a model beside these edits, each on its own layers or those its edit gives it.

    Edits of walks that are not on the shelf say nothing. Raises: ModelNotFound, CardInvalid; InvalidPicture
    for layers that the model does not have.
    """
    records = shelf.walks(model_id)
    num_ws = shelf.store.get(model_id).card.num_ws
    for index, edit in enumerate(edits):
        if edit.layers is not None and not edit.layers.start < edit.layers.end <= num_ws:
            why = f"is [{edit.layers.start}, {edit.layers.end}), which is no range within [0, {num_ws})"
            raise InvalidPicture(f"edits.{index}.layers", why)
    layers = {edit.walk: edit.layers for edit in edits}
    walks: dict[str, Walk] = {}
    for record in records:
        own = layers.get(record.id)
        walks[record.id] = record.walk if own is None else record.walk.restricted((own.start, own.end))
    locked = {edit.walk: walks[edit.walk] for edit in edits if edit.is_locked and edit.walk in walks}
    used = {edit.walk: walks[edit.walk] for edit in edits if edit.alpha != 0.0 and edit.walk in walks}
    lines = {name: line for name, walk in walks.items() if (line := _line(walk, num_ws)) is not None}
    found = []
    for name, walk in walks.items():
        others = {} if name in locked else locked
        held = hold(walk, list(others.values()))
        loose = tuple((lock, _why(line, walk)) for lock, line in others.items() if not can_hold(line, walk))
        cosines = tuple(
            (other, float(lines[name] @ lines[other]))
            for other, used_walk in used.items()
            if other != name and other in lines and name in lines and used_walk.space == walk.space
        )
        found.append(Overlap(name, held.strength, held.count, loose, cosines))
    return tuple(found)


def _line(walk: Walk, num_ws: int) -> Tensor | None:
    """A line's way through all rows, float64 of length 1; None for any other walk."""
    if not is_line(walk):
        return None
    way = rows_of(walk, (0, num_ws)).flatten()
    length: Tensor = way.norm().clamp_min(1e-30)
    return way.div(length)


def _why(lock: Walk, walk: Walk) -> Why:
    if not is_line(walk) or not is_line(lock):
        return "curved"
    return "space" if lock.space != walk.space else "layers"
