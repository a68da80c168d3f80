"""Clock: the two times that jobs know, so that a test may set them."""

import time
from typing import Protocol


class Clock(Protocol):
    """wall: seconds since 1970, which people and other processes share; steady: seconds, never set back."""

    def wall(self) -> float: ...

    def steady(self) -> float: ...


class SystemClock:
    """The machine's own."""

    def wall(self) -> float:
        return time.time()

    def steady(self) -> float:
        return time.monotonic()
