"""View key: whose picture, search or answer it is."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ViewKey:
    """One stage of one session; waiting renders are keyed by it."""

    session: str
    view: int
