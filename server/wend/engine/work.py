"""Work: anything long the device does in slices between renders."""

from typing import Protocol


class Work(Protocol):
    """Long work cut into slices of at most about 30 ms; the engine serves renders between them."""

    @property
    def name(self) -> str:
        """Id, e.g. 'discover:portraits-64'; work of a name already queued is not queued twice."""
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

    def run_slice(self) -> bool:
        """Do one slice; True when nothing is left."""
        ...
