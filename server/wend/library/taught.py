"""Taught: what a model that learned from drawings tells of them, and the drawings that lie beside it."""

import re
from dataclasses import dataclass
from pathlib import Path

from wend.library.kinship import parent_of
from wend.library.models import Model
from wend.library.walk_record import Scalar

METHOD = "sketch"
"""The method on the card of a model that learned from drawings."""
_FILE = re.compile(r"sketch-(\d{2})\.png")


@dataclass(frozen=True)
class Taught:
    """As the card has it. parent: id of the model that was taught; drawings: PNG files that it learned from,
    in order; drawn_by: what drew of pictures what they show; updates: of the weights that are kept; match,
    match_before: how well samples lay on the drawings after and before, 0..1. '' and None: not told."""

    parent: str
    drawings: tuple[Path, ...]
    drawn_by: str
    updates: int | None
    match: float | None
    match_before: float | None


def taught_of(model: Model) -> Taught | None:
    """None for a model that learned from no drawings. A card may be anybody's: taken as far as it goes."""
    recipe = {} if model.card.training is None else model.card.training.recipe
    parent = parent_of(model.card)
    if recipe.get("method") != METHOD or parent is None:
        return None
    drawings = sorted(
        path
        for path in model.folder.glob("sketch-*.png")
        if _FILE.fullmatch(path.name) and path.is_file() and not path.is_symlink()
    )
    drawn_by, updates = recipe.get("drawn_by"), recipe.get("trained_updates")
    return Taught(
        parent=parent.id,
        drawings=tuple(drawings),
        drawn_by=drawn_by if isinstance(drawn_by, str) else "",
        updates=updates if isinstance(updates, int) else None,
        match=_share(recipe.get("match")),
        match_before=_share(recipe.get("match_before")),
    )


def _share(value: Scalar | None) -> float | None:
    return float(value) if isinstance(value, int | float) and 0.0 <= value <= 1.0 else None
