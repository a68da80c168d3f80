"""Job: long work that can be stopped, saved and resumed at any slice."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class SliceReport:
    """What one slice did: losses by name, share done, and whether anything is left."""

    fraction: float
    is_done: bool
    losses: dict[str, float] = field(default_factory=dict)


class Job(Protocol):
    """Any object with `step`, `state_dict` and `load_state_dict`.

    The engine serves the waiting renders, then one slice of a job, and again. Pause, cancel and resume
    are then "stop calling", "stop and save", "load and go on": no threads or flags inside methods.
    A resumed CPU run equals an unbroken one.
    """

    def step(self) -> SliceReport:
        """One slice: a micro-batch or chunk, aimed at 30 ms or less on bundled models."""
        ...

    def state_dict(self) -> dict[str, object]:
        """Nested plain values and tensors: all that `load_state_dict` needs, random states included."""
        ...

    def load_state_dict(self, state: dict[str, object]) -> None: ...
