"""Walk edit: what a walk was taught, and on whom: what its pictures are to be held against."""

import math
from pathlib import Path

from wend.errors import InvalidInput
from wend.latents.walk import Direction
from wend.library.walk_record import WalkRecord, Zone
from wend.measure.walk_steps import Edit
from wend.methods.edits import edit as edits
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.own import find_edit


def taught(record: WalkRecord, folder: Path | None = None) -> edits.Edit | None:
    """The edit that the record was learned from: one of ours, or one of the folder of a user's own (None: no
    file may run) whose file is still as it was. None where there is none."""
    name, source = str(record.settings.get("edit", "")), record.settings.get("edit_sha256")
    if source is None:
        return EDITS.get(name)
    try:
        own = find_edit(name, folder)
    except InvalidInput:
        return None
    return own if own.source == source else None


def edit_of(record: WalkRecord, folder: Path | None = None) -> Edit | None:
    """(images, alpha) -> (target, mask) of the record's edit; None for a walk that was taught none that is
    here. folder: as `taught`.

    Of several sliders learned together the walk's own; a non-linear walk moves all of them at once.
    """
    edit = taught(record, folder)
    if edit is None:
        return None
    if not isinstance(record.walk, Direction):
        return edit.stepwise
    channel = record.settings.get("channel")
    return edit.along(edit.sliders.index(channel) if channel in edit.sliders else 0)


def most_of(record: WalkRecord, side: int, folder: Path | None = None) -> float:
    """Largest |alpha| that the walk and its edit can be asked for, in pictures of `side` pixels."""
    edit = taught(record, folder)
    return min(record.furthest, math.inf if edit is None else edit.most_at(side))


def seeds_of(record: WalkRecord, first: int, count: int, c_dim: int) -> list[int]:
    """Seeds to look at a walk with: those of its own class, for one learned on a class alone.

    A picture of seed s shows class s mod c_dim.
    """
    if record.class_index is None:
        return list(range(first, first + count))
    return [record.class_index + c_dim * k for k in range(first, first + count)]


def range_of(record: WalkRecord, low: float | None, high: float | None, most: float = math.inf) -> Zone:
    """The strengths a walk is judged over: what is asked for, else trained, else usable; `most` at most.

    Raises: InvalidInput where 0 is not among them.
    """
    own = record.trained or (record.low, record.high)
    ends = own[0] if low is None else low, own[1] if high is None else high
    if not ends[0] <= 0.0 <= ends[1] or ends[0] == ends[1]:
        raise InvalidInput(f"Strengths from {ends[0]:g} to {ends[1]:g} have no 0 between them.")
    return max(ends[0], -most), min(ends[1], most)
