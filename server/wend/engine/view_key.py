"""View key: whose picture, search or answer it is."""

from dataclasses import dataclass
from typing import Literal

SearchKind = Literal["region", "samples", "factors"]
"""Sliders of a painted region; samples like a drawing; factors to be set."""


@dataclass(frozen=True)
class ViewKey:
    """One stage of one session; waiting renders are keyed by it."""

    session: str
    view: int


@dataclass(frozen=True)
class SearchKey:
    """A view's search of one kind: a newer one ends it, and those of the other kinds go on beside it."""

    view: ViewKey
    kind: SearchKind
