"""Work: anything long the device does in slices between renders."""

from collections.abc import Mapping
from typing import Protocol


class Work(Protocol):
    """Long work cut into slices of at most about 30 ms; the engine serves renders between them.

    All work shares the device by time: short slices come as many times more often.
    """

    @property
    def name(self) -> str:
        """Id, e.g. 'discover:portraits-64' or 'job:7f3a'; a name already queued is not queued twice."""
        ...

    @property
    def model(self) -> str: ...

    @property
    def label(self) -> str:
        """What is being done now, in words."""
        ...

    @property
    def fraction(self) -> float:
        """Share done, 0..1."""
        ...

    @property
    def updates(self) -> int:
        """Parameter updates done; 0 for work that has none."""
        ...

    @property
    def losses(self) -> Mapping[str, float]:
        """Of the last update, by name; empty for work that has none."""
        ...

    def stop(self) -> None:
        """Asked to end early, keeping what it has: after few more slices `run_slice` answers True."""
        ...

    def run_slice(self) -> bool:
        """Do one slice; True when nothing is left, or it has stopped as asked."""
        ...
