"""Slices: long work written straight down, with a bare `yield` after every 30 ms of it."""

from collections.abc import Generator, Mapping
from typing import TypeVar

T = TypeVar("T")

Sliced = Generator[None, None, T]
"""Work that yields after every slice and returns a T; `yield from` puts such work together."""


class WithoutUpdates:
    """Of long work behind the engine's Work that has a closed form, or none worth telling: no parameter
    updates, so no losses."""

    @property
    def updates(self) -> int:
        """None are made."""
        return 0

    @property
    def losses(self) -> Mapping[str, float]:
        """As there are no updates."""
        return {}


def finish(work: Sliced[T]) -> T:
    """Run all slices at once: for the command line and tests."""
    while True:
        try:
            next(work)
        except StopIteration as stop:
            result: T = stop.value
            return result
